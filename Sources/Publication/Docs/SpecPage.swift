/// Keys of study files that belong together.
package struct SpecSection: Sendable {
  package let title: String
  /// What chooses the section's keys, "network: {kind: two-layer}"; `nil` where every study has them.
  package let condition: String?
  package let rows: [Row]

  /// A key, as in `sampler.warmup`.
  package struct Row: Sendable {
    /// The values that it may have, in words.
    package let key, values: String
    /// What is meant where the key is left out, in words; `nil` where it must not be.
    package let standard: String?
    package let meaning: String

    package init(key: String, values: String, standard: String?, meaning: String) {
      self.key = key
      self.values = values
      self.standard = standard
      self.meaning = meaning
    }
  }

  package init(title: String, condition: String?, rows: [Row]) {
    self.title = title
    self.condition = condition
    self.rows = rows
  }
}

/// All that may stand in a study file.
enum SpecPage {
  static func text(of sections: [SpecSection]) -> String {
    """
    \(Page.mark("the tables of keys in Sources/Studies"))# Study files

    A study is one YAML file, `data/NAME.yml`. [A first study](../guide/first-study.md) explains how
    to write one, and [sampling](../guide/sampling.md) what the sampler's keys do. An unknown key or
    a value out of range is one line of error that names file and line.

    """
      + sections.map { section in
        "\n## \(section.title)\n\n"
          + (section.condition.map { "Of studies with `\($0)`:\n\n" } ?? "")
          + Page.table(
            ["key", "takes", "default", "is"],
            section.rows.map { ["`\($0.key)`", $0.values, $0.standard ?? "required", $0.meaning] })
      }.joined()
  }
}
