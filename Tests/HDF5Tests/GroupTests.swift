import CHDF5
import HDF5
import TestSupport
import Testing

/// Groups and the order of their members.
@Suite struct GroupTests {
  @Test(arguments: [0, 1, 5, 9, 300]) func membersKeepTheirOrder(_ count: Int) throws {
    // The names descend as numbers, and have no order as text.
    let names = (0..<count).reversed().map { "μ\($0)" }
    try withFolder { folder in
      let file = try File()
      let root = try file.root()
      let inner = try root.createGroup("inner")
      for (i, name) in names.enumerated() {
        if i % 2 == 0 { _ = try inner.createGroup(name) } else { try inner.write([name], to: name) }
        try root.write([i], shape: [1], to: name)
      }
      try file.write(to: "\(folder)/g.h5")

      let read = try File(reading: "\(folder)/g.h5").root()
      #expect(try read.names == ["inner"] + names)
      #expect(try read.group("inner").names == names)
    }
  }

  /// Other programs need not keep the order of creation.
  @Test func membersWithoutOrderAreSorted() throws {
    try withFolder { folder in
      let file = try File()
      let root = try file.root()
      let plain = H5Gcreate2(root.id, "plain", ch5_default(), ch5_default(), ch5_default())
      for name in ["w", "V", "a"] {
        H5Gclose(H5Gcreate2(plain, name, ch5_default(), ch5_default(), ch5_default()))
      }
      H5Gclose(plain)
      try file.write(to: "\(folder)/g.h5")
      #expect(try File(reading: "\(folder)/g.h5").root().group("plain").names == ["V", "a", "w"])
    }
  }

  @Test func attributesKeepTheirOrder() throws {
    let names = ["title", "summary", "license", "a", "b", "z", "y", "x", "complete"]
    let root = try File().root()
    let group = try root.createGroup("group")
    let dataset = try root.write([1], shape: [1], to: "x")
    func order(of owner: borrowing some AttributeOwner & ~Copyable) throws -> [String] {
      for (i, name) in names.enumerated() { try owner.setAttribute(name, i) }
      return names.indices.map { i in
        var buffer = [CChar](repeating: 0, count: 32)
        let length = H5Aget_name_by_idx(
          owner.id, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, hsize_t(i), &buffer, buffer.count,
          ch5_default())
        return String(
          decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
    }
    #expect(try order(of: root) == names)
    #expect(try order(of: group) == names)
    #expect(try order(of: dataset) == names)
  }

  @Test func nestingAndMembership() throws {
    let root = try File().root()
    let inner = try root.createGroup("a").createGroup("b")
    try inner.write([42], shape: [1], to: "x")
    #expect(["a", "b", "a/b", "no/such/path"].filter { root.contains($0) } == ["a", "a/b"])
    #expect(inner.path == "(memory):a:b")
    #expect(try root.group("a").group("b").dataset("x").read() == [42])
  }

  @Test func mistakesAreNamed() throws {
    let root = try File().root()
    _ = try root.createGroup("group")
    try root.write([1], shape: [1], to: "x")
    expectError(naming: "(memory):nothing", "'nothing' doesn't exist") {
      _ = try root.group("nothing")
    }
    expectError(naming: "(memory):nothing", "'nothing' doesn't exist") {
      _ = try root.dataset("nothing")
    }
    expectError(naming: "(memory):group", "not a dataset") { _ = try root.dataset("group") }
    expectError(naming: "(memory):x", "not a group") { _ = try root.group("x") }
    expectError(naming: "(memory):group", "already exists") { _ = try root.createGroup("group") }
    expectError(naming: "(memory):x", "already exists") {
      try root.write([2], shape: [1], to: "x")
    }
    #expect(try root.dataset("x").read() == [1], "the refused write changed the first dataset")
  }
}
