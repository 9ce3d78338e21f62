import Studies

/// One `network.kind` of study files: the axes of its grid, and what its draws are reduced to.
///
/// Spec files, keys, archives and summaries follow from this.
package struct NetworkKind: Sendable {
  package typealias Name = Parameters.Name

  package let name: String
  /// The word of `network.kind`, where several kinds share it and the word of `target.kind`
  /// decides.
  var sharedWord: String?
  /// "two-layer networks".
  package let plural: String
  /// The version of all that decides a bit of its cells. It is higher than that of all kinds where
  /// the kind's own arithmetic has changed since.
  package var numericsVersion = Studies.numericsVersion
  /// Sizes, in the order in which one may be given in units of those before it.
  let sizes: [Size]
  /// The sizes of which an input's dimension is the product.
  let inputs: [String]
  /// Words of `network` that choose a variant.
  package let choices: [Choice]
  package let target: Target
  /// Variances of the prior, 1 unless given.
  package let variances: [Coordinate]
  /// The arrays of a network's weights, in the order of θ; the last is the readout.
  package let weights: [WeightArray]
  /// The size whose first unit vector is the target's feature w*; `nil` if it has several.
  package let feature: String?
  /// Observables of a draw, besides alignment, training loss and energy.
  package let observables: [Observable]
  /// Further observables of a draw, which are archived where a study asks for them.
  package var further: [Observable] = []
  /// Observables of each neuron of kept draws.
  package let units: [Unit]
  /// Observables of each part of a draw, as of each feature, of every draw.
  package var parts: [Unit] = []
  /// Whether targets may have a linear part along the feature.
  package var hasLinearTargets = false
  /// Whether inputs may have other laws than N(0, I), under which alignments need a test set.
  package var hasLaws = false
  /// Whether inputs are on the sphere |x|² = d: uniform where they are drawn, and otherwise those
  /// of a file made ready. Alignments are over the uniform sphere.
  package var hasSphericalInputs = false
  /// Whether the alignment needs a test set for want of a closed form.
  package let needsTestSet: Bool
  /// What planted chains begin with.
  package let planted: String
  /// What involutions of the parameters there are to propose, in words; `nil` without any.
  package var involutions: String?
  /// The network of `example` but for its kind, and its target, in YAML.
  let exampleNetwork, exampleTarget: String
  /// The prior of `example` in YAML, where the kind is chosen by it.
  var examplePrior: String?
  /// Numbers of a cell in the largest arrays.
  package let demand: @Sendable (Parameters) -> Demand
  let problem: @Sendable (Parameters) -> any Problem

  /// What a network needs. Sizes may be beyond any memory, so these are not integers.
  package struct Demand {
    /// Number of parameters.
    package var parameters: Double
    /// Numbers that a network makes of one sample.
    package var perSample: Double
    /// K, the number of features.
    var features: Double
    /// Floating-point operations of a gradient with one sample.
    var work: Double
    /// Numbers of the inputs on which a planted start is aligned, where they are drawn for it.
    var planted = 0.0
  }

  package struct Size: Sendable {
    let coordinate: Coordinate
    var smallest = 1
    /// The sizes that this one is the product of, which is then no key of its own.
    var derived: [String]?
    package var name: String { coordinate.name }
  }

  package struct Choice: Sendable {
    package let coordinate: Coordinate
    /// The words to choose from; the first holds where a spec leaves it out.
    let words: [String]
  }

  package enum Target: Sendable {
    /// A polynomial, `target: {kind: word, degree: m}`, for the degrees that pass, which `degrees`
    /// tells in words.
    case polynomial(
      Polynomial = .hermite, description: String, degrees: String,
      allowed: @Sendable (Parameters, Int) -> String?)
    /// `target: {kind: word}`, an axis.
    case word(Choice)
    /// Several features of one degree, `target: {kind: features}`, for the degrees that pass.
    case features(allowed: @Sendable (Parameters, Int) -> String?)

    /// What tells targets apart, the first of all.
    var coordinates: [Layout.TypedCoordinate] {
      switch self {
      case .polynomial(_, let description, _, _):
        [
          .init(
            Coordinate(Parameters.Name.degree, "degree m of the target", description), .integer,
            .axis)
        ]
      case .word(let choice): [.init(choice.coordinate, .word, .axis)]
      case .features: FeatureGrid.coordinates
      }
    }

    /// The words of `target.kind` that lead to it, where they do not tell targets apart.
    var words: [String] {
      switch self {
      case .polynomial(let family, _, _, _): [family.rawValue]
      case .word: []
      case .features: FeatureGrid.words
      }
    }
  }

  /// A family of polynomial targets.
  package enum Polynomial: String, Sendable {
    case hermite, zonal

    /// What it is, in words.
    var words: String {
      switch self {
      case .hermite: "a Hermite polynomial"
      case .zonal: "a harmonic of one direction"
      }
    }
  }

  /// An observable of every draw.
  package struct Observable: Sendable {
    package let coordinate: Coordinate
    package let isInteger: Bool
    /// Whether chains must agree on it, besides the alignment.
    let certifies: Bool
    /// Whether it tells most of how the network learns.
    package let tellsMost: Bool
    package var name: String { coordinate.name }
  }

  /// An observable of every neuron of a layer, or of every part of what is learned.
  package struct Unit: Sendable {
    package let coordinate: Coordinate
    /// The axis that the neurons, or what else there is, are counted on, and the size that says how
    /// many there are.
    package let axis, size: String
    /// What is counted: "neuron".
    let counted: String
    package var name: String { coordinate.name }
  }
}

