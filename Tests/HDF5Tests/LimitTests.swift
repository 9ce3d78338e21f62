import CHDF5
import Foundation
import HDF5
import TestSupport
import Testing

/// Sizes that a file declares are compared with limits before memory is allocated.
@Suite struct LimitTests {
  /// Runs `body` with the path of a file that declares a dataset "x" of this shape and holds no
  /// values of it.
  func withDeclared(_ extents: [hsize_t], _ body: (String) throws -> Void) throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = H5Fcreate(path, ch5_acc_trunc(), ch5_default(), ch5_default())
      let space = H5Screate_simple(Int32(extents.count), extents, nil)
      let create = H5Pcreate(ch5_dataset_create())
      H5Pset_chunk(create, Int32(extents.count), extents.map { min($0, 64) })
      let set = H5Dcreate2(
        file, "x", ch5_ieee_f64le(), space, ch5_default(), create, ch5_default())
      #expect(set >= 0)
      H5Dclose(set)
      H5Pclose(create)
      H5Sclose(space)
      H5Fclose(file)
      try body(path)
    }
  }

  @Test(arguments: [
    [hsize_t(1) << 40], [hsize_t(1) << 62, 4], [1 << 31, 1 << 31, 1 << 31], [1 << 20, 64],
  ])
  func datasetsOfAnySize(extents: [hsize_t]) throws {
    try withDeclared(extents) { path in
      let set = try File(reading: path).root().dataset("x")
      expectError(naming: "cannot read \(path):x", "it declares") { _ = try set.read(Double.self) }
      expectError(naming: "cannot read \(path):x", "it declares") {
        _ = try set.read(
          Double.self, start: extents.map { _ in 0 }, count: extents.map { Int($0) })
      }
    }
  }

  /// Smaller datasets, and parts of large ones, are read; here they are the zeros of missing
  /// chunks.
  @Test func datasetsWithinTheLimits() throws {
    try withDeclared([1000]) { path in
      let values = try File(reading: path).root().dataset("x").read(Double.self)
      #expect(values == [Double](repeating: 0, count: 1000))
    }
    try withDeclared([1 << 40]) { path in
      let values = try File(reading: path).root().dataset("x").read(
        Double.self, start: [1 << 39], count: [2])
      #expect(values == [0, 0])
    }
  }

  @Test func largeAttributes() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = try File()
      try file.root().setAttribute("x", [Double](repeating: 1, count: ReadLimit.attribute / 8 + 1))
      try file.write(to: path)
      let root = try File(reading: path).root()
      expectError(naming: "cannot read attribute x", "it declares") {
        _ = try root.attribute("x", as: Double.self)
      }
    }
  }

  @Test func pipesAndDevices() throws {
    try withFolder { folder in
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      for path in ["\(folder)/pipe", "/dev/zero"] {
        expectError(naming: "cannot open \(path)", "it is no regular file") {
          _ = try File(reading: path)
        }
        expectError(naming: "cannot open \(path)", "it is no regular file") {
          _ = try File(readingUntrusted: path)
        }
      }
    }
  }

  /// libhdf5 1.10 would read beyond its memory, or loop for ever, at some of these.
  @Test func anyFlippedBitOfTheHeadsOfStrings() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = try File()
      try file.root().write(["first", "the second", "", "fourth"], to: "x")
      let image = try file.image()
      let heap = try #require(image.range(of: Data("GCOL".utf8))).lowerBound
      func isRead(_ bytes: Data) throws -> Bool {
        try bytes.write(to: URL(filePath: path))
        let strings = try? File(readingUntrusted: path).root().dataset("x").readStrings()
        if let strings { #expect(strings == ["first", "the second", "", "fourth"]) }
        return strings != nil
      }
      #expect(try isRead(image))
      // These are version and size of the heap, and index and size of each string.
      var places = [heap + 4] + Array(heap + 8..<heap + 16)
      var head = heap + 16
      for _ in 0..<3 {
        places += [head, head + 1] + Array(head + 8..<head + 16)
        head += 16 + (Int(image[head + 8]) + 7) / 8 * 8
      }
      for place in places {
        for bit in 0..<8 {
          var bytes = image
          bytes[place] ^= 1 << UInt8(bit)
          #expect(try !isRead(bytes), "bit \(bit) of byte \(place - heap) of the heap")
        }
      }
      // The references follow, without the one to the empty string, which points nowhere.
      try image.write(to: URL(filePath: path))
      let dataset = try File(reading: path).root().dataset("x")
      let first = Int(H5Dget_offset(dataset.id))
      for place in first..<first + 32 {
        var bytes = image
        bytes[place] ^= 1
        #expect(try !isRead(bytes), "byte \(place - first) of the references")
      }
    }
  }
}
