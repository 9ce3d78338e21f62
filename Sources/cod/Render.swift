import ArgumentParser
import Figures
import Paper

/// `cod render`: the pictures of figures, drawn from their tables.
struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws figures from their tables with gnuplot, as SVG and PDF.",
    discussion: """
        cod render specialists
        cod render specialists --tables smoke/figures
      """)

  @Argument(help: "Names of figures.")
  var names: [String]

  @Option(help: "The folder of the tables, where the pictures go too.")
  var tables = "figures"

  @Option(help: "The folder of the gnuplot scripts.")
  var scripts = "figures"

  func run() throws {
    let gnuplot = Gnuplot(scripts: scripts)
    for name in names {
      for path in try gnuplot.render(try Paper.figures.named(name), in: tables) { print(path) }
    }
  }
}
