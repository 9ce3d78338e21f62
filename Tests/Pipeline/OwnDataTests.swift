import Foundation
import TestSupport
import Testing

/// A data set of one's own through the whole pipeline.
@Suite struct OwnDataTests {
  static let study = """
    question: What is learned of my data?
    source: a test
    experiment: kernel-regression
    data: {inputs: mine.csv, targets: y, centre: true, components: 3, samples: [6, 12], datasets: 2}
    target: {kind: product, of: [x1, x1 x3]}
    prior: {bias_variance: 0.5}
    ridge: 0.2
    """

  /// Twenty rows without any pattern, with a header.
  static let data =
    "a,b,y,c\n"
    + (1...20).map { k in
      [7, 11, 13, 5].map { "\(Double((k * k * $0 + 3 * k) % 17) / 4 - 2)" }.joined(separator: ",")
    }.joined(separator: "\n") + "\n"

  @Test func fromAFileToItsVerification() throws {
    try withFolder { folder in
      try write(Self.data, to: "\(folder)/mine.csv")
      try write(Self.study, to: "\(folder)/mine.yml")
      #expect(try cod("simulate", "mine.yml", in: folder).status == 0)
      let summary = try cod("summary", "mine.h5", "--json", in: folder)
      let cells = try members(of: summary)
      #expect(summary.output.contains("\"test_learnability\""), "\(cells.keys)")
      #expect(try cod("status", "mine.yml", in: folder).status == 0)
      // The same anew has the same bits.
      try FileManager.default.createDirectory(
        atPath: "\(folder)/anew", withIntermediateDirectories: true)
      for name in ["mine.csv", "mine.yml"] {
        try FileManager.default.copyItem(
          atPath: "\(folder)/\(name)", toPath: "\(folder)/anew/\(name)")
      }
      #expect(try cod("simulate", "anew/mine.yml", in: folder).status == 0)
      let verified = try cod("verify", "mine.h5", "anew/mine.h5", in: folder)
      #expect(verified.status == 0 && verified.output.contains("identical"), "\(verified)")
      // Another number makes the study stale.
      try write(
        Self.data.replacing("a,b,y,c\n", with: "a,b,y,c\n1,2,3,4\n"), to: "\(folder)/mine.csv")
      #expect(try cod("status", "mine.yml", in: folder).status == 1)
    }
  }

  @Test(arguments: [
    (
      "mine.csv", "a,b,y,c\n1,2,3,x\n",
      "mine.csv:2: column 4: got no number; expected a finite number"
    ),
    (
      "mine.csv", "a,b,y,c\n1,2,3,inf\n",
      "mine.csv:2: column 4: got 'inf'; expected a finite number"
    ),
    (
      "mine.yml", "targets: z",
      "mine.yml:4: data.targets: got 'z'; expected a column from 1 to 4, or one of a, b, y, c"
    ),
    (
      "mine.yml", "components: 4",
      "mine.yml:4: data.components: got '4'; expected an integer from 1 to 3"
    ),
    (
      "mine.yml", "samples: 20",
      "mine.yml:4: data.samples: got '20'; expected an integer from 1 to 19"
    ),
  ])
  func isRefusedInOneLine(file: String, text: String, message: String) throws {
    try withFolder { folder in
      let word = text.prefix { $0 != " " }
      let old = Self.study.firstMatch(of: try Regex("\(word) (\\[[^\\]]*\\]|[^,}]*)"))
      let study =
        file == "mine.csv"
        ? Self.study : Self.study.replacing(old!.output[0].substring!, with: text)
      try write(file == "mine.csv" ? text + "1,2,3,4\n" : Self.data, to: "\(folder)/mine.csv")
      try write(study, to: "\(folder)/mine.yml")
      let run = try cod("simulate", "mine.yml", in: folder)
      #expect(run.status == 2 && run.errors.split(separator: "\n").count == 1, "\(run)")
      #expect(run.errors.contains(message), "\(run)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/mine.h5"))
    }
  }
}
