import Foundation
import TestSupport
import Testing

/// `cod verify` as it is used.
@Suite struct VerifyCommandTests {
  static let tolerances = "\(projectFolder)/data/tolerances.yml"

  /// Simulates studies of these names into `data` of a folder.
  func simulate(_ studies: [(name: String, text: String)], in folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/data", withIntermediateDirectories: true)
    for study in studies {
      try write(study.text, to: "\(folder)/data/\(study.name).yml")
      let run = try cod("simulate", "data/\(study.name).yml", in: folder)
      #expect(run.status == 0, "\(run)")
    }
  }

  @Test func equalAndDifferent() throws {
    try withFolder { folder in
      try simulate(
        [("a", study()), ("b", study()), ("c", study(widths: "[5, 7]"))], in: folder)
      let equal = try cod("verify", "data/a.h5", "data/b.h5", in: folder)
      #expect(equal.status == 0 && equal.errors == "", "\(equal)")
      #expect(
        equal.output == "a.h5: identical, 4 cells\n2 of 2 intact; studies: 1 identical\n")
      let different = try cod("verify", "data/a.h5", "data/c.h5", in: folder)
      #expect(different.status == 1 && different.errors == "", "\(different)")
      #expect(
        different.output
          == "a.h5: not comparable: missing cells: 2 are in the old file alone, 2 in the new one, the first "
          + "width 3, dataset 0; another text of the spec\n2 of 2 intact; studies: 1 not comparable\n"
      )
      // Tolerances are needed where bits differ.
      try write(study(sampler: "warmup: 50, draws: 300"), to: "\(folder)/data/d.yml")
      _ = try cod("simulate", "data/d.yml", in: folder)
      expectFailure(
        try cod("verify", "data/a.h5", "data/d.h5", in: folder), 2,
        saying: "data/tolerances.yml: no such file; expected tolerances in YAML")
    }
  }

  @Test func anArchive() throws {
    try withFolder { folder in
      try simulate([("a", study()), ("b", study()), ("c", study())], in: folder)
      let whole = try cod("verify", in: folder)
      #expect(whole.status == 0 && whole.errors == "", "\(whole)")
      #expect(
        whole.output.hasSuffix(
          "data/c.h5: intact, 4 cells\ndata/lock.json: intact\n4 of 4 intact\n"))
      for name in ["a", "c"] {
        var damaged = try bytes("\(folder)/data/\(name).h5")
        damaged[damaged.count / 2] ^= 1
        try damaged.write(to: URL(filePath: "\(folder)/data/\(name).h5"))
      }
      let damaged = try cod("verify", in: folder)
      #expect(damaged.status == 1 && damaged.errors == "", "\(damaged)")
      for name in ["a", "c"] {
        #expect(
          damaged.output.contains(
            "data/\(name).h5: damaged: its bytes do not match their checksum"), "\(damaged.output)")
      }
      #expect(damaged.output.hasSuffix("\n2 of 4 intact\n"), "\(damaged.output)")
      let json = try cod("verify", "--json", in: folder)
      #expect(json.status == 1 && json.errors == "")
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      #expect(Set((object as? [String: Any] ?? [:]).keys).isSuperset(of: ["archive", "items"]))
    }
  }

  @Test func aMisspeltFolder() throws {
    try withFolder { folder in
      try simulate([("a", study())], in: folder)
      expectFailure(
        try cod("verify", "--figures", "figurse", in: folder), 2, saying: "figurse: no such folder")
    }
  }

  /// A picture that is not what its tables give, though it says so; and where that cannot be told.
  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func picturesAreDrawnAnew() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      let made = try pipeline.make("figures")
      #expect(made.status == 0, "\(made)")
      func lines(_ environment: [String: String] = [:]) throws -> [String] {
        let run = try cod(
          "verify", "--tolerances", Self.tolerances, in: folder, environment: environment)
        // The other figures are missing.
        #expect(run.status == 1 && run.errors == "", "\(run)")
        return run.output.split(separator: "\n").map(String.init).filter {
          $0.contains("specialists") || $0.hasPrefix("figures: ")
        }
      }
      #expect(try lines() == ["figures/specialists: intact"])
      let path = "\(folder)/figures/specialists.svg"
      let picture = String(decoding: try bytes(path), as: UTF8.self)
      try write(picture.replacing("</svg>", with: "<!-- more --></svg>"), to: path)
      #expect(
        try lines() == [
          "figures/specialists: damaged: specialists.svg: not what its tables and script give"
        ])
      #expect(
        try lines(["PATH": folder]) == [
          "figures/specialists: intact",
          "figures: pictures are not drawn anew: gnuplot is not on PATH",
        ])
      try write(picture.replacing("renderer gnuplot 5", with: "renderer gnuplot 4"), to: path)
      let other = try lines()
      try #require(other.count == 2, "\(other)")
      #expect(other[1].hasPrefix("figures: 1 pictures are not compared: drawn by gnuplot 4"))
    }
  }

  /// The figure is drawn of cells that are identical, within tolerance, and lacking; it is the same
  /// twice.
  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func theFigure() throws {
    try withFolder { folder in
      let other = study(widths: "[5, 7]", sampler: "warmup: 50, draws: 300")
      let one = study(sampler: "warmup: 20, draws: 300")
      for (side, second) in [("old", one), ("new", other)] {
        try simulate([("a", study()), ("b", second)], in: "\(folder)/\(side)")
      }
      var pictures: [Data] = []
      for _ in 0..<2 {
        let run = try cod(
          "verify", "old", "new", "-o", "out", "--tolerances", Self.tolerances, "--scripts",
          "\(projectFolder)/figures", in: folder)
        #expect(run.status == 1 && run.errors == "", "\(run)")
        #expect(run.output.hasSuffix("out/verification.svg\nout/verification.pdf\n"))
        pictures += try ["svg", "pdf", "json"].map { try bytes("\(folder)/out/verification.\($0)") }
      }
      #expect(Array(pictures.prefix(3)) == Array(pictures.suffix(3)), "the second differs")
      let svg = String(decoding: pictures[0], as: UTF8.self)
      for words in [
        "4 cells of 2 studies identical, 2 within tolerance, 0 outside, 4 missing", "a: identical",
        "b: not comparable",
      ] { #expect(svg.contains(words), "'\(words)' is not in the figure") }
      let numbers = try String(contentsOfFile: "\(folder)/out/verification.tsv", encoding: .utf8)
      let rows = numbers.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst()
        .map { $0.split(separator: "\t").map { Double($0) ?? .nan } }
      #expect(rows.map { $0[5] } == [0, 0, 0, 0, 1, 1])
      #expect(rows.prefix(4).allSatisfy { $0[4] == 0 && $0[2] == $0[3] })
      #expect(rows.suffix(2).allSatisfy { abs($0[4]) > 1e-3 && abs($0[4]) < 5 }, "\(rows)")

      // What is printed is then JSON alone.
      let json = try cod(
        "verify", "old", "old", "-o", "out", "--json", "--scripts", "\(projectFolder)/figures",
        in: folder)
      _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      #expect(json.status == 0 && json.errors == "", "\(json)")

      // All identical: residuals of zero alone.
      let same = try cod(
        "verify", "old", "old", "-o", "same", "--scripts", "\(projectFolder)/figures", in: folder)
      #expect(same.status == 0 && same.errors == "", "\(same)")
      let title = String(decoding: try bytes("\(folder)/same/verification.svg"), as: UTF8.self)
      #expect(title.contains("8 cells of 2 studies identical, 0 within"))
    }
  }
}
