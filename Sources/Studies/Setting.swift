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
  package var name: String {
    // By bytes: every cell's key asks for the names of a score of settings.
    guard let dot = key.utf8.lastIndex(of: UInt8(ascii: ".")) else { return key }
    return String(key[key.utf8.index(after: dot)...])
  }

  package init(_ key: String, _ values: String, standard: String? = nil, _ meaning: String) {
    self.key = key
    self.values = values
    self.standard = standard
    self.meaning = meaning
  }
}

extension Setting {
  /// The words of ranges that several keys share.
  package enum Words {
    package static let positive = "a positive number, from 1e-12 to 1e12"
    package static let count = "an integer from 1"
    package static let countOrZero = "an integer from 0"
    package static let axis = ", or a list of them"
    package static func sizes(from smallest: Int) -> String {
      "an integer from \(smallest), a list of them, or sizes in units of others"
    }
    package static func words(_ words: [String]) -> String {
      words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
    }
  }
}

// MARK: - Keys of every study

extension StudySpec {
  /// The name of the experiment of studies that name none.
  package static let defaultExperiment = "posterior"

  /// The keys of the top level that all studies have.
  ///
  /// - Parameter experiments: names of the experiments that there are.
  package static func settings(experiments: [String]) -> [Setting] {
    [
      Setting("question", "a text", "the study's title: what it asks"),
      Setting("source", "a text", "what the study reproduces, \"arXiv:2512.04165, Fig. 2c\""),
      Setting(
        "experiment", Setting.Words.words(experiments), standard: defaultExperiment,
        "what is done in each cell, on which the other keys depend"),
      Setting(
        "smoke", "a mapping of the other keys", standard: "nothing",
        "values laid over the others, key by key, for the small grid of make smoke"),
    ]
  }
}
