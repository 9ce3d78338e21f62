// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are the keys of the file.

import Foundation
import Kernels
import Networks
import Sampling
import Testing

/// Posterior means of an independent implementation, and the inputs that they are conditioned on:
/// `Reference/two-layer.json` and the tables beside it, a row a sample, x₁ first.
struct ReferencePosterior: Decodable, CustomStringConvertible, Sendable {
  struct Mean: Decodable, Sendable {
    let mean, mcse: Double
  }

  let id, d, N, P: Int
  let kappa, sa2, sw2: Double
  let data: String
  let A, trainMse, w1sq, wnorm2, M08: Mean

  enum CodingKeys: String, CodingKey {
    case id, d, N, P, kappa, sa2, sw2, data, A, w1sq, wnorm2
    case trainMse = "train_mse"
    case M08 = "M_0.8"
  }

  var description: String { "d \(d) N \(N) P \(P) κ \(kappa)" }

  static let all: [ReferencePosterior] = {
    struct File: Decodable { let posterior_means: [ReferencePosterior] }
    let data = try! Data(contentsOf: url("two-layer.json"))
    return try! JSONDecoder().decode(File.self, from: data).posterior_means
  }()

  static func url(_ name: String) -> URL {
    Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Reference")!
  }

  var inputs: [Float] {
    get throws {
      try String(contentsOf: Self.url(data), encoding: .utf8).split(whereSeparator: \.isNewline)
        .flatMap { $0.split(separator: ",").map { Float($0)! } }
    }
  }
}

/// Chains from both kinds of start against those means.
@Suite struct ReferencePosteriorTests {
  @Test(arguments: ReferencePosterior.all)
  func meansAgree(row: ReferencePosterior) throws {
    let network = TwoLayerNetwork(
      dimension: row.d, width: row.N, weightVariance: row.sw2, readoutVariance: row.sa2)
    let target = HermiteTarget(degree: 3)
    let data = TrainingSet(inputs: try row.inputs, dimension: row.d, target: target)
    try #require(data.count == row.P)
    let posterior = TwoLayerPosterior(network: network, data: data, ridge: row.kappa)

    var chains = [[[Double]]](repeating: [], count: 5)
    for key in 0..<4 as Range<UInt64> {
      let stream = RandomStream(key: 100 * UInt64(row.id) + key)
      let start =
        key < 2
        ? network.coldStart(from: stream) : network.plantedStart(target: target, from: stream)
      let chain = Chain(
        posterior, start: start, settings: HamiltonianMonteCarlo(warmup: 300), stream: stream)
      for _ in 0..<300 { chain.advance(posterior) }  // to forget the start
      var draws = [[Double]](repeating: [], count: 5)
      for _ in 0..<3000 {
        chain.advance(posterior)
        for (k, value) in observables(chain.state, posterior, network, target).enumerated() {
          draws[k].append(value)
        }
      }
      for k in 0..<5 { chains[k].append(draws[k]) }
    }

    let truths = [
      ("A", row.A), ("training loss", row.trainMse), ("w₁²", row.w1sq), ("|w|²", row.wnorm2),
      ("neurons with |w₁| > 0.8", row.M08),
    ]
    for ((name, truth), chains) in zip(truths, chains) {
      let got = Diagnostics(chains)
      let error = (got.standardError * got.standardError + truth.mcse * truth.mcse).squareRoot()
      #expect(got.rHat < 1.05, "\(name), \(row): R̂ \(got.rHat), expected below 1.05")
      #expect(
        abs(got.mean - truth.mean) <= 4 * error,
        """
        \(name), \(row): got \(got.mean) ± \(got.standardError), expected \(truth.mean) ± \
        \(truth.mcse), \((got.mean - truth.mean) / error) combined standard errors apart, at most 4
        """)
    }
  }

  /// Alignment, training loss, means of w₁² and |w|² over neurons, and the number of specialists.
  func observables(
    _ state: borrowing Hamiltonian<TwoLayerPosterior>, _ posterior: borrowing TwoLayerPosterior,
    _ network: TwoLayerNetwork, _ target: HermiteTarget
  ) -> [Double] {
    var (overlaps, norms, specialists) = (0.0, 0.0, 0.0)
    for i in 0..<network.width {
      let overlap = network.overlap(ofNeuron: i, state.position)
      overlaps += overlap * overlap
      norms += network.squaredNorm(ofNeuron: i, state.position)
      specialists += abs(overlap) > 0.8 ? 1 : 0
    }
    let n = Double(network.width)
    return [
      network.alignment(with: target, state.position),
      posterior.trainingLoss(state.position, energy: state.energy),
      overlaps / n, norms / n, specialists,
    ]
  }
}
