import Audit
import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// Fresh, stale, partial, missing, damaged.
@Suite struct StatusTests {
  let files = FileManager.default

  @Test func missingThenFresh() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      #expect(State(of: spec, at: output) == .missing)
      #expect(State(of: spec, at: output).description == "missing")
      try await simulate(spec, to: output)
      #expect(State(of: spec, at: output) == .fresh)
      #expect(State(of: spec, at: output).word == "fresh")
      #expect(State(of: try await .of("# old\n" + tinyStudy), at: output) == .fresh)
      try files.removeItem(atPath: "\(folder)/.cells")
      #expect(State(of: spec, at: output) == .fresh, "the store is not needed")
    }
  }

  @Test func partialOfWhatTheStoreHas() async throws {
    let (spec, part) = (
      try await StudySpec.of(tinyStudy), try await StudySpec.of(tinyStudy.with("[3, 5]", as: "5"))
    )
    try await withFolder { folder in
      try await simulate(part, to: "\(folder)/part.h5")
      let status = State(of: spec, at: "\(folder)/study.h5")
      #expect(status == .partial(.cells(done: 2, of: 4)))
      #expect(status.description == "partial (2 of 4 cells)")
      #expect(status != .fresh)
    }
  }

  @Test func staleOfWhatTheFileAndTheStoreHave() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    let (part, ridge) = (
      try await StudySpec.of(tinyStudy.with("[3, 5]", as: "5")),
      try await StudySpec.of(tinyStudy.with("ridge: 0.1", as: "ridge: 0.2"))
    )
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await simulate(part, to: output)
      #expect(State(of: spec, at: output) == .stale(.cells(reusable: 2, of: 4)))
      #expect(State(of: ridge, at: output) == .stale(.cells(reusable: 0, of: 4)))
      try files.removeItem(atPath: "\(folder)/.cells")
      let status = State(of: spec, at: output)
      #expect(status == .stale(.cells(reusable: 2, of: 4)), "the file alone has them too")
      #expect(status.description == "stale (2 of 4 cells can be reused)")
      try await simulate(spec, to: "\(folder)/other.h5")
      #expect(State(of: spec, at: output) == .stale(.cells(reusable: 4, of: 4)))
      #expect(State(of: part, at: "\(folder)/other.h5") == .stale(.cells(reusable: 2, of: 2)))
    }
  }

  @Test func anotherOrderIsStale() async throws {
    let (spec, reversed) = (
      try await StudySpec.of(tinyStudy),
      try await StudySpec.of(tinyStudy.with("[3, 5]", as: "[5, 3]"))
    )
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      #expect(
        State(of: reversed, at: "\(folder)/study.h5") == .stale(.cells(reusable: 4, of: 4)),
        "rows of a file are in the order of its grid")
    }
  }

  @Test func damagedSaysWhy() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try withFolder { folder in
      let output = "\(folder)/study.h5"
      try Data("no HDF5".utf8).write(to: URL(filePath: output))
      let status = State(of: spec, at: output)
      #expect(
        status.description == "damaged or no study file: "
          + "no checksum at its end; expected one written by cod simulate")
      #expect(status != .fresh)
      #expect(
        State(of: spec, at: folder) == .damaged(.reason("cannot open \(folder): it is a folder")))
    }
  }
}
