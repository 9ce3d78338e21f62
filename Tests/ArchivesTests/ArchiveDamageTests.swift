import Archives
import Audit
import Experiments
import Foundation
import HDF5
import Studies
import TestSupport
import Testing

/// A study file with any byte changed or lost is refused in one line and has the status damaged.
@Suite struct ArchiveDamageTests {
  /// Runs `body` with a study, its file and the file's bytes.
  func withStudy(_ body: (StudySpec, String, Data) async throws -> Void) async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      try await body(
        spec, "\(folder)/study.h5", Data(contentsOf: URL(filePath: "\(folder)/study.h5")))
    }
  }

  /// Puts these bytes in the file's place, which is to be refused.
  func expectRefusal(
    of bytes: Data, in place: (StudySpec, String), saying words: String, _ what: String
  ) async throws {
    let (spec, path) = place
    try bytes.write(to: URL(filePath: path))
    let line = await errorLine { _ = try Archive(reading: path) }
    #expect(line.hasPrefix("\(path): damaged") && line.contains(words), "\(what): \(line)")
    #expect(
      State(of: spec, at: path).description == String(line.trimmingPrefix("\(path): ")),
      "\(what)")
  }

  @Test func anyChangedByte() async throws {
    try await withStudy { spec, path, bytes in
      // Some anywhere, some in strings, where HDF5 has no checksums, and all of the seal.
      let text = try #require(bytes.range(of: Data(tinyStudy.utf8)))
      let key = try #require(bytes.range(of: Data(spec.cells()[0].key.utf8)))
      var generator = SystemRandomNumberGenerator()
      var places = (0..<150).map { _ in Int.random(in: 0..<bytes.count, using: &generator) }
      places += [0, text.lowerBound, text.upperBound - 1, key.lowerBound, key.upperBound - 1]
      places += bytes.count - 77..<bytes.count
      for place in places {
        var damaged = bytes
        damaged[place] ^= UInt8.random(in: 1...255, using: &generator)
        try await expectRefusal(
          of: damaged, in: (spec, path), saying: "checksum",
          "byte \(place) of \(bytes.count) is \(damaged[place]), was \(bytes[place])")
      }
    }
  }

  @Test func anyLostEnd() async throws {
    try await withStudy { spec, path, bytes in
      for count in [0, 1, 8, 77, 500, bytes.count / 2] + (bytes.count - 80..<bytes.count) {
        try await expectRefusal(
          of: bytes.prefix(count), in: (spec, path), saying: "checksum",
          "\(count) of \(bytes.count) bytes")
      }
    }
  }

  @Test func aByteTooMany() async throws {
    try await withStudy { spec, path, bytes in
      try await expectRefusal(of: bytes + [10], in: (spec, path), saying: "no checksum", "one more")
    }
  }

  /// libhdf5 cuts the seal when it opens a file for writing. That is said, and mended by what is
  /// said.
  @Test func aLostSealAlone() async throws {
    try await withStudy { spec, path, bytes in
      let cut = bytes.dropLast(77)
      try await expectRefusal(
        of: cut, in: (spec, path), saying: "as after opening it for writing", "no seal")
      let line = await errorLine { _ = try Archive(reading: path) }
      let command = try #require(line.split(separator: "or by: ").last)
      let process = try Process.run(URL(filePath: "/bin/sh"), arguments: ["-c", String(command)])
      process.waitUntilExit()
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
      // Another number, and the seal is gone as well.
      var other = cut
      let text = try #require(cut.range(of: Data("content_sha256".utf8)))
      let digest = try Archive(reading: path).contentDigest
      let place = try #require(cut.range(of: Data(digest.utf8)))
      #expect(text.lowerBound != place.lowerBound)
      other[place.lowerBound] ^= 1
      try await expectRefusal(of: other, in: (spec, path), saying: "no study file", "other arrays")
    }
  }

  @Test func otherHDF5Files() async throws {
    try await withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = try File()
      try file.root().write([1], shape: [1], to: "cell")
      try file.write(to: path)
      let line = await errorLine { _ = try Archive(reading: path) }
      #expect(
        line == "\(path): damaged or no study file: no checksum at its end; "
          + "expected one written by cod simulate")
    }
  }

  @Test func noFileAndAFolder() async throws {
    try await withFolder { folder in
      let line = await errorLine { _ = try Archive(reading: "\(folder)/x.h5") }
      #expect(line == "cannot open \(folder)/x.h5: No such file or directory")
      #expect(
        await errorLine { _ = try Archive(reading: folder) }
          == "cannot open \(folder): it is a folder")
    }
  }
}
