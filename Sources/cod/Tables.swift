import ArgumentParser
import Figures

/// `cod tables`: the tables of figures, computed from study files.
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

  @Option(
    name: .shortAndLong, help: "The folder to write into. (default: figures, of studies in data)")
  var output: String?

  @Option(help: "The file of claims, for figures of what they come to.")
  var claims = "data/claims.yml"

  func run() throws {
    let selection = try FigureSelection(names, data: data)
    let output = try selection.output(output, option: "-o")
    let studies = StudyFolder(selection.data)
    for figure in selection.figures.stages.flatMap(\.self) {
      for table in try figure.writeTables(of: studies, to: output, claims: claims) {
        print(table.path)
      }
    }
    selection.warnOfStaleStudies()
  }
}
