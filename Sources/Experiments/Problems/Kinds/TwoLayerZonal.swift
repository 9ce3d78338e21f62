import Kernels
import Networks
import Studies

/// f(x) = Σ a_i erf(w_i·x) on the sphere |x|² = d that learns y = √N_ℓ P_ℓ(x₁/|x|).
struct TwoLayerZonalProblem: Problem {
  let network: TwoLayerNetwork
  let zonal: ZonalTarget

  init(_ cell: Parameters) {
    network = TwoLayerNetwork(
      dimension: cell.dimension, width: cell.width, weightVariance: cell.weightVariance,
      readoutVariance: cell.readoutVariance)
    zonal = ZonalTarget(degree: cell.degree, dimension: cell.dimension)
  }

  func target(_ input: ArraySlice<Float>) -> Double { zonal.value(input) }

  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    network.plantedStart(multiple: PlantedSpecialists.multiple(index), from: stream) {
      zonal.overlap($0, squaredNorm: $1)
    }
  }

  func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer {
    ZonalObserver(network: network, target: zonal)
  }
}

/// What reduces a draw to its cross-data-set learnability and what it shares with other two-layer
/// networks.
private final class ZonalObserver: Observer {
  typealias Reading = TwoLayerObserver.Reading
  let network: TwoLayerNetwork
  let target: ZonalTarget

  init(network: TwoLayerNetwork, target: ZonalTarget) {
    self.network = network
    self.target = target
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double { read(draw).alignment }

  /// L = Σ a_i c(|w_i|) y(w_i), exact by Funk and Hecke's theorem.
  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    var (overlaps, squaredNorms): ([Double], [Double]) = ([], [])
    var alignment = 0.0
    for neuron in 0..<network.width {
      let overlap = network.overlap(ofNeuron: neuron, draw)
      let squaredNorm = network.squaredNorm(ofNeuron: neuron, draw)
      overlaps.append(overlap)
      squaredNorms.append(squaredNorm)
      let readout = Double(draw[network.hiddenCount + neuron])
      alignment +=
        network.readoutScale * readout * target.overlap(overlap, squaredNorm: squaredNorm)
    }
    return (
      alignment,
      Reading(
        overlaps: overlaps, squaredNorms: squaredNorms, alignment: alignment,
        projection: alignment)
    )
  }

  static let observables = TwoLayerObserver.observables
  static let units = TwoLayerObserver.units

  static let further: [FurtherObserved<ZonalObserver>] = [
    FurtherObserved(
      "largest_overlap", "largest overlap", "largest |w_i.w*| of any neuron"
    ) { _, reading, _ in reading.overlaps.reduce(0) { max($0, abs($1)) } }
  ]
}

extension NetworkKind {
  /// Two-layer networks on the sphere, the ordinary ones with a target of `kind: zonal`.
  package static let twoLayerZonal = NetworkKind(
    name: "two-layer-zonal", sharedWord: twoLayer.name,
    plural: "two-layer networks on the sphere",
    sizes: [
      Size(
        coordinate: Coordinate(Name.dimension, "input dimension d", "|x|^2 = d"), smallest: 3),
      Size(
        coordinate: Coordinate(Name.width, "hidden width N", "f(x) = sum_i^N a_i erf(w_i.x)")),
    ],
    inputs: [Name.dimension], choices: twoLayer.choices,
    target: .polynomial(
      .zonal, description: "y(x) = sqrt(N_l) P_l(x_1/|x|), of unit variance on the sphere",
      degrees: Target.oddDegrees, allowed: Target.oddForErf),
    variances: twoLayer.variances, weights: twoLayer.weights, feature: Name.dimension,
    observables: ZonalObserver.observables.map(\.observable),
    further: ZonalObserver.further.map(\.observable),
    units: ZonalObserver.units.map(\.unit), hasSphericalInputs: true, needsTestSet: false,
    planted: twoLayer.planted, exampleNetwork: twoLayer.exampleNetwork,
    exampleTarget: "{kind: zonal, degree: 3}", demand: twoLayer.demand,
    problem: { TwoLayerZonalProblem($0) })
}
