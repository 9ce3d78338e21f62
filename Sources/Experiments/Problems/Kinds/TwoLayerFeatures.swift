import Kernels
import Networks
import Studies

/// f(x) = Σ a_i σ(w_i·x + b_i) that learns several features, from inputs of any law, where neurons
/// have biases or not.
struct TwoLayerFeaturesProblem: Problem {
  let network: TwoLayerNetwork
  let features: FeatureTarget

  init(_ cell: Parameters) {
    network = TwoLayerNetwork(
      dimension: cell.dimension, width: cell.width, weightVariance: cell.weightVariance,
      readoutVariance: cell.readoutVariance,
      biasVariance: cell.has(Parameters.Name.biasVariance)
        ? cell.real(Parameters.Name.biasVariance) : 0,
      activation: Activation(rawValue: cell.word(Parameters.Name.activation))!)
    features = FeatureTarget(of: cell)
  }

  func target(_ input: ArraySlice<Float>) -> Double { features.value(input) }

  /// All features, then each alone, and again with other numbers of specialists.
  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    let all = Array(0..<features.count)
    let choices = features.count == 1 ? [all] : [all] + all.map { [$0] }
    return network.plantedStart(
      target: features, features: choices[index % choices.count],
      multiple: PlantedSpecialists.multiple(index / choices.count), from: stream)
  }

  func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer {
    FeaturesObserver(self, test: test, kernels)
  }
}

final class FeaturesObserver: Observer {
  let network: TwoLayerNetwork
  let target: FeatureTarget
  private let measured: MeasuredProjections?

  init(_ problem: TwoLayerFeaturesProblem, test: TrainingSet?, _ kernels: KernelSet) {
    network = problem.network
    target = problem.features
    measured = test.map { MeasuredProjections(problem.network, problem.features, $0, kernels) }
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double {
    if let measured { return measured.alignment(draw) }
    return projections(network.overlaps(with: target, draw), draw).alignment
  }

  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    let overlaps = network.overlaps(with: target, draw)
    let projections = measured?.projections(draw) ?? projections(overlaps, draw)
    return (
      projections.alignment,
      Reading(overlaps: overlaps, count: target.count, projections: projections)
    )
  }

  /// Exact ones, over Gaussian inputs.
  private func projections(
    _ overlaps: TwoLayerNetwork.FeatureOverlaps, _ draw: borrowing AlignedBuffer
  ) -> Projections {
    let found = network.projections(on: target, overlaps, draw)
    let alignment = zip(target.coefficients, found.features).reduce(target.linear * found.linear) {
      $0 + $1.0 * $1.1
    }
    return Projections(
      features: found.features, linear: found.linear, alignment: alignment, error: 0)
  }

  /// What a draw is along its target.
  struct Projections {
    /// ⟨f, h_k⟩ and ⟨f, u·x⟩.
    let features: [Double]
    let linear: Double
    /// A, with its standard error from the test set.
    let alignment, error: Double
  }

  struct Reading {
    let overlaps: TwoLayerNetwork.FeatureOverlaps
    /// K.
    let count: Int
    let projections: Projections

    /// |w_i·v_k| of every feature, neuron by neuron.
    var neurons: [[Double]] {
      stride(from: 0, to: overlaps.features.count, by: count).map {
        overlaps.features[$0..<$0 + count].map { abs($0) }
      }
    }
    var width: Double { Double(overlaps.squaredNorms.count) }

    /// The number of neurons with an overlap beyond the threshold of specialists, and as many
    /// beyond the second threshold as `features`, it included; NaN if an overlap is not a number.
    func specialists(serving features: Int) -> Double {
      guard overlaps.features.allSatisfy({ !$0.isNaN }) else { return .nan }
      return Double(
        neurons.count { neuron in
          neuron.contains { $0 > SpecialistThreshold.overlap }
            && neuron.count { $0 > SpecialistThreshold.second } >= features
        })
    }
  }

