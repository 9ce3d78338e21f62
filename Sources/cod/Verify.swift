import ArgumentParser
import Studies

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares two study files bit by bit.",
    discussion: """
        cod verify data/two-layer-width.h5 reproduce/data/two-layer-width.h5

      Exit code 1 if they differ.
      """)

  @Argument(help: "A study file.")
  var old: String

  @Argument(help: "Another.")
  var new: String

  func run() throws {
    let comparison = Comparison(try Archive(reading: old), try Archive(reading: new))
    if comparison.isIdentical {
      print("\(new): \(comparison.equal) cells, every array identical to \(old)")
    } else {
      let first = comparison.different.first.map { "; first differing cell \($0.prefix(12))" } ?? ""
      print(
        "\(new): differs from \(old): \(comparison.different.count) cells with other arrays, "
          + "\(comparison.missing) in one file only, \(comparison.equal) identical\(first)")
      throw ExitCode(1)
    }
  }
}
