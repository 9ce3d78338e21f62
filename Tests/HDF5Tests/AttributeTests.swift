import HDF5
import TestSupport
import Testing

/// Attributes of the root, of groups, and of datasets.
@Suite struct AttributeTests {
  func set(on owner: borrowing some AttributeOwner & ~Copyable) throws {
    try owner.setAttribute("scalar", 0.1)
    try owner.setAttribute("single", Float(-0.1))
    try owner.setAttribute("count", Int.min)
    try owner.setAttribute("array", [Double.infinity, -0.0, 3])
    try owner.setAttribute("empty", [Int]())
    try owner.setAttribute("text", "γ = ⟨w²⟩\nsecond line")
    try owner.setAttribute("blank", "")
  }

  func expect(on owner: borrowing some AttributeOwner & ~Copyable) throws {
    #expect(try owner.attribute("scalar") == [0.1])
    #expect(try owner.attribute("single") == [Float(-0.1)])
    #expect(try owner.attribute("count") == [Int.min])
    #expect(try owner.attribute("array") == [Double.infinity, -0.0, 3])
    #expect(try owner.attribute("array", as: Double.self)[1].sign == .minus)
    #expect(try owner.attribute("empty", as: Int.self) == [])
    #expect(try owner.attribute("text") == "γ = ⟨w²⟩\nsecond line")
    #expect(try owner.attribute("blank") == "")
    #expect(["text", "texts"].filter { owner.hasAttribute($0) } == ["text"])
  }

  @Test func everyOwnerKeepsItsAttributes() throws {
    try withFolder { folder in
      let file = try File()
      let root = try file.root()
      try set(on: root)
      try set(on: root.createGroup("group"))
      try set(on: root.write([1], shape: [1], to: "numbers"))
      try set(on: root.write(["a"], to: "strings"))
      try file.write(to: "\(folder)/a.h5")

      let read = try File(reading: "\(folder)/a.h5").root()
      try expect(on: read)
      try expect(on: read.group("group"))
      try expect(on: read.dataset("numbers"))
      try expect(on: read.dataset("strings"))
    }
  }

  /// HDF5 stores attributes in another way beyond 64 KiB, and beyond eight on one object.
  @Test func largeAndManyAttributes() throws {
    try withFolder { folder in
      let numbers = (0..<20_000).map(Double.init)
      let text = String(repeating: "é", count: 200_000)
      let file = try File()
      let root = try file.root()
      try root.setAttribute("numbers", numbers)
      try root.setAttribute("text", text)
      for i in 0..<40 { try root.setAttribute("n\(i)", i) }
      try file.write(to: "\(folder)/a.h5")

      let read = try File(reading: "\(folder)/a.h5").root()
      #expect(try read.attribute("numbers") == numbers)
      #expect(try read.attribute("text") == text)
      for i in 0..<40 { #expect(try read.attribute("n\(i)") == [i]) }
    }
  }

  @Test func wrongTypesAndNamesAreRefused() throws {
    let root = try File().root()
    try set(on: root)
    expectError(naming: "attribute text of (memory)", "number") {
      _ = try root.attribute("text", as: Double.self)
    }
    expectError(naming: "attribute scalar of (memory)", "string") {
      let _: String = try root.attribute("scalar")
    }
    expectError(naming: "attribute scalar of (memory)", "not integers") {
      _ = try root.attribute("scalar", as: Int.self)
    }
    expectError(naming: "attribute missing of (memory)", "can't locate attribute: 'missing'") {
      _ = try root.attribute("missing", as: Double.self)
    }
    expectError(naming: "attribute text of (memory)", "already exists") {
      try root.setAttribute("text", "again")
    }
    #expect(try root.attribute("text") == "γ = ⟨w²⟩\nsecond line")
  }

  /// `DIMENSION_LABELS` holds one string per dimension; reading it as one string would overrun
  /// memory.
  @Test func severalStringsAreNotOne() throws {
    let root = try File().root()
    try root.write([1, 2], shape: [2], to: "x").makeScale("x")
    let dataset = try root.write([1, 2, 3, 4], shape: [2, 2], to: "y")
    try dataset.attach(scales: ["x", "x"], of: root)
    expectError(naming: "DIMENSION_LABELS", "2 strings") {
      let _: String = try dataset.attribute("DIMENSION_LABELS")
    }
  }
}
