import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// Given inputs: read as they stand, beside the study, and refused by row and column.
@Suite struct InputsTests {
  /// Reads a study of dimension 2 on inputs of this text.
  func study(_ inputs: String?, data: String = "inputs: x.csv") async throws -> StudySpec {
    try withFolder { folder in
      if let inputs { try Data(inputs.utf8).write(to: URL(filePath: "\(folder)/x.csv")) }
      let text = tinyStudy.with("dimension: 4", as: "dimension: 2")
        .with("samples: 10, datasets: 2", as: data)
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/study.yml"))
      return try StudySpec(reading: "\(folder)/study.yml")
    }
  }

  @Test(arguments: [
    "0.5,-1\n2,1e-3\n0,7\n", "0.5, -1\r\n2, 1e-3\r\n\r\n0, 7", "\u{FEFF}0.5,-1\n2,1e-3\n0,7",
    "0.5,-1\r2,1e-3\r0,7\r", " 0.5 ,\t-1\n\n2,1e-3\n0,7",
  ])
  func rowsAreSamples(_ text: String) async throws {
    let cells = try await study(text).cells()
    #expect(cells.map(\.parameters.samples) == [3, 3], "one data set at two widths")
    #expect(cells.first?.posterior.instance.inputs?.values == [0.5, -1, 2, 1e-3, 0, 7])
    #expect(cells.first?.posterior.instance.inputs?.dimension == 2)
  }

  static let form = "expected comma-separated numbers without a header"

  @Test(arguments: [
    ("1,2\n3\n", "x.csv:2: got 1 column; expected 2 as in the rows above"),
    ("1,2\n3,4,\n", "x.csv:2: got 3 columns; expected 2 as in the rows above"),
    ("x1,x2\n1,2\n", "x.csv:1: got a header row; " + form),
    ("x1,x2\ny1,y2\n", "x.csv:1: column 1: got no number; expected a finite number"),
    ("1;2\n", "x.csv:1: column 1: got semicolons; " + form),
    ("1,2\n3;4\n", "x.csv:2: column 1: got semicolons; " + form),
    ("\"1\",\"2\"\n", "x.csv:1: column 1: got quotes; " + form),
    ("# x1,x2\n1,2\n", "x.csv:1: column 1: got a comment; " + form),
    ("0.5,1.25\0garbage\n-1,1\n", "x.csv:1: column 2: got a NUL character; " + form),
    ("1 2\n", "x.csv:1: column 1: got blanks between numbers; expected a finite number"),
    (
      "1,2\n0x1p3,2\n",
      "x.csv:2: column 1: got a hexadecimal number; expected a finite number"
    ),
    (
      "1,1_0\n", "x.csv:1: column 2: got a number with underscores; expected a finite number"
    ),
    ("1,2,\n3,4,\n", "x.csv:1: column 3: got nothing; expected a finite number"),
    ("PK\u{3}\u{4}", "x.csv: got a zip archive or a spreadsheet; " + form),
    ("1\0,\0002\0", "x.csv: got UTF-16 text; " + form),
    (
      "1,2\n\n1e15,1\n",
      "x.csv:3: column 1: got 1e+15; expected inputs whose targets, of degree 3, and energies "
        + "y^2/(2 kappa) have single precision"
    ),
    (
      "1,1e20\n",
      "x.csv:1: column 2: got 1e+20; expected inputs whose targets, of degree 3, and "
        + "energies y^2/(2 kappa) have single precision"
    ),
    ("1,2\n3,nan\n", "x.csv:2: column 2: got 'nan'; expected a finite number"),
    ("1,2\n1e99,4\n", "x.csv:2: column 1: got '1e99'; expected a finite number"),
    ("1,2\n3,\n", "x.csv:2: column 2: got nothing; expected a finite number"),
    ("1\t2\n", "x.csv:1: column 1: got tabs; " + form),
    ("\n", "x.csv: empty; expected one row a sample"),
    (
      "1,2,3\n",
      "study.yml:5: data.inputs: got 'x.csv'; "
        + "expected inputs with 2 columns, the network's dimension, but it has 3"
    ),
  ])
  func badRows(_ text: String, message: String) async {
    let line = await errorLine { _ = try await study(text) }
    #expect(line.hasSuffix("/\(message)"), "got \(line), expected \(message)")
  }

  @Test func noSuchFile() async {
    let line = await errorLine { _ = try await study(nil) }
    let message = "x.csv: no such file; \(Self.form), one row a sample"
    #expect(line.hasSuffix("/\(message)"), "got \(line), expected \(message)")
  }

  @Test func givenInputsAreOneDataSet() async {
    let line = await errorLine { _ = try await study("1,2\n", data: "inputs: x.csv, datasets: 2") }
    let message =
      "study.yml:5: data.datasets: got '2'; "
      + "expected no such key beside data.inputs, which is one data set"
    #expect(line.hasSuffix("/\(message)"), "got \(line), expected \(message)")
  }

  @Test func theKeyFollowsTheBytesNotTheName() async throws {
    let key = try await study("1,2\n").cells()[0].key
    #expect(try await study("1,2\n").cells()[0].key == key, "the folder is another")
    #expect(try await study("1,2.5\n").cells()[0].key != key, "a number is another")
  }
}
