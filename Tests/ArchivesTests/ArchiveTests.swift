import Archives
import Experiments
import Foundation
import HDF5
import Host
import Studies
import TestSupport
import Testing

/// A study file holds what was simulated, bit by bit, and says what it is.
@Suite struct ArchiveTests {
  @Test func everyArrayComesBack() async throws {
    let text = tinyStudy.with("degree: 3", as: "degree: [3, 1]")
      .with("readout_variance: 1", as: "readout_variance: 0.7")
      .with("cold: 1, planted: 1", as: "cold: 2, planted: 1")
    let spec = try await StudySpec.of(text)
    let cells = spec.cells()
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      let archive = try Archive(reading: "\(folder)/study.h5")
      #expect(archive.keys == cells.map(\.key))
      #expect(archive.results[0].starts == [.cold, .cold, .planted])
      #expect(archive.specText == text)
      for (i, cell) in cells.enumerated() {
        let read = archive.cells[i]
        #expect(read.dimension == 4 && read.samples == 10, "\(read)")
        #expect(read == cell.parameters, "\(read)")
        #expect(read.ridge == 0.1 && read.dataset == cell.parameters.dataset, "\(read)")
        #expect(read.weightVariance == 1 && read.readoutVariance == 0.7, "\(read)")
        #expect(try archive.results[i] == cell.compute(), "cell \(i)")
      }
    }
  }

  @Test func theFileDescribesItself() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try await simulate(spec, to: path)
      let archive = try Archive(reading: path)
      let root = try File(reading: path).root()
      for (name, text) in [
        ("title", "Is it tiny?"), ("network", "two-layer"), ("source", "a test"),
        ("license", "CC-BY-4.0"),
        ("references", "arXiv:2512.04165"), ("spec_yaml", tinyStudy),
        ("study_key", archive.studyKey), ("content_sha256", archive.contentDigest),
      ] { #expect(try root.attribute(name) == text, "\(name)") }
      #expect(try root.attribute("numerics_version") == [numericsVersion])
      #expect(try root.attribute("complete") == [1])
      #expect(try root.attribute("schema_version") == [3])

      #expect(try root.dataset("kept_draw").read() == [0, 5, 10])
      #expect(try root.dataset("draw").read() == Array(0..<12))
      #expect(try root.dataset("overlap").shape == [4, 2, 3, 5])
      let overlap: [Float] = try root.dataset("overlap").read()
      let padding = overlap.indices.filter { overlap[$0].isNaN }
      let lacking = (0..<12).flatMap { row in [5 * row + 3, 5 * row + 4] }
      #expect(padding == lacking, "the neurons that cells of width 3 lack are NaN, and no others")
      for name in try root.names {
        let description: String = try root.dataset(name).attribute("long_name")
        #expect(!description.isEmpty, "\(name)")
      }
    }
  }

  /// What is no part of the study is no part of its file.
  @Test func theFileNamesNoMachine() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      let bytes = try Data(contentsOf: URL(filePath: "\(folder)/study.h5"))
      // Two or three letters stand in any binary file by chance.
      let words = [folder, ProcessInfo.processInfo.hostName, NSUserName() + "/"]
      for word in words where word.count > 3 {
        #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) is in the file")
      }
    }
  }
}
