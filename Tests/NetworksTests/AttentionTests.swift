import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// A head, and the random sequences and weights of its tests.
struct AttentionCell: CustomStringConvertible, Sendable {
  let length, dimension, samples: Int
  let head: AttentionNetwork.Head
  var scale = 1.0

  var description: String { "L \(length) d \(dimension) P \(samples) \(head) σ_A \(scale)" }
  var network: AttentionNetwork {
    AttentionNetwork(
      length: length, dimension: dimension, head: head, interactionVariance: scale * scale,
      readoutVariance: 1.5)
  }
  var data: TrainingSet { drawnData(for: network, count: samples) }
  var inputs: [[Double]] {
    let size = length * dimension
    return (0..<samples).map { data.inputs[$0 * size..<($0 + 1) * size].map(Double.init) }
  }
  var start: [Float] { network.coldStart(from: RandomStream(key: 62)) }
}

/// The definition in double precision.
@Suite struct AttentionTests {
  /// The reference's weights are not whitened.
  @Test(arguments: AttentionNetwork.Head.allCases)
  func outputEnergyAndGradientAreTheReference(head: AttentionNetwork.Head) {
    let reference = DeepReference(.module).part(
      head == .odd ? "energy_gradient/att_odd" : "energy_gradient/att_one")
    let network = AttentionNetwork(
      length: reference.integer("config/L"), dimension: reference.integer("config/d"), head: head)
    let theta =
      reference.numbers("weights/A").map { $0 / network.interactionScale }
      + reference.numbers("weights/w").map { $0 / network.readoutScale }
    let inputs = reference.rows("X")
    for (input, f) in zip(inputs, reference.numbers("f")) {
      expect(network.output(theta, input), near: f, within: 1e-10, "f, \(head)")
    }
    let (energy, gradient) = network.energyAndGradient(
      theta, inputs: inputs, targets: reference.numbers("y"), ridge: reference.number("kappa"))
    expect(energy, near: reference.number("energy"), within: 1e-10, "U, \(head)")
    let expected =
      reference.numbers("gradient/A").map { $0 * network.interactionScale }
      + reference.numbers("gradient/w").map { $0 * network.readoutScale }
    #expect(gradient.count == expected.count)
    for (i, pair) in zip(gradient, expected).enumerated() {
      expect(pair.0, near: pair.1, within: 1e-10, "∂U/∂θ\(i), \(head)")
    }
  }

  @Test(arguments: AttentionNetwork.Head.allCases)
  func gradientIsTheDerivative(head: AttentionNetwork.Head) {
    for (length, d, scale) in [(1, 2, 1.0), (5, 3, 2), (2, 1, 1)] {
      expectGradientIsDerivative(
        AttentionCell(length: length, dimension: d, samples: 1, head: head, scale: scale).network)
    }
  }

  /// Tokens have no order, so f is the same sum in another one.
  @Test(arguments: AttentionNetwork.Head.allCases)
  func permutedTokensHaveTheSameOutput(head: AttentionNetwork.Head) {
    let cell = AttentionCell(length: 7, dimension: 4, samples: 5, head: head)
    let theta = cell.start.map(Double.init)
    for input in cell.inputs {
      let permuted = [3, 0, 6, 2, 5, 1, 4].flatMap { input[$0 * 4..<($0 + 1) * 4] }
      let (got, expected) = (
        cell.network.output(theta, permuted), cell.network.output(theta, input)
      )
      #expect(abs(got - expected) <= 1e-14, "f, \(head): got \(got), expected \(expected) to 1e-14")
    }
  }

  /// Without attention, A = 0, the printed head is √L w·x̄ and the odd one zero.
  @Test func headsWithoutInteraction() {
    for head in AttentionNetwork.Head.allCases {
      let cell = AttentionCell(length: 6, dimension: 3, samples: 1, head: head)
      let input = cell.inputs[0]
      let w = [0.3, -1.2, 0.8]
      let theta = [Double](repeating: 0, count: 9) + w
      let f = cell.network.output(theta, input)
      let mean = (0..<3).map { j in (0..<6).reduce(0) { $0 + input[$1 * 3 + j] } / 6 }
      let linear =
        6.0.squareRoot() * cell.network.readoutScale
        * zip(w, mean).reduce(0) { $0 + $1.0 * $1.1 }
      switch head {
      case .printed: expect(f, near: linear, within: 1e-12, "f at A = 0")
      case .odd: #expect(f == 0)
      }
    }
  }

  @Test func entriesAreThoseOfTheWeights() {
    let network = AttentionNetwork(
      length: 4, dimension: 3, head: .printed, interactionVariance: 4, readoutVariance: 5)
    let theta = AlignedBuffer([1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3])
    #expect(network.parameterCount == 12 && network.inputDimension == 12)
    expect(network.interaction(1, 2, theta), near: 6 * 2 / 3.0, within: 1e-15, "A₂₃")
    expect(network.readout(2, theta), near: -3 * (5 / 3.0).squareRoot(), within: 1e-15, "w₃")
    expect(network.squaredInteraction(theta), near: 285 * 4 / 9.0, within: 1e-15, "|A|²")
  }
}
