import Kernels
import Networks

/// f(x) = Σ a_i erf(w_i·x) that learns He_m(x₁)/√m!.
struct TwoLayerProblem: Problem {
  let network: TwoLayerNetwork
  let hermite: HermiteTarget

  init(_ cell: Parameters) {
    network = TwoLayerNetwork(
      dimension: cell.dimension, width: cell.width, weightVariance: cell.weightVariance,
      readoutVariance: cell.readoutVariance)
    hermite = HermiteTarget(degree: cell.degree)
  }

  func target(_ input: ArraySlice<Float>) -> Double { hermite.value(Double(input.first!)) }

  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    // The best number of specialists, then fewer and more.
    let multiples = [1, 0.4, 1.6]
    return network.plantedStart(
      target: hermite, multiple: multiples[index % multiples.count], from: stream)
  }

  func observer(test: TrainingSet?, kernels: KernelSet) -> any Observer {
    TwoLayerObserver(network: network, target: hermite)
  }
}

private final class TwoLayerObserver: Observer {
  let network: TwoLayerNetwork
  let target: HermiteTarget

  init(network: TwoLayerNetwork, target: HermiteTarget) {
    self.network = network
    self.target = target
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double {
    network.alignment(with: target, draw)
  }

  func observables(_ draw: borrowing AlignedBuffer) -> [Double] {
    var (count, overlapSquares, normSquares) = (0, 0.0, 0.0)
    for neuron in 0..<network.width {
      let w1 = network.overlap(ofNeuron: neuron, draw)
      if abs(w1) > SpecialistThreshold.overlap { count += 1 }
      overlapSquares += w1 * w1
      normSquares += network.squaredNorm(ofNeuron: neuron, draw)
    }
    let width = Double(network.width)
    return [Double(count), overlapSquares / width, normSquares / width]
  }

  func units(_ draw: borrowing AlignedBuffer) -> [[Float]] {
    var overlaps: [Float] = []
    for neuron in 0..<network.width {
      overlaps.append(Float(network.overlap(ofNeuron: neuron, draw)))
    }
    return [overlaps]
  }
}

extension NetworkKind {
  package static let twoLayer = NetworkKind(
    name: "two-layer", plural: "two-layer networks",
    sizes: [
      Size(coordinate: Coordinate("dimension", "input dimension d", "x ~ N(0, I_d)")),
      Size(
        coordinate: Coordinate("width", "hidden width N", "f(x) = sum_i^N a_i erf(w_i.x)")),
    ],
    inputs: ["dimension"],
    choices: [Choice(coordinate: .activation, words: ["erf"])],
    target: .hermite(
      description: "y(x) = He_m(x_1)/sqrt(m!)", degrees: Target.oddDegrees,
      allowed: Target.oddForErf),
    variances: [
      Coordinate(
        "weight_variance", "first-layer prior variance sigma_w^2", "w_i ~ N(0, sigma_w^2 I/d)"),
      Coordinate(
        "readout_variance", "readout prior variance sigma_a^2", "a_i ~ N(0, sigma_a^2/N)"),
    ],
    observables: [
      Observable(
        "specialists", "specialised neurons",
        "number of neurons with |w_i.w*| > \(SpecialistThreshold.overlap)", isInteger: true),
      Observable(
        "squared_overlap", "mean squared overlap", "mean over neurons of (w_i.w*)^2"),
      Observable("squared_norm", "mean squared norm", "mean over neurons of |w_i|^2"),
    ],
    units: [
      Unit(
        coordinate: Coordinate(
          "overlap", "overlap w.w*",
          "overlap of each neuron's weights with the target's direction"),
        axis: "neuron", size: "width")
    ],
    certifying: [], needsTestSet: false,
    planted:
      "planted: at specialists that solve the task, 1, 0.4 and 1.6 times their best number in turn",
    demand: { cell in
      let (d, n) = (Double(cell.dimension), Double(cell.width))
      return Demand(
        parameters: n * (d + 1), perSample: max(d, n), features: n, work: n * (d + 10))
    },
    problem: { TwoLayerProblem($0) })
}

extension NetworkKind.Coordinate {
  static let activation = Self("activation", "activation sigma", "of all hidden neurons")
}

extension NetworkKind.Target {
  private static let largestDegree = 15
  /// The degrees that neurons of erf can learn, in words.
  static let oddDegrees = "an odd integer from 1 to \(largestDegree)"
  /// What is wrong with a degree for neurons of erf, if anything is.
  static let oddForErf: @Sendable (Parameters, Int) -> String? = { _, degree in
    degree % 2 == 1 && degree <= largestDegree
      ? nil : "an odd degree up to \(largestDegree): erf has no even components"
  }
}
