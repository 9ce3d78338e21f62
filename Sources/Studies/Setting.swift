import Host
import YAML

/// A key of study files: what it may be, what is meant where it is left out, and its meaning.
///
/// These lists are what the parser knows keys by, and what the reference documentation is made of.
package struct Setting: Encodable, Sendable {
  /// The key with those above it, "sampler.chains.cold".
  package let key: String
  /// The values that it may have, in words.
  package let values: String
  /// What is meant where the key is left out, in words; `nil` where it must not be.
  package let standard: String?
  package let meaning: String

  /// The key in its own mapping, "cold".
  package var name: String { key.split(separator: ".").last.map(String.init) ?? key }

  init(_ key: String, _ values: String, standard: String? = nil, _ meaning: String) {
    self.key = key
    self.values = values
    self.standard = standard
    self.meaning = meaning
  }
}

extension Setting {
  /// The words of ranges that several keys share.
  enum Words {
    static let positive = "a positive number, from 1e-12 to 1e12"
    static let count = "an integer from 1"
    static let countOrZero = "an integer from 0"
    static let axis = ", or a list of them"
    static func sizes(from smallest: Int) -> String {
      "an integer from \(smallest), a list of them, or sizes in units of others"
    }
    static func words(_ words: [String]) -> String {
      words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
    }
  }
}

// MARK: - Keys of a study

extension StudySpec {
  /// Data sets where the file gives no number.
  static let defaultDatasets = 1
  /// Test samples where the file gives none.
  static let defaultTestSamples = 4096
  /// A variance of the prior where the file gives none.
  static let defaultVariance = 1.0

  /// The keys of the top level.
  package static let settings = [
    Setting("question", "a text", "the study's title: what it asks"),
    Setting("source", "a text", "what the study reproduces, \"arXiv:2512.04165, Fig. 2c\""),
    Setting("network", "a mapping", "the network and its sizes, which are axes of the grid"),
    Setting("target", "a mapping", "what the network learns"),
    Setting("data", "a mapping", "the training sets"),
    Setting("prior", "a mapping", standard: "all variances 1", "variances of the weights' prior"),
    Setting(
      "ridge", Setting.Words.positive + Setting.Words.axis,
      "kappa: -ln likelihood = sum_nu (f(x_nu) - y_nu)^2/(2 kappa)"),
    Setting("sampler", "a mapping", "how each cell is sampled"),
    Setting(
      "smoke", "a mapping of the other keys", standard: "nothing",
      "values laid over the others, key by key, for the small grid of make smoke"),
  ]

  /// The keys of sizes in units of others, which may stand in the place of an integer.
  static let sizeSettings = [
    Setting(
      "per_dimension", Setting.Words.positive + Setting.Words.axis, standard: "factors and of",
      "sizes in units of dimension, rounded to whole numbers"),
    Setting(
      "factors", Setting.Words.positive + Setting.Words.axis, standard: "per_dimension",
      "sizes in units of the product named by of, rounded to whole numbers"),
    Setting(
      "of", "a product of powers of earlier sizes", standard: "per_dimension",
      "the unit, \"length^1/2 dimension^3/2\", with exponents that are multiples of 1/4"),
  ]
}

// MARK: - Keys of a kind of network

extension NetworkKind {
  /// The keys of `network`.
  var networkSettings: [Setting] {
    [Setting("network.kind", name, plural)]
      + choices.map {
        Setting(
          "network.\($0.coordinate.name)",
          Setting.Words.words($0.words) + ($0.words.count > 1 ? Setting.Words.axis : ""),
          standard: $0.words[0], $0.coordinate.meaning)
      }
      + givenSizes.map {
        Setting(
          "network.\($0.name)", Setting.Words.sizes(from: $0.smallest), $0.coordinate.meaning)
      }
  }

  /// The keys of `target`.
  var targetSettings: [Setting] {
    switch target {
    case .hermite(let description, let degrees, _):
      [
        Setting("target.kind", "hermite", "a Hermite polynomial: \(description)"),
        Setting("target.degree", degrees + Setting.Words.axis, "m of He_m"),
      ]
    case .word(let choice):
      [
        Setting(
          "target.kind", Setting.Words.words(choice.words) + Setting.Words.axis,
          choice.coordinate.meaning)
      ]
    }
  }

  /// The keys of `data`.
  var dataSettings: [Setting] {
    let drawn = [
      Setting(
        "data.samples", Setting.Words.sizes(from: 1), standard: "inputs", "training samples P"),
      Setting(
        "data.datasets", Setting.Words.count, standard: "\(StudySpec.defaultDatasets)",
        "data sets drawn at each point of the grid, x ~ N(0, I)"),
      Setting(
        "data.inputs", "the path of a file of \(ExternalInputs.form), one row a sample",
        standard: "samples and datasets", "one given data set, beside which neither may stand"),
    ]
    guard needsTestSet else { return drawn }
    return drawn + [
      Setting(
        "data.test", Setting.Words.count, standard: "\(StudySpec.defaultTestSamples)",
        NetworkKind.Coordinate.testSamples.description)
    ]
  }

  /// The keys of `prior`.
  var priorSettings: [Setting] {
    variances.map {
      Setting(
        "prior.\($0.name)", Setting.Words.positive + Setting.Words.axis, standard: "1", $0.meaning)
    }
  }
}

extension NetworkKind.Coordinate {
  /// The name in words and what it is.
  fileprivate var meaning: String { "\(longName): \(description)" }
}
