import CHDF5
import Foundation
import HDF5
import Host
import TestSupport
import Testing

/// Files that are damaged, or are not HDF5 files, are refused in one line.
@Suite struct DamageTests {
  func image() throws -> Data {
    let file = try File()
    try file.root().write((0..<1000).map(Double.init), shape: [1000], chunk: [250], to: "x")
    return try file.image()
  }

  /// Opens a file of these bytes, which must be refused.
  func expectRefusal(
    of bytes: Data, saying words: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      try bytes.write(to: URL(filePath: path))
      expectError(naming: "cannot open \(path)", words, at: location) {
        _ = try File(reading: path)
      }
    }
  }

  @Test func truncatedFiles() throws {
    let image = try image()
    for count in [48, 100, image.count / 2, image.count - 1] {
      try expectRefusal(of: image.prefix(count), saying: "truncated file: eof = \(count)")
    }
  }

  @Test func filesThatAreNoHDF5() throws {
    for bytes in [Data(), Data(count: 4096), Data("temperature loss\n0.1 3.2\n".utf8)] {
      try expectRefusal(of: bytes, saying: "file signature not found")
    }
  }

  @Test func anyFlippedByteOfTheSuperblock() throws {
    let image = try image()
    for i in 12..<48 {
      var damaged = image
      damaged[i] ^= 0x10
      try expectRefusal(of: damaged, saying: "checksum")
    }
  }

  @Test func missingFilesAndFolders() throws {
    try withFolder { folder in
      expectError(naming: "cannot open \(folder)/x.h5", "No such file or directory") {
        _ = try File(reading: "\(folder)/x.h5")
      }
      expectError(naming: "cannot open \(folder)", "it is a folder") {
        _ = try File(reading: folder)
      }
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func unreadableFiles() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      try writeAtomically(image(), to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: path)
      expectError(naming: "cannot open \(path)", "Permission denied") {
        _ = try File(reading: path)
      }
    }
  }

  /// A chunk's Fletcher-32 sum covers all of its bytes; its neighbours stay readable.
  @Test func anyFlippedByteOfAChunk() throws {
    let image = try image()
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      try writeAtomically(image, to: path)
      let (address, size) = try chunk(1, ofFileAt: path)
      let unnoticed = try (address..<address + size).filter { i in
        var damaged = image
        damaged[i] ^= 0x01
        try damaged.write(to: URL(filePath: path))
        return (try? File(reading: path).root().dataset("x").read(Double.self)) != nil
      }
      #expect(unnoticed == [], "of \(size) bytes at \(address)")

      let dataset = try File(reading: path).root().dataset("x")
      expectError(naming: "cannot read \(path):x", "Fletcher32 checksum") {
        _ = try dataset.read(Double.self)
      }
      expectError(naming: "cannot read \(path):x", "Fletcher32 checksum") {
        _ = try dataset.read(Double.self, start: [499], count: [1])
      }
      #expect(try dataset.read(start: [249], count: [1]) == [249.0])
      #expect(try dataset.read(start: [500], count: [1]) == [500.0])
    }
  }

  /// Returns the place of a chunk of "x" in the file, and its number of bytes.
  func chunk(_ index: Int, ofFileAt path: String) throws -> (address: Int, size: Int) {
    let dataset = try File(reading: path).root().dataset("x")
    var offset: hsize_t = 0
    var mask: UInt32 = 0
    var address: haddr_t = 0
    var size: hsize_t = 0
    let space = H5Dget_space(dataset.id)
    defer { H5Sclose(space) }
    try #require(
      H5Dget_chunk_info(dataset.id, space, hsize_t(index), &offset, &mask, &address, &size) >= 0)
    try #require(offset == 250 * index)
    return (Int(address), Int(size))
  }

  @Test func wrongTypes() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = try File()
      try file.root().write([0.5], shape: [1], to: "numbers")
      try file.root().write(["a"], to: "strings")
      try file.write(to: path)
      let root = try File(reading: path).root()
      expectError(naming: "cannot read \(path):strings", "does not hold numbers") {
        _ = try root.dataset("strings").read(Double.self)
      }
      expectError(naming: "cannot read \(path):strings", "does not hold numbers") {
        _ = try root.dataset("strings").read(Int.self, start: [0], count: [1])
      }
      expectError(naming: "cannot read \(path):numbers", "does not hold variable-length strings") {
        _ = try root.dataset("numbers").readStrings()
      }
      expectError(naming: "cannot read \(path):numbers", "not integers") {
        _ = try root.dataset("numbers").read(Int.self)
      }
      expectError(naming: "cannot write \(path):more", "no write intent on file") {
        try root.write([1], shape: [1], to: "more")
      }
    }
  }
}
