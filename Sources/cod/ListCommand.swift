import ArgumentParser
import Host
import Paper

/// `cod list`: the names of figures, of their studies and of their tables.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the figures, or the studies or tables of figures, one name a line.",
    discussion: """
        cod list                            every figure
        cod list specialists --studies      the studies that a figure shows
        cod list specialists --tables       the files that it is drawn from
      """)

  @Argument(help: "Names of figures. (default: every figure)")
  var names: [String] = []

  @Flag(help: "List studies.")
  var studies = false

  @Flag(help: "List tables.")
  var tables = false

  func validate() throws {
    if studies && tables { throw ValidationError("expected --studies or --tables, not both") }
  }

  func run() throws {
    let figures = names.isEmpty ? Paper.figures : try names.map { try Paper.figures.named($0) }
    let listed = figures.flatMap { figure in
      if studies {
        figure.studies + figure.overlays
      } else if tables {
        figure.tableFiles
      } else {
        [figure.name]
      }
    }
    for name in listed.uniqued { print(name) }
  }
}
