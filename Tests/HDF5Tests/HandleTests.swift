import CHDF5
import HDF5
import TestSupport
import Testing

/// Every identifier is closed, also when a call fails. libhdf5 numbers them for a whole process, so
/// the test has a process of its own.
@Suite struct HandleTests {
  /// Returns identifiers of a new dataspace, datatype and property list; later ones have higher
  /// numbers.
  static func next() -> [hid_t] {
    [H5Screate(H5S_SCALAR), H5Tcopy(ch5_native_double()), H5Pcreate(ch5_dataset_create())]
  }

  static func work() throws {
    try withFolder { folder in
      let file = try File()
      let root = try file.root()
      try root.setAttribute("text", "a")
      try root.setAttribute("numbers", [1, 2])
      let group = try root.createGroup("group")
      try group.write(["a", "b"], to: "names").makeScale("names")
      try group.write([1.5, 2], shape: [2], to: "x").attach(scales: ["names"], of: group)
      try file.write(to: "\(folder)/x.h5")

      let read = try File(reading: "\(folder)/x.h5").root()
      let _: String = try read.attribute("text")
      _ = try read.attribute("numbers", as: Int.self)
      _ = try read.names
      _ = read.contains("group")
      _ = try read.group("group").dataset("names").readStrings()
      _ = try read.group("group").dataset("x").read(Double.self)
      _ = try read.group("group").dataset("x").read(Double.self, start: [0], count: [1])

      let mistakes: [() throws -> Void] = [
        { _ = try File(reading: "\(folder)/missing.h5") },
        { _ = try root.dataset("missing") },
        { _ = try root.dataset("group") },
        { _ = try root.group("missing") },
        { _ = try root.createGroup("group") },
        { _ = try root.write([1], shape: [1], to: "group") },
        { _ = try root.write(["a"], to: "group") },
        { try root.setAttribute("text", "b") },
        { try root.setAttribute("numbers", 1.5) },
        { _ = try root.attribute("missing", as: Int.self) },
        { _ = try root.attribute("text", as: Int.self) },
        { let _: String = try root.attribute("numbers") },
        { _ = try group.dataset("names").read(Int.self) },
        { _ = try group.dataset("x").readStrings() },
        { _ = try group.dataset("x").read(Double.self, start: [3], count: [1]) },
        { try group.dataset("x").attach(scales: ["names", "names"], of: group) },
        { _ = try read.createGroup("more") },
      ]
      for mistake in mistakes { #expect(throws: HDF5Error.self) { try mistake() } }
    }
  }

  @Test func noneIsLeftOpen() async {
    await #expect(processExitsWith: .success) {
      try Self.work()  // libhdf5 opens some of its own at first use
      let first = Self.next()
      try Self.work()
      let last = Self.next()
      for (kind, ids) in zip(["dataspaces", "datatypes", "property lists"], zip(first, last)) {
        try #require(ids.0 > 0 && ids.1 > ids.0 + 1, "\(kind) are not numbered upwards")
        let open = (ids.0 + 1..<ids.1).filter { H5Iis_valid($0) > 0 }
        #expect(open.isEmpty, "\(open.count) \(kind) of \(ids.1 - ids.0 - 1)")
      }
      // The masks are H5F_OBJ_ALL, and those of files, datasets, groups and attributes; macros are
      // not imported.
      let members = H5Fget_obj_count(0x1f, 0x01 | 0x02 | 0x04 | 0x10)
      #expect(members == 0, "\(members) files, groups, datasets or attributes are open")
    }
  }

  /// A dataset or a group keeps its file open.
  @Test func membersOutliveTheirFile() throws {
    func dataset() throws -> Dataset {
      try File().root().createGroup("group").write([1, 2], shape: [2], to: "x")
    }
    #expect(try dataset().read() == [1, 2])
  }
}
