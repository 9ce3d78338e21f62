import ArgumentParser
import Host
import Publication

/// `cod provenance`: the origin of a lone file.
struct ProvenanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provenance",
    abstract: "Says where a lone file comes from, and how to make it again.",
    discussion: """
        cod provenance figures/specialists.svg
        cod provenance ~/Downloads/two-layer-width.h5 --spec > again.yml

      The file may be a study (.h5), a table (.tsv) or a picture (.svg, .pdf), anywhere. What it says of
      itself is compared with the archive in data and figures. The commit that has it is looked up in the
      repository of the present folder. The exit code is 1 if something differs from the archive.
      """)

  @Argument(help: "A .h5, .svg, .pdf or .tsv file.")
  var file: String

  @OptionGroup var studies: StudiesFolder

  @OptionGroup var drawings: FiguresFolder

  @Flag(help: "Print the spec that a study was simulated from, and nothing else.")
  var spec = false

  @OptionGroup var form: OutputForm

  func run() throws {
    let origin = try Origin(of: file, data: studies.data, figures: drawings.figures)
    if spec {
      guard let text = origin.spec else {
        throw UserError("\(file): has no spec inside; expected a study, a .h5 file")
      }
      print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
      return
    }
    if form.json { try printJSON(origin) } else { print(origin.text) }
    if !origin.agrees { throw ExitCode(1) }
  }
}
