import Foundation
import HDF5
import TestSupport
import Testing

/// h5dump, from HDF5's own tools, reads the files.
@Suite(.enabled(if: h5dump != nil, "h5dump is not on PATH (Debian: hdf5-tools)"))
struct DumpTests {
  /// Returns the output of h5dump, with every run of blanks as one.
  func dump(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: try #require(h5dump))
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = try #require(try output.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(text)")
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func valuesTypesAndFilters() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = try File()
      let root = try file.root()
      try root.setAttribute("title", "loss")
      try root.write([Float(0.5), -2, .infinity, 4], shape: [2, 2], to: "single")
      try root.write([0.25, 8], shape: [2], to: "double").setAttribute("units", "1")
      try root.write([Int.min, 7], shape: [2], to: "integer")
      try root.write(["erf", "linear"], to: "names")
      try file.write(to: path)

      let all = try dump("-p", path)
      for words in [
        "H5T_IEEE_F32LE", "(0,0): 0.5, -2, (1,0): inf, 4", "H5T_IEEE_F64LE", "(0): 0.25, 8",
        "H5T_STD_I64LE", "(0): -9223372036854775808, 7", "\"erf\", \"linear\"",
        "ATTRIBUTE \"title\"", "(0): \"loss\"", "ATTRIBUTE \"units\"", "H5T_CSET_UTF8",
      ] {
        #expect(all.contains(words), "\(words) is not in \(all)")
      }
      for name in ["single", "double", "integer"] {
        let header = try dump("-p", "-H", "-d", name, path)
        #expect(
          header.contains(
            "PREPROCESSING SHUFFLE COMPRESSION DEFLATE { LEVEL 6 } CHECKSUM FLETCHER32"),
          "\(header)")
      }
    }
  }

  @Test func defaultChunksSplitTheSlowestDimension() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = try File()
      let zeros = [Float](repeating: 0, count: 40 * 50 * 100)
      try file.root().write(zeros, shape: [40, 50, 100], to: "x")
      try file.root().write(zeros, shape: [200_000], to: "long")
      try file.root().write(zeros, shape: [2, 100_000], to: "wide")
      try file.write(to: path)
      #expect(try dump("-pH", "-d", "x", path).contains("CHUNKED ( 13, 50, 100 )"))
      #expect(try dump("-pH", "-d", "long", path).contains("CHUNKED ( 65536 )"))
      #expect(try dump("-pH", "-d", "wide", path).contains("CHUNKED ( 1, 65536 )"))
    }
  }
}

private let h5dump = ProcessInfo.processInfo.environment["PATH", default: ""]
  .split(separator: ":").map { "\($0)/h5dump" }
  .first { FileManager.default.isExecutableFile(atPath: $0) }
