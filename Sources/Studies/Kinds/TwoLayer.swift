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
    network.plantedStart(
      target: hermite, multiple: PlantedSpecialists.multiple(index), from: stream)
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

  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    var (overlaps, squaredNorms): ([Double], [Double]) = ([], [])
    for neuron in 0..<network.width {
      overlaps.append(network.overlap(ofNeuron: neuron, draw))
      squaredNorms.append(network.squaredNorm(ofNeuron: neuron, draw))
    }
    return (
      network.alignment(with: target, overlaps: overlaps, squaredNorms: squaredNorms, draw),
      Reading(overlaps: overlaps, squaredNorms: squaredNorms)
    )
  }

  /// w·w* and |w|² of every neuron.
  struct Reading {
    let overlaps, squaredNorms: [Double]
    var width: Double { Double(overlaps.count) }
  }

  static let observables = [
    Observed<Reading>(
      "specialists", "specialised neurons",
      "number of neurons with |w_i.w*| > \(SpecialistThreshold.overlap)", isInteger: true,
      tellsMost: true
    ) { Double($0.overlaps.count { abs($0) > SpecialistThreshold.overlap }) },
    Observed(
      "squared_overlap", "mean squared overlap", "mean over neurons of (w_i.w*)^2"
    ) { $0.overlaps.reduce(0) { $0 + $1 * $1 } / $0.width },
    Observed("squared_norm", "mean squared norm", "mean over neurons of |w_i|^2") {
      $0.squaredNorms.reduce(0, +) / $0.width
    },
  ]

  static let units = [
    ObservedUnits<Reading>(
      "overlap", "overlap w.w*", "overlap of each neuron's weights with the target's direction",
      axis: "neuron", size: Parameters.Name.width
    ) { $0.overlaps.map { Float($0) } }
  ]
}

extension NetworkKind {
  package static let twoLayer = NetworkKind(
    name: "two-layer", plural: "two-layer networks",
    sizes: [
      Size(coordinate: Coordinate(Name.dimension, "input dimension d", "x ~ N(0, I_d)")),
      Size(
        coordinate: Coordinate(Name.width, "hidden width N", "f(x) = sum_i^N a_i erf(w_i.x)")),
    ],
    inputs: [Name.dimension],
    choices: [Choice(coordinate: .activation, words: ["erf"])],
    target: .hermite(
      description: "y(x) = He_m(x_1)/sqrt(m!)", degrees: Target.oddDegrees,
      allowed: Target.oddForErf),
    variances: [
      Coordinate(
        Name.weightVariance, "first-layer prior variance sigma_w^2", "w_i ~ N(0, sigma_w^2 I/d)"),
      Coordinate(
        Name.readoutVariance, "readout prior variance sigma_a^2", "a_i ~ N(0, sigma_a^2/N)"),
    ],
    weights: [
      WeightArray(
        "w", [Name.width, Name.dimension], variance: Name.weightVariance, fanIn: [Name.dimension]),
      WeightArray("a", [Name.width], variance: Name.readoutVariance, fanIn: [Name.width]),
    ],
    feature: Name.dimension,
    observables: TwoLayerObserver.observables.map(\.observable),
    units: TwoLayerObserver.units.map(\.unit),
    needsTestSet: false,
    planted:
      "planted: at specialists that solve the task, \(PlantedSpecialists.words) times their best "
      + "number in turn",
    exampleNetwork: "dimension: 4, width: 3",
    exampleTarget: "{kind: hermite, degree: 3}",
    demand: { cell in
      let (d, n) = (Double(cell.dimension), Double(cell.width))
      return Demand(
        parameters: n * (d + 1), perSample: max(d, n), features: n, work: n * (d + 10))
    },
    problem: { TwoLayerProblem($0) })
}

extension NetworkKind.Coordinate {
  static let activation = Self(
    Parameters.Name.activation, "activation sigma", "of all hidden neurons")
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
