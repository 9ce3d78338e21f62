import Archives
import Audit
import Experiments
import Foundation
import Host
import TestSupport
import Testing

/// Two studies compared: identical, within tolerance, outside, or not comparable.
@Suite struct StudyVerificationTests {
  @Test func theSameStudy() async throws {
    let item = try await withStudies(mixingStudy) { try compare($0, $1) }
    #expect(item.verdict == .identical && item.compared == 4 && item.worst == nil, "\(item)")
    #expect(item.tolerance == "none: bit by bit")
    #expect(item.reason == "every archived number is the same")
  }

  /// What the files say besides is noted.
  @Test func theSameNumbersUnderAnotherText() async throws {
    let item = try await withStudies(mixingStudy.with("Is it tiny?", as: "Is it small?")) {
      try compare($0, $1)
    }
    #expect(item.verdict == .identical)
    #expect(
      item.reason
        == "every archived number is the same; another title; another text of the spec", "\(item)")
  }

  /// Where a test can tell nothing, it is no pass.
  @Test func tooFewEffectiveSamples() async throws {
    let short = mixingStudy.with("draws: 400", as: "draws: 8")
    let lost = try await withStudies(short) { try compare($0, $1) }
    #expect(lost.verdict == .notComparable && lost.untested == 0, "\(lost)")
    #expect(
      lost.reason.contains(
        "4 cells: not comparable: certified in the old file alone, the first width 3, dataset 0"),
      "\(lost.reason)")
    let won = try await withStudies(short) { try compare($1, $0) }
    #expect(won.verdict == .notComparable, "\(won)")
    #expect(won.reason.contains("fewer than 25 effective samples, the first"), "\(won.reason)")
    try await withFolder { folder in
      for (name, text) in [("a", short), ("b", short.with("warmup: 100", as: "warmup: 101"))] {
        try await simulate(try await .of(text), to: "\(folder)/\(name).h5")
      }
      let neither = try compare("\(folder)/a.h5", "\(folder)/b.h5")
      #expect(neither.verdict == .notComparable && neither.untested == 4, "\(neither)")
      #expect(neither.reason.contains("4 cells: certified in neither file"), "\(neither.reason)")
    }
  }

  /// Runs `body` with the file of `mixingStudy` and one of other draws, both changed.
  func forged(
    old: (String, inout [Double]) -> Void = { _, _ in },
    new: (String, inout [Double]) -> Void
  ) async throws -> Verification.Item {
    try await withStudies(mixingStudy.with("warmup: 100", as: "warmup: 101")) { a, b in
      try forge(a, as: a, change: old)
      try forge(b, as: b, change: new)
      return try compare(a, b)
    }
  }

  /// An array without a number was not compared, however well the others agree.
  @Test func anArrayWithoutNumbersInBoth() async throws {
    func lose(_ name: String, _ values: inout [Double]) {
      if name == "training_loss" { values = values.map { _ in .nan } }
    }
    let item = try await forged(old: lose, new: lose)
    #expect(item.verdict == .notComparable, "\(item)")
    #expect(item.reason.contains("no training_loss is finite in either file"), "\(item.reason)")
  }

  /// Figures rest on neurons and evidences, too.
  @Test func neuronsAndEvidencesOfOtherDraws() async throws {
    let item = try await forged { name, values in
      if name == "overlap" { values = values.map { 2 * $0 } }
    }
    #expect(item.verdict == .outside, "\(item)")
    #expect(try #require(item.worst).place.contains("overlap"), "\(item)")

    func evidence(_ value: Double) -> (String, inout [Double]) -> Void {
      { name, values in
        if name == "log_evidence" { values = values.map { _ in value } }
        if name == "log_evidence_error" { values = values.map { _ in 0.1 } }
      }
    }
    // Two chains of 0.1 each, on both sides: the difference has an error of 0.1, which so few know
    // badly. By Student's t with two degrees of freedom 200 errors are within.
    let near = try await forged(old: evidence(-10), new: evidence(-10.2))
    #expect(near.tolerance.contains("of 36 means"), "\(near)")
    #expect(near.worst?.place.hasSuffix("log_evidence") != true || near.verdict == .within)
    let far = try await forged(old: evidence(-10), new: evidence(-100))
    #expect(far.verdict == .outside, "\(far)")
    #expect(try #require(far.worst).place.hasSuffix("mean log_evidence"), "\(far)")
  }

  @Test func otherNeuronsOfTheSameDraws() async throws {
    let item = try await withStudies(mixingStudy) { old, new in
      try forge(new, as: new) { name, values in
        if name == "overlap" { values[0] *= 1.0001 }
      }
      return try compare(old, new)
    }
    #expect(item.verdict == .outside, "\(item)")
    #expect(item.reason.contains("1 cell: the same draws, and other neurons"), "\(item.reason)")
  }

  /// Two means that are no numbers are not the same for that.
  @Test func meansThatAreNoNumbers() async throws {
    let item = try await forged { name, values in
      if name == "energy" { values[0] = .nan }
    } new: { name, values in
      if name == "energy" { values[1] = .nan }
    }
    #expect(item.verdict == .notComparable, "\(item)")
    #expect(
      item.reason.contains(
        "1 cell: not comparable: energy is not finite in other chains or draws"),
      "\(item.reason)")
  }

  /// Where every alignment of both files is NaN, a count that is 0 in both is no comparison.
  @Test func studiesWithoutNumbers() async throws {
    let diverging = mixingStudy.with("kind: hmc", as: "kind: langevin, step: 100")
    try await withFolder { folder in
      for (name, draws) in [("a", "draws: 200"), ("b", "draws: 202")] {
        let text = diverging.with("draws: 400", as: draws)
        try await simulate(try await .of(text), to: "\(folder)/\(name).h5")
      }
      let archive = try Archive(reading: "\(folder)/a.h5")
      #expect(archive.results.allSatisfy { $0.alignment.allSatisfy(\.isNaN) }, "tests nothing")
      let item = try compare("\(folder)/a.h5", "\(folder)/b.h5")
      #expect(item.verdict == .notComparable && item.worst == nil, "\(item)")
      #expect(item.untested == 4)
      #expect(
        item.reason.contains(
          "4 cells: no alignment is finite in either file, not tested, the first width 3"),
        "\(item.reason)")
      // With themselves they are the same, bit by bit.
      #expect(try compare("\(folder)/a.h5", "\(folder)/a.h5").verdict == .identical)
    }
  }

  /// Other random numbers, fewer draws, and another sampler have other keys and the same posterior.
  @Test(arguments: [
    ("warmup: 100", "warmup: 101"), ("draws: 400", "draws: 300"),
    ("kind: hmc", "kind: hmc, readout: integrated"), ("kind: hmc", "kind: hmc, trajectory: 1.2"),
    ("cold: 1, planted: 1", "cold: 2, planted: 3"),
  ])
  func otherDrawsOfTheSamePosterior(old: String, new: String) async throws {
    let item = try await withStudies(mixingStudy.with(old, as: new)) { try compare($0, $1) }
    #expect(item.verdict == .within && item.compared == 4, "\(item)")
    // Alignment, loss, energy, three observables and two functions of the neurons in each cell.
    #expect(item.tolerance.contains("of 32 means at level 0.01"), "\(item.tolerance)")
    #expect(item.reason.hasPrefix("4 of 4 cells have other draws"), "\(item.reason)")
    #expect(!item.reason.contains("the same key"), "\(item.reason)")
    let worst = try #require(item.worst)
    #expect(worst.deviation > 0 && worst.ratio > 0.2, "\(worst)")
  }

  /// A study of twice the ridge, or of a twentieth more weight variance, that claims to be of this
  /// one's cells.
  @Test(arguments: [
    ("ridge: 0.1", "ridge: 0.2", "ridge", 0.1),
    ("weight_variance: 1", "weight_variance: 2", "weight_variance", 1.0),
  ])
  func anotherPosteriorIsOutside(old: String, new: String, name: String, value: Double) async throws
  {
    let item = try await withStudies(mixingStudy.with(old, as: new)) { old, new in
      let forged = new.replacing("new.h5", with: "forged.h5")
      try forge(new, as: forged) { dataset, values in
        if dataset == name { values = values.map { _ in value } }
      }
      return try compare(old, forged)
    }
    #expect(item.verdict == .outside, "\(item)")
    #expect(try #require(item.worst).ratio > 1, "\(item)")
  }

  @Test func missingCellsAreNamed() async throws {
    let item = try await withStudies(mixingStudy.with("[3, 5]", as: "[5, 7, 8]")) {
      try compare($0, $1)
    }
    #expect(item.verdict == .notComparable && item.compared == 2 && item.worst == nil)
    #expect(
      item.reason == "missing cells: 2 are in the old file alone, 4 in the new one, "
        + "the first width 3, dataset 0; another text of the spec")
  }

  /// A cell with the same key and other bits is said to be one.
  @Test func otherBitsUnderTheSameKey() async throws {
    let item = try await withStudies(mixingStudy) { old, new in
      let forged = new.replacing("new.h5", with: "forged.h5")
      try forge(new, as: forged) { name, values in
        if name == "alignment" { values[0] += 1e-12 }
      }
      return try compare(old, forged)
    }
    #expect(item.verdict == .within && item.reason.contains("1 of 4 cells"), "\(item)")
    #expect(item.reason.contains("1 of them have the same key"), "\(item.reason)")
  }

  @Test func filesThatAreOthers() async throws {
    let layers = """
      question: Is it another?
      source: a test
      network: {kind: convolution, patch: 2, patches: 2, channels: 2}
      target: {kind: hermite, degree: 3}
      data: {samples: 10, datasets: 1}
      ridge: 0.1
      sampler: {kind: hmc, chains: {cold: 1, planted: 1}, warmup: 20, draws: 12}
      """
    try await withStudies(layers) { old, new in
      #expect(try compare(old, new).reason == "other network: two-layer, then convolution")
      let forged = new.replacing("new.h5", with: "forged.h5")
      try forge(old, as: forged, attributes: ["schema_version": 2])
      let verification = try Verification(old, forged) { try Tolerances(reading: "none") }
      #expect(verification.items[0].verdict == .notComparable)
      #expect(verification.items[0].reason.contains("schema_version 2; expected 3"))
      #expect(verification.archive.map(\.word) == ["intact", "damaged"])
    }
  }
}
