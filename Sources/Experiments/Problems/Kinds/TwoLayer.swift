import Kernels
import Networks
import Studies

/// f(x) = Σ a_i erf(w_i·x) that learns √(1 − ε²) He_m(x₁)/√m! + ε x₁, where ε is 0 unless a spec
/// says otherwise.
struct TwoLayerProblem: Problem {
  let network: TwoLayerNetwork
  let hermite: HermiteTarget
  /// ε.
  let linear: Double

  init(_ cell: Parameters) {
    network = TwoLayerNetwork(
      dimension: cell.dimension, width: cell.width, weightVariance: cell.weightVariance,
      readoutVariance: cell.readoutVariance)
    hermite = HermiteTarget(degree: cell.degree)
    linear = cell.has(Parameters.Name.linear) ? cell.real(Parameters.Name.linear) : 0
  }

  func target(_ input: ArraySlice<Float>) -> Double {
    let x = Double(input.first!)
    if linear == 0 { return hermite.value(x) }
    return (1 - linear * linear).squareRoot() * hermite.value(x) + linear * x
  }

  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    network.plantedStart(
      target: hermite, multiple: PlantedSpecialists.multiple(index), from: stream)
  }

  func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer {
    TwoLayerObserver(network: network, target: hermite, linear: linear)
  }
}

final class TwoLayerObserver: Observer {
  let network: TwoLayerNetwork
  let target: HermiteTarget
  let linear: Double
  private let first = HermiteTarget(degree: 1)

  init(network: TwoLayerNetwork, target: HermiteTarget, linear: Double) {
    self.network = network
    self.target = target
    self.linear = linear
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double {
    if linear == 0 { return network.alignment(with: target, draw) }
    return mixed(
      network.alignment(with: target, draw), network.alignment(with: first, draw))
  }

  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    var (overlaps, squaredNorms): ([Double], [Double]) = ([], [])
    for neuron in 0..<network.width {
      overlaps.append(network.overlap(ofNeuron: neuron, draw))
      squaredNorms.append(network.squaredNorm(ofNeuron: neuron, draw))
    }
    let projection = network.alignment(
      with: target, overlaps: overlaps, squaredNorms: squaredNorms, draw)
    let alignment =
      linear == 0
      ? projection
      : mixed(
        projection,
        network.alignment(
          with: first, overlaps: overlaps, squaredNorms: squaredNorms, draw))
    return (
      alignment,
      Reading(
        overlaps: overlaps, squaredNorms: squaredNorms, alignment: alignment,
        projection: projection)
    )
  }

  /// ⟨f, y⟩ from the projections on He_m/√m! and on x₁.
  private func mixed(_ projection: Double, _ first: Double) -> Double {
    (1 - linear * linear).squareRoot() * projection + linear * first
  }

  /// w·w* and |w|² of every neuron.
  struct Reading {
    let overlaps, squaredNorms: [Double]
    /// A, and ⟨f, He_m(x₁)⟩/√m!.
    let alignment, projection: Double
    var width: Double { Double(overlaps.count) }
  }

  static let observables = [
    Observed<Reading>(
      "specialists", "specialised neurons",
      "number of neurons with |w_i.w*| > \(SpecialistThreshold.overlap)", isInteger: true,
      tellsMost: true
    ) { SpecialistThreshold.count($0.overlaps, beyond: SpecialistThreshold.overlap) },
    Observed(
      "squared_overlap", "mean squared overlap", "mean over neurons of (w_i.w*)^2"
    ) { $0.overlaps.reduce(0) { $0 + $1 * $1 } / $0.width },
    Observed("squared_norm", "mean squared norm", "mean over neurons of |w_i|^2") {
      $0.squaredNorms.reduce(0, +) / $0.width
    },
  ]

  static let further: [FurtherObserved<TwoLayerObserver>] = [
    FurtherObserved(
      "largest_overlap", "largest overlap", "largest |w_i.w*| of any neuron"
    ) { _, reading, _ in reading.overlaps.reduce(0) { max($0, abs($1)) } },
    FurtherObserved(
      "test_error", "test error", "mean of (f - y)^2 over x ~ N(0, I), exact"
    ) { observer, reading, draw in
      observer.network.meanSquare(draw) - 2 * reading.alignment + 1
    },
    FurtherObserved(
      "projection", "projection on the Hermite polynomial",
      "<f, He_m(x_1)>/sqrt(m!), which is the alignment where the target has no linear part"
    ) { _, reading, _ in reading.projection },
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
    target: .polynomial(
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
    further: TwoLayerObserver.further.map(\.observable),
    units: TwoLayerObserver.units.map(\.unit),
    hasLinearTargets: true,
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

extension Coordinate {
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
