import Studies

/// All that may stand in a study file.
enum SpecPage {
  static func text(of reference: SpecReference) -> String {
    """
    \(Page.mark("the tables of keys in Sources/Experiments"))# Study files

    A study is one YAML file, `data/NAME.yml`. [A first study](../guide/first-study.md) explains how
    to write one, and [sampling](../guide/sampling.md) what the sampler's keys do. An unknown key or
    a value out of range is one line of error that names file and line.

    """
      + reference.sections.map { section in
        "\n## \(section.title)\n\n"
          + (section.condition.map { "Of studies with `\($0)`:\n\n" } ?? "")
          + Page.table(
            ["key", "takes", "default", "is"],
            section.rows.map { ["`\($0.key)`", $0.values, $0.standard ?? "required", $0.meaning] })
      }.joined()
  }
}
