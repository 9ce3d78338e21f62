import Figures
import Paper
import Publication
import Studies

extension Paper {
  /// The figures by sections. What is in no other section is in the first.
  static var results: [FigureSection] {
    let sections = [
      ("two-layers", ["ldt-density", "sample-complexity", "specialists", "langevin-bias"]),
      ("three-layers", ["three-layer-collapse", "pattern-transition", "overlap-densities"]),
      (
        "convolutions",
        [
          "cnn-learnability", "cnn-exponent", "cnn-amplification", "cnn-hermite",
          "cnn-proportions",
        ]
      ),
      (
        "attention",
        ["attention-printed", "attention-collapse", "attention-exponents", "attention-pattern"]
      ),
      ("theory", ["phase-diagram", "ldt-101", "effective-action", "propagation"]),
    ]
    let others = figures.map(\.name).filter { name in !sections.contains { $0.1.contains(name) } }
    return sections.enumerated().map { i, section in
      let names = section.1 + (i == 0 ? others : [])
      return FigureSection(
        section.0, names.compactMap { name in figures.first { $0.name == name } })
    }
  }
}

extension SpecSection {
  /// The sizes of each kind.
  static var all: [SpecSection] {
    NetworkKind.all.map { kind in
      SpecSection(
        title: kind.plural.prefix(1).uppercased() + kind.plural.dropFirst(),
        condition: "network: {kind: \(kind.name)}",
        rows: kind.givenSizes.map {
          .init(
            key: "network.\($0.name)", values: "an integer, or a list of them", standard: nil,
            meaning: "a size")
        })
    }
  }
}
