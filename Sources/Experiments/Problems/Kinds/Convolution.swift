import Kernels
import Networks
import Studies

/// A convolution with shared patches that learns N_w^{−1/2} Σ_i He_m(w*·x_i)/√m!.
struct PatchProblem: Problem {
  let network: PatchNetwork
  let feature: PatchTarget

  init(_ cell: Parameters) {
    network = PatchNetwork(
      patches: cell.patches, patchSize: cell.patch, channels: cell.channels,
      weightVariance: cell.weightVariance, readoutVariance: cell.readoutVariance,
      activation: Activation(rawValue: cell.word(Parameters.Name.activation))!)
    feature = PatchTarget(patches: cell.patches, patchSize: cell.patch, degree: cell.degree)
  }

  func target(_ input: ArraySlice<Float>) -> Double { feature.value(input.map(Double.init)) }

  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    network.plantedStart(
      target: feature, multiple: PlantedSpecialists.multiple(index), from: stream)
  }

  func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer { PatchObserver(self) }
}

private final class PatchObserver: Observer {
  let network: PatchNetwork
  let target: PatchTarget

  init(_ problem: PatchProblem) {
    network = problem.network
    target = problem.feature
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double {
    network.alignment(with: target, draw)
  }

  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    var overlaps: [Float] = []
    for filter in 0..<network.channels {
      overlaps.append(Float(network.overlap(ofFilter: filter, draw)))
    }
    return (
      alignment(draw),
      Reading(
        amplification: network.amplification(draw),
        transverseAmplification: network.transverseAmplification(draw), overlaps: overlaps)
    )
  }

  /// What a draw's filters are, w_c·w* of each among it.
  struct Reading {
    let amplification, transverseAmplification: Double
    let overlaps: [Float]
  }

  static let observables = [
    Observed<Reading>(
      "amplification", "amplification D along the feature",
      "D = S/(sigma_w^2 C) sum_c (w_c.w*)^2, 1 in the prior", certifies: true, tellsMost: true
    ) { $0.amplification },
    Observed(
      "transverse_amplification", "the same of a direction across it",
      "S/(sigma_w^2 C (S - 1)) sum_c |w_c - (w_c.w*) w*|^2, 1 in the prior"
    ) { $0.transverseAmplification },
  ]

  static let units = [
    ObservedUnits<Reading>(
      "overlap", "overlap w_c.w*", "of each filter with the target's feature", axis: "channel",
      size: Parameters.Name.channels
    ) { $0.overlaps }
  ]
}

extension NetworkKind {
  package static let convolution = NetworkKind(
    name: "convolution", plural: "convolutions with shared patches that do not overlap",
    sizes: [
      Size(coordinate: Coordinate(Name.patch, "size S of a patch", "x_i ~ N(0, I_S)"), smallest: 2),
      Size(
        coordinate: Coordinate(
          Name.patches, "patches N_w of an input",
          "y(x) = N_w^{-1/2} sum_i^N_w He_m(w*.x_i)/sqrt(m!)")
      ),
      Size(
        coordinate: Coordinate(
          Name.channels, "channels C", "f(x) = sum_i^N_w sum_c^C a_ic sigma(w_c.x_i)")),
      Size(
        coordinate: Coordinate(Name.dimension, "input dimension d", "d = N_w S"),
        derived: [Name.patch, Name.patches]),
    ],
    inputs: [Name.dimension],
    choices: [Choice(coordinate: .activation, words: ["erf", "linear"])],
    target: .polynomial(
      description: "y(x) = N_w^{-1/2} sum_i He_m(w*.x_i)/sqrt(m!)",
      degrees: "\(Target.oddDegrees); 1 for a linear network"
    ) { cell, degree in
      if cell.word(Name.activation) == "linear" {
        return degree == 1 ? nil : "1: a linear network learns no other degree"
      }
      return Target.oddForErf(cell, degree)
    },
    variances: [
      Coordinate(
        Name.weightVariance, "prior variance sigma_w^2 of filters", "w_c ~ N(0, sigma_w^2 I/S)"),
      Coordinate(
        Name.readoutVariance, "readout prior variance sigma_a^2", "a_ic ~ N(0, sigma_a^2/(N_w C))"),
    ],
    weights: [
      WeightArray(
        "w", [Name.channels, Name.patch], variance: Name.weightVariance, fanIn: [Name.patch]),
      WeightArray(
        "a", [Name.patches, Name.channels], variance: Name.readoutVariance,
        fanIn: [Name.patches, Name.channels]),
    ],
    feature: Name.patch,
    observables: PatchObserver.observables.map(\.observable),
    units: PatchObserver.units.map(\.unit),
    needsTestSet: false,
    planted:
      "planted: at filters and readouts that solve the task, with \(PlantedSpecialists.words) times "
      + "the best number of specialised filters in turn",
    exampleNetwork: "patch: 4, patches: 3, channels: 5",
    exampleTarget: "{kind: hermite, degree: 3}",
    demand: { cell in
      let (s, w, c) = (Double(cell.patch), Double(cell.patches), Double(cell.channels))
      let work = w * c * (s + 10)
      // A linear network is evaluated by the product of its layers.
      let linear = cell.word(Name.activation) == "linear"
      return Demand(
        parameters: c * (s + w), perSample: max(w * s, linear ? 0 : w * c), features: w * c,
        work: linear ? w * s : work)
    },
    problem: { PatchProblem($0) })
}
