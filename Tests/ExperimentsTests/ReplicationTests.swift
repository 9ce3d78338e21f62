import Archives
import Execution
import Experiments
import Foundation
import Host
import Kernels
import Sampling
import Studies
import TestSupport
import Testing

/// Cells of studies sampled again with other random numbers.
@Suite struct ReplicationTests {
  static let original = study(widths: "[3, 5]", datasets: 3, sampler: "warmup: 20, draws: 40")
  static func text(
    _ studies: String = "x", cells: Int = 4, replication: Int = 1
  ) -> String {
    """
    question: Do its errors hold?
    source: a test
    experiment: replication
    studies: \(studies)
    cells: \(cells)
    replication: \(replication)

    """
  }

  /// Gives `body` a folder with a study x, and what reads a study of its cells.
  func withStudy(
    _ other: String? = nil, _ body: (String, (String) throws -> StudySpec) async throws -> Void
  ) async throws {
    try await withFolder { folder in
      try Data(Self.original.utf8).write(to: URL(filePath: "\(folder)/x.yml"))
      if let other { try Data(other.utf8).write(to: URL(filePath: "\(folder)/y.yml")) }
      try await body(folder) { text in
        let file = "\(folder)/again.yml"
        try Data(text.utf8).write(to: URL(filePath: file))
        return try StudySpec(reading: file)
      }
    }
  }

  @Test func otherDrawsOfTheSameCells() async throws {
    try await withStudy { folder, spec in
      let first = try spec(Self.text()).cells()[0]
      let again = try spec(Self.text(replication: 2)).cells()[0]
      let original = try #require(
        try StudySpec(reading: "\(folder)/x.yml").cells().first { $0.key == first.originalKey })
      #expect(first.originalKey == again.originalKey && first.key != again.key)
      let names = original.layout.quantities.map(\.name)
      let (own, other, another) = (try original.compute(), try first.compute(), try again.compute())
      #expect(other.labels[Layout.quantity] == names && names[0] == "alignment")
      let mean = own.alignment.reduce(0, +) / Double(own.alignment.count)
      let (a, b) = (other.doubles("mean")[0], another.doubles("mean")[0])
      #expect(a != mean && b != mean && a != b, "\(mean), \(a), \(b)")
      #expect(try first.compute() == other, "the same random numbers again")
      // The posterior is the same: means differ by their errors.
      let error = (2 * other.doubles("squared_error")[0]).squareRoot()
      #expect(abs(a - mean) < 6 * error, "\(a) and \(mean), error \(error)")
      for name in original.layout.coordinates.map(\.name) {
        #expect(first.parameters[name] == original.parameters[name], "\(name)")
      }
    }
  }

  /// What a study's cells cost tells what they cost again, although they lack the names that tell
  /// repeated ones apart.
  @Test func costIsThatOfTheOriginals() async throws {
    try await withStudy { folder, spec in
      let first = try StudySpec(reading: "\(folder)/x.yml")
      try await simulate(first, to: "\(folder)/x.h5")
      let model = CostModel(archives: folder, kernels: .best)
      let own = model.counts(of: first.cells())
      let again = try spec(Self.text(cells: first.cells().count)).cells()
      let counts = model.counts(of: again)
      #expect(own.source == .sameCells && counts.source == .nearestCells)
      #expect(counts.cells.count == own.cells.count)
      // A point's mean over its data sets, as often as it has data sets.
      for kind in own.cells[0].indices {
        let (a, b) = (
          own.cells.reduce(0) { $0 + $1[kind] }, counts.cells.reduce(0) { $0 + $1[kind] }
        )
        expect(b, near: a, within: 1e-9 * max(1, a), "steps of kind \(kind)")
      }
    }
  }

  /// The means are those of the draws, which are those of the cell with the same streams.
  @Test func meansAreThoseOfTheDraws() async throws {
    try await withStudy { folder, spec in
      let cell = try spec(Self.text()).cells()[0]
      let original = try #require(
        try StudySpec(reading: "\(folder)/x.yml").cells().first { $0.key == cell.originalKey })
      let draws = try original.task.result(cell.streams(kernels: .best))
      let result = try cell.compute()
      for (index, name) in ["alignment", "training_loss", "energy"].enumerated() {
        let expected = Diagnostics(draws.chains(draws.reals(name)))
        #expect(result.doubles("mean")[index] == expected.mean, "\(name)")
        let error = result.doubles("squared_error")[index].squareRoot()
        #expect(abs(error / expected.standardError - 1) < 1e-12, "\(name)")
      }
      #expect(result.isSound == draws.isSound)
    }
  }

  @Test func moreCellsHoldFewer() async throws {
    try await withStudy { _, spec in
      let keys = try [1, 3, 6, 100].map { Set(try spec(Self.text(cells: $0)).cells().map(\.key)) }
      #expect(keys.map(\.count) == [1, 3, 6, 6])
      #expect(keys[0].isSubset(of: keys[1]) && keys[1].isSubset(of: keys[2]))
      #expect(keys[2] == keys[3])
    }
  }

  /// Two studies with the same cells keep their own.
  @Test func studiesThatShareCells() async throws {
    try await withStudy(Self.original.with("[3, 5]", as: "[5, 7]")) { folder, spec in
      let again = try spec(Self.text("[x, y]", cells: 6))
      #expect(Set(again.cells().map(\.key)).count == 12)
      try await simulate(again, to: "\(folder)/again.h5")
      let archive = try Archive(reading: "\(folder)/again.h5")
      #expect(
        archive.cells.map { $0.word(Layout.study) }
          == ["x", "y"].flatMap { Array(repeating: $0, count: 6) })
      #expect(archive.results == (try again.cells().map { try $0.compute() }))
    }
  }

  /// Another version of the study gives other keys.
  @Test func theStudyIsPartOfTheKey() async throws {
    try await withStudy { folder, spec in
      let before = try spec(Self.text())
      try Data(Self.original.with("ridge: 0.1", as: "ridge: 0.2").utf8)
        .write(to: URL(filePath: "\(folder)/x.yml"))
      let after = try spec(Self.text())
      #expect(before.key != after.key)
      #expect(before.experiment.inputsDigest != after.experiment.inputsDigest)
    }
  }

  @Test(arguments: [
    (text("z"), nil, "studies: got 'z'; expected names of studies, but "),
    (
      text("[x, y]"), original.with("kind: two-layer", as: "kind: three-layer"),
      "expected studies of one experiment, kind and list of observables"
    ),
    (
      text("y"),
      """
      question: q
      source: s
      experiment: linear-descent
      spectrum: {alpha: 1.5, beta: 0.5, modes: 20}
      width: [infinite]
      batch: exact
      step: 0.1
      richness: 0
      time: {from: 1, to: 10, per_decade: 4}
      """, "expected studies whose cells have draws, but "
    ),
    (text("again"), nil, "expected studies whose cells have draws, but "),
    (text(cells: 0), nil, "cells: got '0'; expected an integer"),
    (text(replication: 0), nil, "replication: got '0'; expected an integer"),
  ])
  func mistakes(text: String, other: String?, words: String) async throws {
    try await withStudy(other) { _, spec in
      #expect { _ = try spec(text) } throws: { error in
        let line = "\(error)"
        #expect(line.contains(words) || other != nil && line.contains("y.yml"), "\(line)")
        return error is UserError
      }
    }
  }
}
