import CHDF5
import Foundation
import HDF5
import Host
import TestSupport
import Testing

/// The same content gives the same bytes, with no trace of when it was written.
@Suite struct ReproducibilityTests {
  func image() throws -> Data {
    let file = try File()
    let root = try file.root()
    try root.setAttribute("title", "Ξ")
    for i in 0..<12 { try root.setAttribute("attribute \(i)", [i, i]) }
    let group = try root.createGroup("group")
    try group.write(["a", "", "b"], to: "names").makeScale("names")
    let values = samples(Float.self, count: 3 * 50_000)
    let dataset = try group.write(values, shape: [3, 50_000], to: "values")
    try dataset.attach(scales: ["names"], of: group)
    try dataset.setAttribute("units", "1")
    return try file.image()
  }

  /// HDF5's times count seconds, so the second file is made in another second.
  @Test func filesMadeInDifferentSecondsAreIdentical() throws {
    let first = try image()
    Thread.sleep(forTimeInterval: 1.1)
    #expect(try image() == first)
  }

  @Test func theImageIsWhatIsWritten() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      let file = try File()
      try file.root().write([1, 2, 3], shape: [3], to: "x")
      let image = try file.image()
      try file.write(to: path)
      #expect(try Data(contentsOf: URL(filePath: path)) == image)
      #expect(try File(reading: path).image() == image)
    }
  }

  /// libhdf5 checks the superblock's checksum when it opens the file. The superblock must not say
  /// "being written" either, or other programs ask for h5clear.
  @Test func theSuperblockIsThatOfAClosedFile() throws {
    let image = try image()
    let version = image[8]
    let flags = image[11]
    #expect(version == 2, "readable from HDF5 1.8 on")
    #expect(flags == 0)
    try withFolder { folder in
      try writeAtomically(image, to: "\(folder)/x.h5")
      #expect(try File(reading: "\(folder)/x.h5").root().names == ["group"])
      // The file also opens for writing, which a file marked as open would refuse.
      let readWrite: UInt32 = 1  // H5F_ACC_RDWR, a macro that Swift does not see
      let id = H5Fopen("\(folder)/x.h5", readWrite, ch5_default())
      #expect(id >= 0)
      if id >= 0 { H5Fclose(id) }
    }
  }

  @Test func anImageCanBeTakenBetweenWrites() throws {
    try withFolder { folder in
      let file = try File()
      try file.root().write([1], shape: [1], to: "first")
      let early = try file.image()
      try file.root().write([2], shape: [1], to: "second")
      try file.write(to: "\(folder)/late.h5")
      try writeAtomically(early, to: "\(folder)/early.h5")
      #expect(try File(reading: "\(folder)/early.h5").root().names == ["first"])
      #expect(try File(reading: "\(folder)/late.h5").root().names == ["first", "second"])
      #expect(try File(reading: "\(folder)/late.h5").root().dataset("second").read() == [2])
    }
  }
}