  static let observables = [
    Observed<Reading>(
      "specialists", "specialised neurons",
      "number of neurons with |w_i.v_k| > \(SpecialistThreshold.overlap) for some k",
      isInteger: true, tellsMost: true
    ) { $0.specialists(serving: 1) },
    Observed(
      "shared", "neurons that serve two features",
      "number of specialised neurons with |w_i.v_k| > \(SpecialistThreshold.second) for two or more"
        + " k", isInteger: true
    ) { $0.specialists(serving: 2) },
    Observed(
      "squared_overlap", "mean squared overlap",
      "mean over neurons of sum_k (w_i.v_k)^2, K sigma_w^2/d in the prior"
    ) { $0.overlaps.features.reduce(0) { $0 + $1 * $1 } / $0.width },
    Observed("squared_norm", "mean squared norm", "mean over neurons of |w_i|^2") {
      $0.overlaps.squaredNorms.reduce(0, +) / $0.width
    },
    Observed(
      "alignment_error", "standard error of the alignment from the test set",
      "what drawing the test samples contributes; 0 for gaussian inputs, where A is exact"
    ) { $0.projections.error },
  ]

  static let further = ofAllNeurons + ofBiases

  private static let ofAllNeurons: [FurtherObserved<FeaturesObserver>] = [
    FurtherObserved(
      "largest_overlap", "largest overlap", "largest |w_i.v_k| of any neuron and feature"
    ) { _, reading, _ in reading.overlaps.features.reduce(0) { max($0, abs($1)) } },
    FurtherObserved(
      "linear_projection", "projection on the linear part",
      "<f, u.x>, 0 where the target has no linear part"
    ) { observer, reading, _ in observer.target.linear == 0 ? 0 : reading.projections.linear },
  ]

  private static let ofBiases: [FurtherObserved<FeaturesObserver>] = [
    FurtherObserved(
      "squared_bias", "mean squared bias", "mean over neurons of b_i^2, sigma_b^2 in the prior"
    ) { _, reading, _ in
      reading.overlaps.biases.reduce(0) { $0 + $1 * $1 } / reading.width
    }
  ]

  /// Those of networks without biases.
  static let withoutBiases = ofAllNeurons.map(\.observable)

  static let units = [
    ObservedUnits<Reading>(
      "overlap", "overlap w_i.v_k",
      "of neuron i and feature k at the index i K + k; Sigma^{1/2} w_i in the place of w_i where "
        + "inputs have a spike",
      axis: "neuron_feature", size: Parameters.Name.overlaps, of: "overlap"
    ) { $0.overlaps.features.map { Float($0) } }
  ]

  static let parts = [
    ObservedUnits<Reading>(
      "projection", "projection B_k", "<f, h_k>, c_k/n where features are orthogonal and learned",
      axis: "feature", size: Parameters.Name.features, of: "feature"
    ) { $0.projections.features.map { Float($0) } },
    ObservedUnits(
      "feature_specialists", "specialised neurons M_k",
      "number of neurons with |w_i.v_k| > \(SpecialistThreshold.overlap)",
      axis: "feature", size: Parameters.Name.features, of: "feature"
    ) { reading in
      let neurons = reading.neurons
      return (0..<reading.count).map { k in
        Float(
          SpecialistThreshold.count(neurons.map { $0[k] }, beyond: SpecialistThreshold.overlap))
      }
    },
  ]
}

/// Projections on a target that are means over a fixed test set, where inputs are not Gaussian.
private final class MeasuredProjections {
  private let target: FeatureTarget
  private let test: TestSet<TwoLayerNetwork>
  /// h and u·x of every test sample: such inputs have one feature.
  private let features, linear: [Double]

