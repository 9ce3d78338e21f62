import Kernels
import Networks
import Studies

/// f(x) = Σ a_i erf(h_i), h_i = Σ_j V_ij erf(w_j·x), that learns He_m(x₁)/√m!.
package struct ThreeLayerProblem: Problem {
  package let network: ThreeLayerNetwork
  let hermite: HermiteTarget

  package init(_ cell: Parameters) {
    network = ThreeLayerNetwork(
      dimension: cell.dimension, firstWidth: cell.firstWidth, secondWidth: cell.secondWidth,
      weightVariance: cell.weightVariance,
      hiddenVariance: cell.real(Parameters.Name.hiddenVariance),
      readoutVariance: cell.readoutVariance)
    hermite = HermiteTarget(degree: cell.degree)
  }

  package func target(_ input: ArraySlice<Float>) -> Double { hermite.value(Double(input.first!)) }

  package func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    let patterns = ThreeLayerNetwork.Pattern.allCases
    return network.plantedStart(
      patterns[index % patterns.count], target: hermite, from: stream)
  }

  package func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer {
    ThreeLayerObserver(
      self, training: training, TestSet(network: network, data: test!, kernels: kernels), kernels)
  }
}

private final class ThreeLayerObserver: Observer {
  let network: ThreeLayerNetwork
  let target: HermiteTarget
  let linear = HermiteTarget(degree: 1)
  let test: TestSet<ThreeLayerNetwork>
  private let training: TrainingSet
  private let kernels: KernelSet
  /// Made where a study asks for it.
  private(set) lazy var projection = ThreeLayerProjection(network, training, kernels: kernels)

  init(
    _ problem: ThreeLayerProblem, training: TrainingSet,
    _ test: consuming TestSet<ThreeLayerNetwork>, _ kernels: KernelSet
  ) {
    network = problem.network
    target = problem.hermite
    self.training = training
    self.test = test
    self.kernels = kernels
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double { test.alignment(draw).value }

  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    let couplings = network.couplings(with: target, draw)
    var overlaps: [Double] = []
    for neuron in 0..<network.firstWidth {
      overlaps.append(network.overlap(ofNeuron: neuron, draw))
    }
    return (
      alignment(draw),
      Reading(
        overlaps: overlaps, couplings: couplings,
        linear: network.hiddenOverlaps(with: linear, draw),
        hidden: network.hiddenOverlaps(couplings: couplings, draw))
    )
  }

  struct Reading {
    /// w_j·w* and ⟨erf(w_j·x), y⟩ of every neuron of the first layer.
    let overlaps, couplings: [Double]
    /// ⟨h_i, x₁⟩ and ⟨h_i, y⟩ of every neuron of the second layer.
    let linear, hidden: [Double]
  }

  static let observables = [
    Observed<Reading>(
      "first_specialists", "specialised neurons of the first layer",
      "number of neurons with |w_j.w*| > \(SpecialistThreshold.overlap), "
        + "those of the prior included",
      isInteger: true, tellsMost: true
    ) { SpecialistThreshold.count($0.overlaps, beyond: SpecialistThreshold.overlap) },
    Observed(
      "second_specialists", "specialised neurons of the second layer",
      "number of neurons with |<h_i,x_1>| > \(SpecialistThreshold.secondLayer)", isInteger: true
    ) { SpecialistThreshold.count($0.linear, beyond: SpecialistThreshold.secondLayer) },
    Observed(
      "first_coupling", "coupling of the first layer to the target",
      "sum_j <erf(w_j.x),y>^2, N_1 times the target's eigenvalue of the first kernel",
      certifies: true
    ) { squares($0.couplings) },
    Observed(
      "second_linear", "linear overlap of the second layer", "sum_i <h_i,x_1>^2", certifies: true
    ) { squares($0.linear) },
    Observed(
      "second_magnetization", "magnetization beta of the second layer", "sum_i <h_i,y>^2"
    ) { squares($0.hidden) },
  ]

