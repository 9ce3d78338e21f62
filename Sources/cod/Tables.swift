import ArgumentParser
import Figures
import Paper

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

  @Option(help: "The folder of the study files. (default: that of a study named, or data)")
  var data: String?

  @Option(name: .shortAndLong, help: "The folder to write into.")
  var output = "figures"

  func run() throws {
    for (figures, folder) in try names.map(Paper.figures.matching) {
      for figure in figures {
        let data = data ?? folder ?? "data"
        let paths = try figure.writeTables(data: data, to: output)
        for study in figure.staleStudies(data: data) {
          printError(
            "cod: \(data)/\(study).h5: stale, so figure \(figure.name) is too; see cod why")
        }
        for path in paths { print(path) }
      }
    }
  }
}