  init(
    _ network: TwoLayerNetwork, _ target: FeatureTarget, _ data: TrainingSet, _ kernels: KernelSet
  ) {
    self.target = target
    test = TestSet(network: network, data: data, kernels: kernels)
    let seen = (0..<data.count).map { row in
      target.projections(data.inputs[row * data.dimension..<(row + 1) * data.dimension])
    }
    features = seen.map { target.component($0.features[0]) }
    linear = seen.map(\.linear)
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double { test.alignment(draw).value }

  func projections(_ draw: borrowing AlignedBuffer) -> FeaturesObserver.Projections {
    let outputs = test.outputs(draw)
    let (alignment, error) = test.alignment(ofOutputs: outputs)
    func projection(_ values: [Double]) -> Double {
      zip(outputs, values).reduce(0) { $0 + Double($1.0) * $1.1 } / Double(outputs.count)
    }
    return FeaturesObserver.Projections(
      features: [projection(features)], linear: projection(linear), alignment: alignment,
      error: error)
  }
}

extension NetworkKind {
  /// Two-layer networks of any activation that learn several features from inputs of any law, and
  /// one feature where `twoLayer` has not the activation or law.
  package static let twoLayerFeatures = NetworkKind(
    name: "two-layer-features", sharedWord: twoLayer.name,
    plural: "two-layer networks on several features",
    sizes: [
      Size(coordinate: Coordinate(Name.dimension, "input dimension d", "of x")),
      Size(
        coordinate: Coordinate(Name.width, "hidden width N", "f(x) = sum_i^N a_i sigma(w_i.x)")),
    ],
    inputs: [Name.dimension],
    choices: [Choice(coordinate: .activation, words: ["erf", "tanh", "relu", "gelu"])],
    target: .features { refusal(of: $1, in: $0, hasBiases: false) },
    variances: twoLayer.variances, weights: twoLayer.weights, feature: nil,
    observables: FeaturesObserver.observables.map(\.observable),
    further: FeaturesObserver.withoutBiases,
    units: FeaturesObserver.units.map(\.unit), parts: FeaturesObserver.parts.map(\.unit),
    hasLaws: true, needsTestSet: false,
    planted:
      "planted: at specialists of all features, then of each alone, \(PlantedSpecialists.words) "
      + "times their best number in turn",
    exampleNetwork: twoLayer.exampleNetwork,
    exampleTarget: "{kind: features, degree: 3, coefficients: [2, 1]}", demand: twoLayer.demand,
    problem: { TwoLayerFeaturesProblem($0) })

  /// Such networks whose neurons have biases: of all activations they can express every degree.
  package static let twoLayerBiased = NetworkKind(
    name: "two-layer-biased", sharedWord: twoLayer.name,
    plural: "two-layer networks with biases",
    sizes: [
      twoLayerFeatures.sizes[0],
      Size(
        coordinate: Coordinate(
          Name.width, "hidden width N", "f(x) = sum_i^N a_i sigma(w_i.x + b_i)")),
    ],
    inputs: twoLayerFeatures.inputs, choices: twoLayerFeatures.choices,
    target: .features { refusal(of: $1, in: $0, hasBiases: true) },
    variances: [
      twoLayer.variances[0],
      Coordinate(Name.biasVariance, "bias prior variance sigma_b^2", "b_i ~ N(0, sigma_b^2)"),
      twoLayer.variances[1],
    ],
    weights: [
      twoLayer.weights[0], WeightArray("b", [Name.width], variance: Name.biasVariance, fanIn: []),
      twoLayer.weights[1],
    ],
    feature: nil, observables: twoLayerFeatures.observables,
    further: FeaturesObserver.further.map(\.observable), units: twoLayerFeatures.units,
    parts: twoLayerFeatures.parts, hasLaws: true, needsTestSet: false,
    planted: twoLayerFeatures.planted + "; their bias is the one of the largest overlap",
    exampleNetwork: "activation: relu, \(twoLayer.exampleNetwork)",
    exampleTarget: twoLayerFeatures.exampleTarget,
    examplePrior: "{\(Name.biasVariance): 0.5}",
    demand: { cell in
      var demand = twoLayer.demand(cell)
      let n = Double(cell.width)
      demand.parameters += n
      demand.work += n
      return demand
    },
    problem: { TwoLayerFeaturesProblem($0) })

  /// What is wrong with a degree in a cell, if anything is.
  private static func refusal(of degree: Int, in cell: Parameters, hasBiases: Bool) -> String? {
    let activation = Activation(rawValue: cell.word(Name.activation))!
    return activation.obstacle(toDegree: degree, hasBiases: hasBiases).map {
      "a degree that the activation expresses: \($0)"
    }
  }
}
