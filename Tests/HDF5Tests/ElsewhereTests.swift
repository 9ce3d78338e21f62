import CHDF5
import HDF5
import TestSupport
import Testing

/// What stands outside a file is no part of it: links are not followed, and the sources of virtual
/// or external datasets are not read.
@Suite struct ElsewhereTests {
  @Test func links() throws {
    let root = try File().root()
    try root.createGroup("inner").write([1], shape: [1], to: "x")
    try root.write([1], shape: [1], to: "y")
    let (plain, place) = (ch5_default(), root.id)
    #expect(H5Lcreate_soft("/inner", place, "way", plain, plain) >= 0)
    #expect(H5Lcreate_soft("/y", place, "soft", plain, plain) >= 0)
    #expect(H5Lcreate_external("other.h5", "/y", place, "far", plain, plain) >= 0)
    for name in ["soft", "/soft", "./soft"] {
      expectError(naming: name, "a soft link") { _ = try root.dataset(name) }
    }
    expectError(naming: "far", "an external link") { _ = try root.dataset("far") }
    expectError(naming: "far", "an external link") { _ = try root.group("far") }
    expectError(naming: "way", "a soft link") { _ = try root.group("way") }
    expectError(naming: "way/x", "a soft link") { _ = try root.dataset("way/x") }
    #expect(try root.dataset("inner/x").read() == [1])
    #expect(try root.dataset("/inner/x").read() == [1])
    expectError(naming: "soft", "a soft link") {
      try root.dataset("y").attach(scales: ["soft"], of: root)
    }
  }

  /// Datasets whose values are in other files, which would be read if they were there.
  @Test func storage() throws {
    try withFolder { folder in
      let source = try File()
      try source.root().write([7, 8], shape: [2], to: "x")
      try source.write(to: "\(folder)/source.h5")
      try write(String(repeating: "x", count: 16), to: "\(folder)/raw")

      let plain = ch5_default()
      let file = H5Fcreate("\(folder)/a.h5", ch5_acc_trunc(), plain, plain)
      let space = H5Screate_simple(1, [2], nil)
      func make(_ name: String, _ set: (hid_t) -> herr_t) {
        let list = H5Pcreate(ch5_dataset_create())
        #expect(set(list) >= 0)
        let made = H5Dcreate2(file, name, Int.fileType, space, plain, list, plain)
        #expect(made >= 0)
        H5Dclose(made)
        H5Pclose(list)
      }
      make("virtual") { H5Pset_virtual($0, space, "\(folder)/source.h5", "x", space) }
      make("external") { H5Pset_external($0, "\(folder)/raw", 0, 16) }
      make("own") { H5Pset_chunk($0, 1, [2]) }
      H5Sclose(space)
      H5Fclose(file)

      let root = try File(reading: "\(folder)/a.h5").root()
      for name in ["virtual", "external"] {
        expectError(naming: name, "its values stand in other files") { _ = try root.dataset(name) }
      }
      #expect(try root.dataset("own").read() == [0, 0])
    }
  }
}
