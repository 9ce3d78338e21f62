import HDF5
import TestSupport
import Testing

/// Datasets of variable-length UTF-8 strings.
@Suite struct StringTests {
  static let cases: [[String]] = [
    [], [""], ["", "", ""], ["a", "", "b"], ["Ångström", "量子", "👩‍🔬", "e\u{301}"],
    ["two\nlines\tand \"quotes\"", " blanks "], [String(repeating: "ξ", count: 100_000)],
    (0..<5000).map { "name \($0)" },
  ]

  @Test(arguments: cases) func stringsComeBack(_ strings: [String]) throws {
    try withFolder { folder in
      let file = try File()
      try file.root().write(strings, to: "names")
      try file.write(to: "\(folder)/s.h5")
      let dataset = try File(reading: "\(folder)/s.h5").root().dataset("names")
      #expect(try dataset.shape == [strings.count])
      let read = try dataset.readStrings()
      #expect(read.map { Array($0.utf8) } == strings.map { Array($0.utf8) })
    }
  }

  @Test func aNULIsRefusedAndNotCut() throws {
    let root = try File().root()
    expectError(naming: "(memory):names", "string 1", "NUL") {
      try root.write(["fine", "cut\0here"], to: "names")
    }
    expectError(naming: "attribute note", "NUL") { try root.setAttribute("note", "cut\0here") }
    #expect(try root.names == [])
    let hasNote = root.hasAttribute("note")
    #expect(!hasNote)
  }
}