extension NetworkKind {
  /// The word of `network.kind`.
  package var word: String { sharedWord ?? name }

  /// What chooses the kind in a spec: "network: {kind: two-layer}".
  package var condition: String {
    guard sharedWord != nil, let family = target.words.first else {
      return "network: {kind: \(word)}"
    }
    let prior = hasBiases ? ", prior: {\(Name.biasVariance): sigma_b^2}" : ""
    return "network: {kind: \(word)}, target: {kind: \(family)}\(prior)"
  }

  /// Whether neurons have biases: a spec asks for them by the variance of their prior.
  var hasBiases: Bool { variances.contains { $0.name == Name.biasVariance } }

  /// What involutions are of the kind: "attention: the exchange of ..."; `nil` without any.
  var involutionsText: String? { involutions.map { "\(word): \($0)" } }

  /// What alignments are means over.
  var alignmentMeasure: String {
    if hasSphericalInputs { return "x uniform on the sphere |x|^2 = d" }
    return hasLaws ? "the law of inputs" : "x ~ N(0, I)"
  }

  /// Numbers of one input.
  package func inputDimension(_ cell: Parameters) -> Int {
    inputs.reduce(1) { $0 * cell.integer($1) }
  }

  /// The sizes that decide which inputs a data set has: networks of equal ones share them.
  package func inputSizes(_ cell: Parameters) -> [Int] { inputs.map { cell.integer($0) } }

  /// Names of what decides a training set, besides given inputs.
  package var dataCoordinates: [String] {
    let factors = sizes.filter { inputs.contains($0.name) }.flatMap { $0.derived ?? [] }
    let laws = hasLaws ? LawGrid.coordinates.map(\.name) : []
    return inputs + factors + [Name.samples] + target.coordinates.map(\.name) + laws
      + [Name.dataset]
  }

  /// Sizes that are keys of `network`.
  package var givenSizes: [Size] { sizes.filter { $0.derived == nil } }

  /// Names of the observables on which chains must agree, besides the alignment.
  package var certifying: [String] { observables.filter(\.certifies).map(\.name) }

  /// The observable that tells most of how the network learns.
  package var tellingMost: Observable {
    guard let observable = observables.first(where: \.tellsMost) else {
      preconditionFailure("no observable of \(name) tells most")
    }
    return observable
  }

  /// The smallest study of this kind, in YAML: one cell that takes milliseconds.
  package var example: String {
    """
    question: What does the smallest study of \(plural) look like?
    source: an example
    network: {kind: \(word), \(exampleNetwork)}
    target: \(exampleTarget)\(examplePrior.map { "\nprior: \($0)" } ?? "")
    data: {samples: 12, datasets: 1\(needsTestSet ? ", test: 64" : "")}
    ridge: 0.5
    sampler: {kind: hmc, chains: {cold: 1, planted: 1}, warmup: 12, draws: 12, thin: 4}
    """
  }

  /// All numbers and words of a cell, in the order of the archive.
  ///
  /// - Parameter own: those of the experiment.
  func coordinates(_ own: [Layout.TypedCoordinate]) -> [Layout.TypedCoordinate] {
    typealias Typed = Layout.TypedCoordinate
    return sizes.map { Typed($0.coordinate, .integer, $0.derived == nil ? .size : .fixed) }
      + [
        Typed(.samples, .integer, .size)
      ] + target.coordinates + (hasLaws ? LawGrid.coordinates : [])
      + [Typed(.ridge, .real, .axis)]
      + variances.map { Typed($0, .real, .axis) } + [Typed(.dataset, .integer, .replicate)] + own
      + choices.map { Typed($0.coordinate, .word, .axis) }
      + (needsTestSet || hasLaws ? [Typed(.testSamples, .integer, .fixed)] : [])
  }

  /// The network and target of a cell in a fixed spelling, for its key.
  func canonical(_ parameters: Parameters) -> String {
    let words = [name] + choices.map { parameters.word($0.coordinate.name) }
    let sizes = givenSizes.map { "\($0.name) \(parameters.integer($0.name))" }
    let variances = variances.map { "\(parameters.real($0.name))" }
    let linear = Name.linear
    let target: String
    switch self.target {
    case .polynomial(let family, _, _, _):
      let mixed = parameters.has(linear) ? " linear \(parameters.real(linear))" : ""
      target = "\(family.rawValue) \(parameters.degree)\(mixed)"
    case .word(let choice): target = parameters.word(choice.coordinate.name)
    case .features:
      let all = self.target.coordinates + LawGrid.coordinates
      let texts = all.map { "\($0.name) \(parameters.text($0.name))" }
      target = "features \(texts.joined(separator: ", "))"
    }
    return """
      \((words + sizes).joined(separator: " "))
      prior \(variances.joined(separator: " "))
      \(target)
      """
  }
}

extension Coordinate {
  static let samples = Self(
    Parameters.Name.samples, "training samples P", "size of the training set")
  static let ridge = Self(
    Parameters.Name.ridge, "ridge kappa", "-ln likelihood = sum_nu (f(x_nu) - y_nu)^2/(2 kappa)")
  static let dataset = Self(
    Parameters.Name.dataset, "index of the data set",
    "cells of equal input dimension and data set share their samples")
  static let testSamples = Self(
    Parameters.Name.testSamples, "test samples",
    "fresh samples, the same in all chains of a data set, on which the alignment is estimated")
}