  static let further: [FurtherObserved<ThreeLayerObserver>] = [
    FurtherObserved(
      "squared_overlap", "mean squared overlap of the first layer",
      "mean over neurons of (w_j.w*)^2, sigma_w^2/d in the prior"
    ) { _, reading, _ in squares(reading.overlaps) / Double(reading.overlaps.count) },
    FurtherObserved(
      "target_kernel", "kernel of the second layer along the targets",
      "y^T K y with K = sum_i h_i h_i^T/N_2 at the training inputs"
    ) { observer, _, draw in observer.projection.value(draw) },
  ]

  static let units = [
    ObservedUnits<Reading>(
      "first_overlap", "overlap w_j.w*", "of each neuron of the first layer",
      axis: "first_neuron", size: Parameters.Name.firstWidth
    ) { $0.overlaps.map { Float($0) } },
    ObservedUnits(
      "second_overlap", "linear overlap <h_i,x_1>", "of each neuron of the second layer, exact",
      axis: "second_neuron", size: Parameters.Name.secondWidth
    ) { $0.linear.map { Float($0) } },
  ]
}

/// The sum of the squares.
private func squares(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

extension NetworkKind {
  package static let threeLayer = NetworkKind(
    name: "three-layer", plural: "three-layer networks",
    sizes: [
      Size(coordinate: Coordinate(Name.dimension, "input dimension d", "x ~ N(0, I_d)")),
      Size(
        coordinate: Coordinate(
          Name.firstWidth, "first hidden width N_1", "h_i(x) = sum_j^N_1 V_ij erf(w_j.x)")),
      Size(
        coordinate: Coordinate(
          Name.secondWidth, "second hidden width N_2", "f(x) = sum_i^N_2 a_i erf(h_i(x))")),
    ],
    inputs: [Name.dimension],
    choices: [Choice(coordinate: .activation, words: ["erf"])],
    target: .polynomial(
      description: "y(x) = He_m(x_1)/sqrt(m!)", degrees: Target.oddDegrees,
      allowed: Target.oddForErf),
    variances: [
      Coordinate(
        Name.weightVariance, "first-layer prior variance sigma_w^2", "w_j ~ N(0, sigma_w^2 I/d)"),
      Coordinate(
        Name.hiddenVariance, "second-layer prior variance sigma_v^2",
        "V_ij ~ N(0, sigma_v^2/N_1)"),
      Coordinate(
        Name.readoutVariance, "readout prior variance sigma_a^2", "a_i ~ N(0, sigma_a^2/N_2)"),
    ],
    weights: [
      WeightArray(
        "w", [Name.firstWidth, Name.dimension], variance: Name.weightVariance,
        fanIn: [Name.dimension]),
      WeightArray(
        "V", [Name.secondWidth, Name.firstWidth], variance: Name.hiddenVariance,
        fanIn: [Name.firstWidth], isTransposed: true),
      WeightArray(
        "a", [Name.secondWidth], variance: Name.readoutVariance, fanIn: [Name.secondWidth]),
    ],
    feature: Name.dimension,
    observables: ThreeLayerObserver.observables.map(\.observable),
    further: ThreeLayerObserver.further.map(\.observable),
    units: ThreeLayerObserver.units.map(\.unit),
    needsTestSet: true,
    planted:
      "planted: at the patterns "
      + ThreeLayerNetwork.Pattern.allCases.map(\.rawValue).joined(separator: ", ") + " in turn",
    exampleNetwork: "dimension: 4, first_width: 5, second_width: 3",
    exampleTarget: "{kind: hermite, degree: 3}",
    demand: { cell in
      let d = Double(cell.dimension)
      let (n, m) = (Double(cell.firstWidth), Double(cell.secondWidth))
      return Demand(
        parameters: n * (d + m) + m, perSample: max(d, n, m), features: m,
        work: n * (d + m + 10) + 10 * m,
        planted: Double(ThreeLayerNetwork.plantedSamples) * d)
    },
    problem: { ThreeLayerProblem($0) })
}
