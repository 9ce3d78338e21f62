import ArgumentParser
import Host
import Publication

struct ProvenanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provenance",
    abstract: "Says where a lone file comes from, and how to make it again.",
    discussion: """
        cod provenance figures/specialists.svg
        cod provenance ~/Downloads/two-layer-width.h5 --spec > again.yml

      The file may be a study (.h5), a table (.tsv) or a picture (.svg, .pdf), anywhere. What it says of itself
      is compared with the archive in data and figures, and the repository of the present folder is asked for
      the commit that has it. Exit code 1 if something differs from the archive.
      """)

  @Argument(help: "A .h5, .svg, .pdf or .tsv file.")
  var file: String

  @Option(help: "The folder of the studies.")
  var data = "data"

  @Option(help: "The folder of the figures.")
  var figures = "figures"

  @Flag(help: "Print the spec that a study was simulated from, and nothing else.")
  var spec = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let origin = try Origin(of: file, data: data, figures: figures)
    if spec {
      guard let text = origin.spec else {
        throw UserError("\(file): has no spec inside; expected a study, a .h5 file")
      }
      print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
      return
    }
    if json { try printJSON(origin) } else { print(origin.text) }
    if !origin.agrees { throw ExitCode(1) }
  }
}
