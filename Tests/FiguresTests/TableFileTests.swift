import Figures
import Foundation
import TestSupport
import Testing

/// Tables read back from their text.
@Suite struct TableFileTests {
  @Test func whatWasWritten() throws {
    var table = Table(
      "x-y", "Things; one row a thing", columns: [.init("name", "what it is"), .init("size", "m")])
    table.append(["a", 0.25])
    table.append(["b c", .real(.nan)])
    let study = Provenance.Study(name: "s", key: "12ab", content: "ef")
    try withFolder { folder in
      let path = "\(folder)/x-y.tsv"
      try write(table.text(head: Provenance(figure: "x", studies: [study]).lines), to: path)
      let read = try TableFile(reading: path)
      #expect(read.name == "x-y" && read.columns == ["name", "size"])
      #expect(read.rows == [["a", "0.25"], ["b c", "NaN"]])
      #expect(read.studies == [study] && Table.studies(of: path) == [study])
      #expect(read.head.first == "Things; one row a thing" && read.head.last == "size: m")
      #expect(read.columnsLine == 9 && read.rowLines == [10, 11])
      let head = try TableHead(reading: path)
      #expect(head.caption == "Things; one row a thing")
      #expect(head.columns.map(\.name) == ["name", "size"])
      #expect(head.columns.map(\.meaning) == ["what it is", "m"])
    }
  }

  @Test func lineEndsOfWindows() throws {
    let text = "# Things\n# figure x\n# study s 12ab ef\n# size: m\nname\tsize\na\t1\n"
    let (unix, windows) = (
      try TableFile(text, of: "x.tsv"),
      try TableFile(text.replacing("\n", with: "\r\n"), of: "x.tsv")
    )
    #expect(windows.columns == unix.columns && windows.rows == unix.rows)
    #expect(windows.head == unix.head && windows.studies == unix.studies)
    #expect(windows.columnsLine == 5 && windows.rowLines == [6])
    let bytes = Data(text.replacing("\n", with: "\r\n").utf8)
    #expect(Provenance.title(andProvenanceOf: bytes, named: "x.tsv")?.provenance.figure == "x")
  }

  @Test func linesAreCountedAsTheyStand() throws {
    let table = try TableFile("# a\n\nx\ty\n\n1\t\n# more\n2\t3\n", of: "t.tsv")
    #expect(table.columns == ["x", "y"] && table.rows == [["1", ""], ["2", "3"]])
    #expect(table.columnsLine == 3 && table.rowLines == [5, 7])
    #expect(table.head == ["a"] && table.studies.isEmpty)
  }

  @Test(arguments: ["", "# a\n", "x\ty\n1\n", "x\n1\t2\n"]) func noTable(text: String) async {
    #expect(
      await errorLine { _ = try TableFile(text, of: "f/t.tsv") }
        == "f/t.tsv: rows differ in length, or the file is empty; expected a table")
  }

  @Test func noText() async throws {
    try await withFolder { folder in
      let path = "\(folder)/t.tsv"
      for reason in ["no such file", "cannot be read as UTF-8 text"] {
        #expect(
          await errorLine { _ = try TableFile(reading: path) }
            == "\(path): \(reason); expected a table")
        try Data([0x78, 0xff, 0x0a]).write(to: URL(filePath: path))
      }
    }
  }

  @Test func aColumnWithoutAMeaning() async throws {
    try await withFolder { folder in
      let path = "\(folder)/t.tsv"
      try write("# a\n# x: it\nx\ty\n1\t2\n", to: path)
      #expect(
        await errorLine { _ = try TableHead(reading: path) }
          == "\(path): column 'y': no line in the head; expected its meaning")
    }
  }
}
