import Kernels
import Networks
import Studies

/// A network of three hidden layers that learns He_m(x₁)/√m!.
///
/// `DeepNetwork` has any number of hidden layers; what a study needs of each is a name here.
package struct FourLayerProblem: Problem {
  package let network: DeepNetwork
  let hermite: HermiteTarget

  package init(_ cell: Parameters) {
    network = DeepNetwork(
      dimension: cell.dimension, widths: Layer.all.map { cell.integer($0.width) },
      weightVariance: cell.weightVariance,
      hiddenVariance: cell.real(Parameters.Name.hiddenVariance),
      readoutVariance: cell.readoutVariance)
    hermite = HermiteTarget(degree: cell.degree)
  }

  package func target(_ input: ArraySlice<Float>) -> Double { hermite.value(Double(input.first!)) }

  /// The layers are specialised in turn.
  package func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    network.plantedStart(
      specialisedLayer: index % network.widths.count, target: hermite, from: stream)
  }

  package func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer {
    FourLayerObserver(self, test: test!, kernels)
  }
}

/// A hidden layer, by the names of what belongs to it.
private struct Layer {
  /// "first".
  let word: String
  /// The size that is its width.
  let width: String
  /// The symbol of its neurons' inputs, "h1".
  let input: String

  static let all = [
    Layer(word: "first", width: Parameters.Name.firstWidth, input: "h1"),
    Layer(word: "second", width: Parameters.Name.secondWidth, input: "h2"),
    Layer(word: "third", width: Parameters.Name.thirdWidth, input: "h3"),
  ]
}

private final class FourLayerObserver: Observer {
  private let network: DeepNetwork
  private let target: HermiteTarget
  private let test: TestSet<DeepNetwork>
  /// What the outputs of the second and the third layer are compared with: x₁ of the test inputs.
  private let second, third: TestSet<DeepNetwork>

  init(_ problem: FourLayerProblem, test data: TrainingSet, _ kernels: KernelSet) {
    network = problem.network
    target = problem.hermite
    test = TestSet(network: network, data: data, kernels: kernels)
    let linear = TrainingSet(
      inputs: data.inputs, dimension: data.dimension, target: HermiteTarget(degree: 1))
    second = TestSet(network: network.firstLayers(2), data: linear, kernels: kernels)
    third = TestSet(network: network, data: linear, kernels: kernels)
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double { test.alignment(draw).value }

  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    var overlaps: [Double] = []
    for neuron in 0..<network.widths[0] {
      overlaps.append(network.overlap(ofNeuron: neuron, draw))
    }
    let couplings = network.couplings(with: target, draw)
    return (
      alignment(draw),
      Reading(
        overlaps: [overlaps, second.featureOverlaps(draw), third.featureOverlaps(draw)],
        coupling: squares(couplings))
    )
  }

  struct Reading {
    /// w_j·w* of the first layer, and ⟨erf(h_i), x₁⟩ of each neuron of the others.
    let overlaps: [[Double]]
    /// Σ_j ⟨erf(w_j·x), y⟩².
    let coupling: Double
  }

  static let observables =
    Layer.all.enumerated().map { index, layer in
      Observed<Reading>(
        "\(layer.word)_specialists", "specialised neurons of the \(layer.word) layer",
        "number of neurons with "
          + (index == 0
            ? "|w_j.w*| > \(SpecialistThreshold.overlap), those of the prior included"
            : "|<erf(\(layer.input)_i),x_1>| > \(SpecialistThreshold.output) over the test inputs"),
        isInteger: true, tellsMost: index == 0
      ) {
        SpecialistThreshold.count(
          $0.overlaps[index],
          beyond: index == 0 ? SpecialistThreshold.overlap : SpecialistThreshold.output)
      }
    } + [
      Observed(
        "first_coupling", "coupling of the first layer to the target",
        "sum_j <erf(w_j.x),y>^2, N_1 times the target's eigenvalue of the first kernel",
        certifies: true
      ) { $0.coupling }
    ]
    + Layer.all.enumerated().dropFirst().map { index, layer in
      Observed(
        "\(layer.word)_linear", "linear overlap of the \(layer.word) layer",
        "sum_i <erf(\(layer.input)_i),x_1>^2 over the test inputs", certifies: true
      ) { squares($0.overlaps[index]) }
    }

  static let units = Layer.all.enumerated().map { index, layer in
    ObservedUnits<Reading>(
      "\(layer.word)_overlap",
      index == 0 ? "overlap w_j.w*" : "overlap <erf(\(layer.input)_i),x_1>",
      "of each neuron of the \(layer.word) layer" + (index == 0 ? "" : ", over the test inputs"),
      axis: "\(layer.word)_neuron", size: layer.width
    ) { $0.overlaps[index].map { Float($0) } }
  }
}

/// The sum of the squares.
private func squares(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

extension NetworkKind {
  package static let fourLayer = NetworkKind(
    name: "four-layer", plural: "four-layer networks",
    sizes: [
      Size(coordinate: Coordinate(Name.dimension, "input dimension d", "x ~ N(0, I_d)")),
      Size(
        coordinate: Coordinate(
          Name.firstWidth, "first hidden width N_1", "h2_i(x) = sum_j^N_1 V_ij erf(w_j.x)")),
      Size(
        coordinate: Coordinate(
          Name.secondWidth, "second hidden width N_2", "h3_i(x) = sum_j^N_2 U_ij erf(h2_j(x))")),
      Size(
        coordinate: Coordinate(
          Name.thirdWidth, "third hidden width N_3", "f(x) = sum_i^N_3 a_i erf(h3_i(x))")),
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
        Name.hiddenVariance, "prior variance sigma_v^2 of the other hidden layers",
        "V_ij ~ N(0, sigma_v^2/N_1), U_ij ~ N(0, sigma_v^2/N_2)"),
      Coordinate(
        Name.readoutVariance, "readout prior variance sigma_a^2", "a_i ~ N(0, sigma_a^2/N_3)"),
    ],
    weights: [
      WeightArray(
        "w", [Name.firstWidth, Name.dimension], variance: Name.weightVariance,
        fanIn: [Name.dimension]),
      WeightArray(
        "V", [Name.secondWidth, Name.firstWidth], variance: Name.hiddenVariance,
        fanIn: [Name.firstWidth], isTransposed: true),
      WeightArray(
        "U", [Name.thirdWidth, Name.secondWidth], variance: Name.hiddenVariance,
        fanIn: [Name.secondWidth], isTransposed: true),
      WeightArray(
        "a", [Name.thirdWidth], variance: Name.readoutVariance, fanIn: [Name.thirdWidth]),
    ],
    feature: Name.dimension,
    observables: FourLayerObserver.observables.map(\.observable),
    units: FourLayerObserver.units.map(\.unit),
    needsTestSet: true,
    planted: "planted: with specialists in the first, the second or the third layer, in turn",
    exampleNetwork: "dimension: 4, first_width: 5, second_width: 3, third_width: 4",
    exampleTarget: "{kind: hermite, degree: 3}",
    demand: { cell in
      let d = Double(cell.dimension)
      let widths = Layer.all.map { Double(cell.integer($0.width)) }
      let weights = zip([d] + widths, widths).reduce(0) { $0 + $1.0 * $1.1 } + widths.last!
      return Demand(
        parameters: weights, perSample: ([d] + widths).max()!, features: widths.last!,
        work: weights + 10 * widths.reduce(0, +),
        planted: Double(ThreeLayerNetwork.plantedSamples) * d)
    },
    problem: { FourLayerProblem($0) })
}
