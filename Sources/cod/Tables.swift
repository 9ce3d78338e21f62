import ArgumentParser
import Studies

struct Tables: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the tables of figures from archived studies.",
    discussion: """
        cod tables specialists                           one figure
        cod tables data/two-layer-width.yml              every figure of a study
        cod tables specialists --data smoke/data -o smoke/figures
      """)

  @Argument(help: "Names of figures, or study files, whose figures are meant.")
  var names: [String]

  @Option(help: "The folder of the study files.")
  var data = "data"

  @Option(name: .shortAndLong, help: "The folder to write into.")
  var output = "figures"

  func run() throws {
    for figure in try names.flatMap(Figure.matching) {
      for path in try figure.writeTables(data: data, to: output) { print(path) }
    }
  }
}
