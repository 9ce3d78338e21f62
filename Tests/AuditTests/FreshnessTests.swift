import Archives
import Audit
import Experiments
import Figures
import Foundation
import Paper
import Studies
import TestSupport
import Testing

/// What has changed since a study was simulated is said by parameter, old → new, and nothing else
/// is.
@Suite struct FreshnessTests {
  let files = FileManager.default

  /// The freshness of a study whose archive is of `tinyStudy`.
  func freshness(of text: String, in folder: String) async throws -> Freshness {
    try Freshness(of: try await StudySpec.of(text), at: "\(folder)/study.h5", activity: idle)
  }

  @Test func commentsQuestionsAndSourcesDoNotCount() async throws {
    try await withFolder { folder in
      try await simulate(try await .of(tinyStudy), to: "\(folder)/study.h5")
      for text in [
        tinyStudy, "# a comment\n" + tinyStudy, tinyStudy.with("Is it tiny?", as: "Or not?"),
        tinyStudy.with("a test", as: "another"), tinyStudy.with("ridge: 0.1", as: "ridge: 1.0e-1"),
        tinyStudy.with("samples: 10", as: "samples: {per_dimension: 2.5}"),
      ] {
        let found = try await freshness(of: text, in: folder)
        #expect(found.state == .fresh && found.causes == [], "\(found.causes) for \(text)")
      }
    }
  }

  @Test(arguments: [
    (
      "width: [3, 5]", "width: [3, 6]", "network.width: 3, 5 → 3, 6 (new: 6; gone: 5)",
      "cells: 4 → 4; 2 stay, 2 are new, 2 are gone"
    ),
    (
      "width: [3, 5]", "width: [3, 5, 7]", "network.width: 3, 5 → 3, 5, 7 (new: 7)",
      "cells: 4 → 6; 4 stay, 2 are new, 0 are gone"
    ),
    (
      "width: [3, 5]", "width: [5, 3]", "network.width: 3, 5 → 5, 3 (in another order)",
      "cells: 4 → 4; 4 stay, 0 are new, 0 are gone"
    ),
    (
      "ridge: 0.1", "ridge: 0.2", "ridge: 0.1 → 0.2", "cells: 4 → 4; 0 stay, 4 are new, 4 are gone"
    ),
    (
      "datasets: 2", "datasets: 3", "data.datasets: 2 → 3",
      "cells: 4 → 6; 4 stay, 2 are new, 0 are gone"
    ),
    (
      "samples: 10", "samples: {per_dimension: [2.5, 3]}",
      "data.samples: 10 → 2.5 × dimension, 3 × dimension "
        + "(new: 2.5 × dimension, 3 × dimension; gone: 10)",
      "cells: 4 → 8; 4 stay, 4 are new, 0 are gone"
    ),
    (
      "draws: 12", "draws: 14", "sampler.draws: 12 → 14",
      "cells: 4 → 4; 0 stay, 4 are new, 4 are gone"
    ),
    (
      "degree: 3", "degree: 5", "target: hermite 3 → hermite 5",
      "cells: 4 → 4; 0 stay, 4 are new, 4 are gone"
    ),
    (
      "weight_variance: 1", "weight_variance: 1.5", "prior.weight_variance: 1 → 1.5",
      "cells: 4 → 4; 0 stay, 4 are new, 4 are gone"
    ),
  ])
  func oneParameter(_ part: String, replacement: String, cause: String, cells: String) async throws
  {
    try await withFolder { folder in
      try await simulate(try await .of(tinyStudy), to: "\(folder)/study.h5")
      let found = try await freshness(of: tinyStudy.with(part, as: replacement), in: folder)
      #expect(found.state.word == "stale")
      #expect(found.causes == [cause, cells])
    }
  }

