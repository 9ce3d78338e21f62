import Archives
import Audit
import Experiments
import Figures
import Foundation
import HDF5
import Host
import Paper
import Studies
import TestSupport
import Testing

/// An archive by itself: what is wrong with it is named, all of it.
@Suite struct IntegrityTests {
  /// Runs `body` with the file of a study in a folder `data`, with its spec beside it.
  func withStudy<R>(
    _ text: String = tinyStudy, _ body: (String) async throws -> R
  ) async throws -> R {
    try await withFolder { folder in
      try await add("x", text, to: folder)
      return try await body("\(folder)/x.h5")
    }
  }

  /// Simulates a study into a folder and records it.
  func add(_ name: String, _ text: String, to folder: String) async throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).yml"))
    try await simulate(
      try StudySpec(reading: "\(folder)/\(name).yml"), to: "\(folder)/\(name).h5")
    try Lock.record("\(folder)/\(name).h5")
  }

  /// What is found in the folder of a file; there are no figures.
  func verify(_ file: String) async throws -> Verification {
    try await Verification(
      data: parentFolder(of: file), figures: "\(file)/none", of: Paper.figures, activity: idle
    ) {
      throw UserError("no tolerances")
    }
  }

  /// What is found wrong with a file forged from the study, the lock aside.
  func findings(
    leavingOut: Set<String> = [], hidesIt: Bool = true, of text: String = tinyStudy,
    change: (String, inout [Double]) -> Void = { _, _ in }
  ) async throws -> [String] {
    try await withStudy(text) { path in
      try forge(path, as: path, leavingOut: leavingOut, hidesIt: hidesIt, change: change)
      try? Lock.record(path)
      let checked = try await verify(path).archive[0]
      #expect(checked.word == (checked.findings.isEmpty ? "intact" : "damaged"))
      return checked.findings
    }
  }

  @Test func anIntactArchive() async throws {
    try await withStudy { path in
      let verification = try await verify(path)
      #expect(verification.passes, "\(verification.archive)")
      #expect(verification.archive.map(\.word) == ["intact", "intact"])
      #expect(verification.lines.last == "2 of 2 intact")
    }
    // The forger changes nothing by himself.
    #expect(try await findings() == [])
  }

  @Test func allThatIsDamagedIsNamed() async throws {
    try await withFolder { folder in
      for name in ["a", "b", "c", "d"] { try await add(name, tinyStudy, to: folder) }
      var bytes = try Data(contentsOf: URL(filePath: "\(folder)/a.h5"))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(filePath: "\(folder)/a.h5"))
      try forge("\(folder)/b.h5", as: "\(folder)/b.h5", leavingOut: ["energy", "virial"])
      try FileManager.default.removeItem(atPath: "\(folder)/c.h5")
      try FileManager.default.removeItem(atPath: "\(folder)/.cells")
      let verification = try await verify("\(folder)/a.h5")
      #expect(!verification.passes)
      let found = verification.archive.map { "\($0.file): \($0.word): \($0.findings)" }
      #expect(
        verification.archive.map(\.word) == ["damaged", "damaged", "missing", "intact", "intact"],
        "\(found)")
      #expect(found[0].contains("its bytes do not match their checksum"), "\(found[0])")
      #expect(found[1].contains("energy: missing") && found[1].contains("virial: missing"))
      // Each in a line of its own.
      let lines = verification.lines
      #expect(lines.contains("\(folder)/b.h5: damaged: energy: missing"), "\(lines)")
      #expect(lines.contains("\(folder)/b.h5: damaged: virial: missing"), "\(lines)")
      #expect(lines.last == "2 of 5 intact")
    }
  }

  /// With a new seal, so that only the checksums of the datasets tell: each of them is named.
  /// Coordinates that may be below zero are no damage: here the feature of a linear part.
  @Test func aCoordinateBelowZero() async throws {
    let text = tinyStudy.with(
      "target: {kind: hermite, degree: 3}",
      as: "target: {kind: features, degree: 3, coefficients: [2, 1]}")
    #expect(try await findings(of: text) == [])
    #expect(
      try await findings(of: text) { name, values in
        if name == "width" { values[0] = -1 }
      } != [])
  }

  /// A study that a registered prediction waits for is no gap in the archive, until it is partial.
  @Test func aStudyThatIsAwaited() async throws {
    try await withStudy { path in
      let folder = parentFolder(of: path)
      let later = tinyStudy.with("[3, 5]", as: "7")
      try Data(later.utf8).write(to: URL(filePath: "\(folder)/later.yml"))
      func pipeline() throws -> Pipeline {
        try Pipeline(data: folder, figures: "\(folder)/none", of: [], activity: idle)
      }
      #expect(try pipeline().studies.map(\.state) == [.missing, .fresh])
      #expect(try !pipeline().isFresh)
      #expect(try await !verify(path).passes)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/predictions", withIntermediateDirectories: true)
      try Data(
        """
        about: five
        study: later
        architecture: {degree: 5, layers: [{kind: dense, width: d}]}
        predicted: {winner: Sp, exponent: 1, parameters: {M: 0}}
        claims: {}

        """.utf8
      ).write(to: URL(filePath: "\(folder)/predictions/later.yml"))
      #expect(try pipeline().studies.map(\.state) == [.awaited, .fresh])
      #expect(try pipeline().isFresh)
      let verification = try await verify(path)
      #expect(verification.passes && verification.lines.last == "2 of 2 intact")
    }
  }

  @Test func everyDatasetsChecksumIsRead() async throws {
    try await withStudy { path in
      var image = try Data(contentsOf: URL(filePath: path)).dropLast(77)
      // What deflate made begins so; the eleventh byte is of its data.
      let places = image.indices.dropLast(11).filter { image[$0] == 0x78 && image[$0 + 1] == 0x9c }
      for place in places { image[place + 10] ^= 0xff }
      try seal(image, to: path)
      let root = try File(reading: path).root()
      let numbers = try root.names.filter { try root.dataset($0).isChecksummed }
      #expect(places.count == numbers.count && numbers.count > 30, "\(places.count)")
      let findings = try await verify(path).archive[0].findings
      #expect(findings.count == numbers.count, "\(findings)")
      for name in numbers {
        #expect(findings.contains { $0.hasPrefix("cannot read \(name): ") }, "\(name)")
      }
    }
  }

  @Test func numbersThatAreNone() async throws {
    let found = try await findings { name, values in
      if name == "alignment" { values[30] = .nan }
      if name == "squared_norm" { (values[5], values[95]) = (.infinity, .nan) }
      // Of a cell of three neurons, with filling, and of one of five.
      if name == "overlap" { values[2] = .nan }
      if name == "acceptance" { values[7] = -.infinity }
    }
    let expected = [
      "alignment: 1 of 96 values are not finite where they should be, the first in cell 1, chain 0",
      "squared_norm: 2 of 96 values are not finite where they should be, the first in cell 0, chain 0",
      "overlap: 1 of 120 values are not finite where they should be, the first in cell 0, chain 0",
      "acceptance: 1 of 8 values are not finite where they should be, the first in cell 3, chain 1",
    ]
    for finding in expected { #expect(found.contains(finding), "\(finding) is not in \(found)") }
    // What the file says of convergence is then not what its draws give.
    #expect(found.contains { $0.hasPrefix("alignment_rhat: not what the draws give in 1 cells") })
    #expect(!found.contains { $0.hasPrefix("log_evidence") || $0.hasPrefix("trajectory") })
  }

  /// Damage that leaves the digest as it was is found where it is, and by the digest.
  @Test func numbersThatAreNoneWithoutADigest() async throws {
    let found = try await findings(hidesIt: false) { name, values in
      if name == "energy" { values[0] = .nan }
    }
    #expect(found.contains { $0.hasPrefix("energy: 1 of 96 values are not finite") }, "\(found)")
    #expect(found.contains { $0.hasPrefix("its arrays do not match content_sha256") }, "\(found)")
  }

  /// Langevin dynamics has no trajectories, and beyond the stable steps no draws either.
  @Test func gapsThatAreDeclared() async throws {
    let text = tinyStudy.with("kind: hmc", as: "kind: langevin, step: [0.001, 1000]")
    try await withStudy(text) { path in
      let results = try Archive(reading: path).results
      #expect(results.contains { !$0.isFinite }, "no chain diverged: the test tests nothing")
      let verification = try await verify(path)
      #expect(verification.passes, "\(verification.archive[0].findings)")
    }
    let found = try await findings(of: text) { name, values in
      if name == "step_size" { values[0] = .nan }
    }
    #expect(found.count == 1 && found[0].hasPrefix("step_size: 1 of 16 values"), "\(found)")
  }

  @Test func whatTheDrawsDoNotGive() async throws {
    let found = try await findings { name, values in
      if name == "certified" { values[2] = 1 - values[2] }
      if name == "alignment_ess" { values = values.map { $0 * 1.001 } }
      // Where a cell of width 3 has no fourth neuron.
      if name == "overlap" { values[3] = 0.5 }
    }
    #expect(
      found == [
        "overlap: 1 numbers where cells have no neurons, the first in cell 0",
        "alignment_ess: not what the draws give in 4 cells, the first cell 0",
        "certified: not what the draws give in 1 cells, the first cell 2",
      ])
  }

  /// A coordinate by which figures and comparisons find cells is that of the cell's key.
  @Test func coordinatesThatTheKeysDoNotHave() async throws {
    let found = try await findings { name, values in
      if name == "ridge" { values[1...2] = [0.2, 0.3] }
    }
    #expect(found == ["ridge: not what spec_yaml gives in 2 cells, the first cell 1"])
  }

  /// Where the keys cannot be computed anew, that is said: as a finding where the spec is at fault.
  @Test func aSpecThatCannotBeRead() async throws {
    // The forger copies texts; this one has other words of the same length.
    try await withStudy { path in
      var image = try Data(contentsOf: URL(filePath: path)).dropLast(77)
      let key = try #require(image.range(of: Data("\nridge: ".utf8)), "no spec in the file")
      image.replaceSubrange(key, with: Data("\nrigde: ".utf8))
      try seal(image, to: path)
      try Lock.record(path)
      let checked = try await verify(path).archive[0]
      #expect(checked.word == "damaged")
      #expect(checked.findings.count == 1, "\(checked.findings)")
      let finding = try #require(checked.findings.first)
      #expect(
        finding.hasPrefix(
          "the cells' keys were not compared with spec_yaml, which cannot be read:"),
        "\(finding)")
      #expect(finding.contains("unknown key 'rigde'"), "\(finding)")
    }
  }

  @Test func aFolderOfFiguresThatIsNotThere() async throws {
    try await withFolder { folder in
      try await add("two-layer-width", tinyStudy, to: folder)
      let verification = try await verify("\(folder)/two-layer-width.h5")
      #expect(verification.archive.map(\.word) == ["intact", "intact", "missing"])
      #expect(verification.archive[2].findings[0].hasPrefix("no such folder, but "))
    }
  }

  @Test func aStudyWithoutASpec() async throws {
    try await withStudy { path in
      try FileManager.default.copyItem(
        atPath: path, toPath: path.replacing("x.h5", with: "y.h5"))
      let verification = try await verify(path)
      #expect(verification.archive.map(\.word) == ["intact", "stale", "stale"])
      #expect(verification.archive[1].findings == ["no y.yml beside it"])
      #expect(verification.archive[2].findings == ["y.h5 is not recorded"])
    }
  }

  /// A table that cannot be computed is that of the figure that declares it, whatever it is called.
  @Test func aFigureThatFailsIsTheOneThatDeclares() async throws {
    try await withFolder { folder in
      let (data, figures) = ("\(folder)/data", "\(folder)/figures")
      for path in [data, figures] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      }
      let list = [
        Figure(name: "a", studies: [], axes: [], tables: ["-b-c"]) { _ in throw UserError("first")
        },
        Figure(name: "a-b", studies: [], axes: []) { _ in throw UserError("second") },
      ]
      for name in ["a", "a-b", "a-b-c", "a-b-d"] {
        try Data("x\n1\n".utf8).write(to: URL(filePath: "\(figures)/\(name).tsv"))
      }
      let items = try await Verification(data: data, figures: figures, of: list, activity: idle) {
        try Tolerances(reading: archiveTolerances)
      }.items
      #expect(
        items.map { [stem(of: $0.name), $0.reason] } == [
          ["a-b-c", "first"], ["a-b-d", "no figure makes it"], ["a-b", "second"], ["a", "first"],
        ])
    }
  }

  /// Tables are those that the samples give; one with another number, and one too many, are named.
  @Test func tablesAreComputedAnew() async throws {
    try await withFolder { folder in
      let (data, figures) = ("\(folder)/data", "\(folder)/figures")
      for path in [data, figures] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      }
      try await add("two-layer-width", tinyStudy, to: data)
      let figure = try Paper.figures.named("specialists")
      let paths = try figure.writeTables(data: data, to: figures)
      func items() async throws -> [Verification.Item] {
        try await Verification(data: data, figures: figures, of: [figure], activity: idle) {
          try Tolerances(reading: archiveTolerances)
        }.items
      }
      #expect(try await items().map(\.verdict) == [.identical, .identical])

      // The first digit of a row's last number but one.
      let path = try #require(paths.first)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      var rows = text.split(separator: "\n").map(String.init)
      var fields = rows[rows.count - 1].split(separator: "\t").map(String.init)
      fields[fields.count - 2] = "1\(fields[fields.count - 2])"
      rows[rows.count - 1] = fields.joined(separator: "\t")
      try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
      try Data(text.utf8).write(to: URL(filePath: "\(figures)/other.tsv"))
      try FileManager.default.removeItem(atPath: paths[1])
      let found = try await items()
      #expect(found.map(\.verdict) == [.notComparable, .notComparable, .outside], "\(found)")
      #expect(found[0].name == "\(figures)/other.tsv" && found[0].reason == "no figure makes it")
      #expect(found[1].reason == "missing; cod tables makes it")
      #expect(found[2].worst?.place == "row 2, column guide", "\(found[2])")
    }
  }
}
