import Studies

/// Networks and what they learn on a grid: the keys `network`, `target`, `data`, `prior` and
/// `ridge` of a spec, which several experiments share.
package struct ProblemGrid: Sendable {
  package let kind: NetworkKind
  /// The sizes that are keys of `network`, in the order of the kind.
  package let sizes: [Sizes]
  /// The networks of the grid: every combination of words and sizes, in the order of the cells.
  let networks: [Parameters]
  /// The words of each of the kind's choices.
  package let choices: [[String]]
  package let targets: Targets
  /// The laws of drawn inputs, where the kind of network has them.
  let laws: LawGrid
  /// The coefficients of the targets' linear part, where the experiment has such an axis.
  package let linear: [Double]?
  package let data: DataSource
  /// The values of each of the kind's variances.
  package let variances: [ScaledNumbers]
  /// Fresh samples on which alignments are estimated that have no closed form.
  package let testSamples: Int
  /// κ.
  package let ridges: [Double]

  package enum Targets: Sendable {
    /// Degrees of polynomials of a family.
    case polynomials(NetworkKind.Polynomial, [Int])
    case words([String])
    case features(FeatureGrid)
  }

  /// Where training sets come from.
  package enum DataSource: Sendable {
    /// Drawn, x ~ N(0, I): P samples in each of a number of data sets.
    case drawn(samples: Sizes, datasets: Int)
    /// One given data set.
    case given(ExternalInputs)
    /// Random subsets of given inputs that were made ready.
    case subsets(PreparedInputs, samples: Sizes, datasets: Int)
  }

  /// The given data set, if there is one.
  package var inputs: ExternalInputs? {
    if case .given(let inputs) = data { inputs } else { nil }
  }

  /// The given inputs of which training sets are subsets, if there are any.
  package var prepared: PreparedInputs? {
    if case .subsets(let inputs, _, _) = data { inputs } else { nil }
  }

  /// SHA-256 of the file of given inputs, if there is one.
  var inputsDigest: String? { inputs?.digest ?? prepared?.digest }
}

extension ProblemGrid {
  /// Data sets where the file gives no number.
  static let defaultDatasets = 1
  /// Test samples where the file gives none.
  static let defaultTestSamples = 4096
  /// Test samples of other laws than N(0, I) where the file gives none.
  static let defaultLawTestSamples = 8192
  /// The fewest test samples: an alignment on one has no error.
  static let fewestTestSamples = 2
  /// A variance of the prior where the file gives none.
  static let defaultVariance = 1.0

  /// The keys of the top level.
  package static let keys = [
    Setting("network", "a mapping", "the network and its sizes, which are axes of the grid"),
    Setting("target", "a mapping", "what the network learns"),
    Setting("data", "a mapping", "the training sets"),
    Setting("prior", "a mapping", standard: "all variances 1", "variances of the weights' prior"),
    Setting(
      "ridge", Setting.Words.positive + Setting.Words.axis,
      "kappa: -ln likelihood = sum_nu (f(x_nu) - y_nu)^2/(2 kappa)"),
  ]

  /// The keys of some kinds of network, a section each.
  static func reference(_ kinds: [NetworkKind]) -> [SpecReference.Section] {
    kinds.map { kind in
      SpecReference.Section(
        title: kind.plural.prefix(1).uppercased() + kind.plural.dropFirst(),
        condition: kind.condition,
        rows: kind.networkSettings + kind.targetSettings + kind.dataSettings + kind.priorSettings)
    }
  }

  /// The keys and the values of each, in words.
  var settings: [(name: String, values: [String])] {
    var all: [(name: String, values: [String])] = [("network.kind", [kind.word])]
    for (choice, words) in zip(kind.choices, choices) {
      all.append(("network.\(choice.coordinate.name)", words))
    }
    for (size, axis) in zip(kind.givenSizes, sizes) {
      all.append(("network.\(size.name)", axis.words))
    }
    switch targets {
    case .polynomials(let family, let degrees):
      all.append(("target", degrees.map { "\(family.rawValue) \($0)" }))
    case .words(let words): all.append(("target", words))
    case .features(let grid): all += grid.settings + laws.settings
    }
    if let linear { all.append(("target.linear", linear.map(\.spelt))) }
    switch data {
    case .drawn(let samples, let datasets):
      all.append(("data.samples", samples.words))
      all.append(("data.datasets", ["\(datasets)"]))
    case .given: break
    case .subsets(let inputs, let samples, let datasets):
      all += inputs.settings
      all.append(("data.samples", samples.words))
      all.append(("data.datasets", ["\(datasets)"]))
    }
    if kind.needsTestSet || kind.hasLaws { all.append(("data.test", ["\(testSamples)"])) }
    for (variance, values) in zip(kind.variances, variances) {
      all.append(("prior.\(variance.name)", values.words))
    }
    all.append(("ridge", ridges.map(\.spelt)))
    return all
  }
}