  @Test func theSmokeGridIsAnother() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await simulate(try await .of(tinyStudy, smoke: true), to: output)
      let found = try await freshness(of: tinyStudy, in: folder)
      #expect(
        found.causes == [
          "grid: smoke → full", "network.width: 3 → 3, 5 (new: 5)",
          "cells: 2 → 4; 2 stay, 2 are new, 0 are gone",
        ])
    }
  }

  @Test func whatIsNotThere() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      #expect(try await freshness(of: tinyStudy, in: folder).state == .missing)
      try await simulate(try await .of(tinyStudy), to: output)
      try files.removeItem(atPath: output)
      let partial = try await freshness(of: tinyStudy, in: folder)
      #expect(partial.state.word == "partial")
      #expect(partial.causes == ["no file; 4 of its 4 cells are simulated"])
    }
  }

  /// A file may be whole, and of this study, and yet not the one that was archived.
  @Test func anExchangedFileIsDamaged() async throws {
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await simulate(try await .of(tinyStudy), to: output)
      try Lock.record(output)
      #expect(try await freshness(of: tinyStudy, in: folder).state == .fresh)
      // Another question in the same arrays: the cells' keys and contents are equal, the bytes are
      // not.
      try files.removeItem(atPath: output)
      try await simulate(try await .of(tinyStudy.with("tiny", as: "small")), to: output)
      let exchanged = try await freshness(of: tinyStudy, in: folder)
      #expect(exchanged.state.word == "damaged")
      #expect(exchanged.causes.first?.hasPrefix("lock.json: file_sha256 ") == true)
      try Lock.record(output)
      #expect(try await freshness(of: tinyStudy, in: folder).state == .fresh)

      var bytes = try Data(contentsOf: URL(filePath: output))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(filePath: output))
      let tampered = try await freshness(of: tinyStudy, in: folder)
      #expect(tampered.state.word == "damaged")
      #expect(
        tampered.causes
          == ["damaged: its bytes do not match their checksum; expected an intact study file"])
    }
  }

  // MARK: - Figures

  /// Runs `body` with a folder whose `data` and `figures` hold one fresh study and its figure.
  func withFigure(_ body: (_ folder: String, _ figure: () throws -> Freshness) async throws -> Void)
    async throws
  {
    try await withFolder { folder in
      let (data, figures) = ("\(folder)/data", "\(folder)/figures")
      for path in [data, figures] {
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
      }
      try Data(tinyStudy.utf8).write(to: URL(filePath: "\(data)/two-layer-density.yml"))
      try await simulate(try await .of(tinyStudy), to: "\(data)/two-layer-density.h5")
      _ = try Paper.figures.named("ldt-density").writeTables(data: data, to: figures)
      for (name, text) in [
        ("ldt-density.gp", "plot tables.'ldt-density.tsv'"), ("style.gp", "set grid"),
        ("ldt-density.md", "# A title\n\nWhat it\nshows.\n\nA caption.\n"),
      ] {
        try Data(text.utf8).write(to: URL(filePath: "\(figures)/\(name)"))
      }
      try draw(in: figures)
      try await body(folder) {
        let targets = try Pipeline.targets(
          of: try Paper.figures.named("ldt-density"), data: data, figures: figures, activity: idle)
        let pipeline = try Pipeline(
          data: data, figures: figures, of: Paper.figures, activity: idle)
        let same = try #require(pipeline.figures.first { $0.target == targets.first?.target })
        #expect(same.state == targets[0].state && same.causes == targets[0].causes)
        return targets[0]
      }
    }
  }

  /// Pictures that say what they are drawn from, and show nothing.
  func draw(in folder: String) throws {
    let lines = Provenance(
      of: try Paper.figures.named("ldt-density"), tables: folder, scripts: folder
    ).lines
    let elements = lines.map { "<dcterms:provenance>\($0)</dcterms:provenance>" }
    for (name, text) in [
      (
        "svg",
        "<svg><title>A title</title><desc>What it shows.</desc>\(elements.joined())</svg>\n"
      ),
      (
        "pdf",
        "%PDF\n1 0 obj\n<< /Title (A title) /Subject (What it shows.) "
          + "/Provenance (\(lines.joined(separator: "\\n"))) >>\n%%EOF\n"
      ),
    ] { try Data(text.utf8).write(to: URL(filePath: "\(folder)/ldt-density.\(name)")) }
  }

  @Test func aFigureIsAsFreshAsItsStudies() async throws {
    try await withFigure { folder, figure in
      let study = "\(folder)/data/two-layer-density"
      #expect(try figure().causes == [])
      #expect(try figure().state == .fresh)
      let edited = tinyStudy.with("ridge: 0.1", as: "ridge: 0.2")
      try Data(edited.utf8).write(to: URL(filePath: "\(study).yml"))
      #expect(try figure().state.word == "stale")
      #expect(try figure().causes == ["\(study).h5: stale (0 of 4 cells can be reused)"])

      let spec = try await StudySpec.of(edited)
      let old = StudySpec.keyText(try await .of(tinyStudy))
      try await simulate(spec, to: "\(study).h5")
      #expect(try figure().state.word == "stale")
      #expect(
        try figure().causes == [
          "study two-layer-density: \(old) → \(StudySpec.keyText(spec)) since "
            + "ldt-density.tsv, ldt-density-numbers.tsv"
        ])
      _ = try Paper.figures.named("ldt-density").writeTables(
        data: "\(folder)/data", to: "\(folder)/figures")
      let causes = try figure().causes
      #expect(causes.count == 2, "\(causes)")
      for (cause, table) in zip(causes, ["ldt-density", "ldt-density-numbers"]) {
        #expect(cause.hasPrefix("table \(table).tsv: "), "\(cause)")
        #expect(cause.hasSuffix(" since ldt-density.svg, ldt-density.pdf"), "\(cause)")
      }
      try draw(in: "\(folder)/figures")
      #expect(try figure().state == .fresh)
    }
  }

  /// Asking of a figure reads its studies and no other.
  @Test func otherStudiesAreNotRead() async throws {
    try await withFigure { folder, _ in
      try Data("question: [".utf8).write(to: URL(filePath: "\(folder)/data/broken.yml"))
      try Data("no HDF5".utf8).write(to: URL(filePath: "\(folder)/data/broken.h5"))
      let targets = try Pipeline.targets(
        of: try Paper.figures.named("ldt-density"), data: "\(folder)/data",
        figures: "\(folder)/figures", activity: idle)
      #expect(targets.map(\.state) == [.fresh, .fresh])
      #expect(
        targets.map(\.target) == [
          "\(folder)/figures/ldt-density", "\(folder)/data/two-layer-density.h5",
        ])
    }
  }

  /// By content: file times do not count.
  @Test func aPictureIsOfItsScript() async throws {
    try await withFigure { folder, figure in
      for name in ["ldt-density.gp", "style.gp", "ldt-density-numbers.tsv"] {
        let path = URL(filePath: "\(folder)/figures/\(name)")
        let old = try Data(contentsOf: path)
        try (old + Data("# more\n".utf8)).write(to: path)
        let found = try figure()
        #expect(found.state.word == "stale")
        #expect(found.causes.count == 1, "\(found.causes)")
        let cause = found.causes.first ?? ""
        let role = name.hasSuffix("gp") ? "script" : "table"
        #expect(cause.hasPrefix("\(role) \(name): "), "\(cause)")
        #expect(cause.hasSuffix(" since ldt-density.svg, ldt-density.pdf"), "\(cause)")
        try old.write(to: path)
        #expect(try figure().state == .fresh)
      }
    }
  }

  /// A picture says its title and description; what else its file says is no part of it.
  @Test func aPictureIsOfItsTitle() async throws {
    try await withFigure { folder, figure in
      let file = "\(folder)/figures/ldt-density.md"
      let text = try String(contentsOfFile: file, encoding: .utf8)
      for (old, new, cause) in [
        ("# A title", "# Another title", "title: 'A title' → 'Another title'"),
        ("it\nshows.", "is.", "description: 'What it shows.' → 'What is.'"),
      ] {
        try Data(text.with(old, as: new).utf8).write(to: URL(filePath: file))
        #expect(try figure().state.word == "stale")
        #expect(try figure().causes == ["\(cause) since ldt-density.svg, ldt-density.pdf"])
      }
      try Data(text.with("A caption.", as: "Another caption.").utf8).write(to: URL(filePath: file))
      #expect(try figure().state == .fresh)
      try files.removeItem(atPath: file)
      #expect(
        try figure().causes == [
          "\(file): no such file; expected the title and description of a figure"
        ])
    }
  }

  @Test func aPictureThatTellsNothing() async throws {
    try await withFigure { folder, figure in
      let picture = URL(filePath: "\(folder)/figures/ldt-density.svg")
      try Data("<svg></svg>\n".utf8).write(to: picture)
      #expect(try figure().state.word == "stale")
      #expect(try figure().causes == ["tables and script: not told by ldt-density.svg"])
    }
  }

  @Test func aFigureInPieces() async throws {
    try await withFigure { folder, figure in
      let figures = "\(folder)/figures"
      try files.removeItem(atPath: "\(figures)/ldt-density-numbers.tsv")
      #expect(try figure().state.word == "partial")
      #expect(try figure().causes == ["\(figures)/ldt-density-numbers.tsv: missing"])
      try Data("<svg>".utf8).write(to: URL(filePath: "\(figures)/ldt-density.svg"))
      #expect(try figure().state.word == "damaged")
      for name in [".svg", ".pdf", ".tsv"] {
        try files.removeItem(atPath: "\(figures)/ldt-density\(name)")
      }
      #expect(try figure().state == .missing)
    }
  }
}

extension StudySpec {
  /// The first digits of a study's key.
  fileprivate static func keyText(_ spec: StudySpec) -> String { String(spec.key.prefix(12)) }
}
