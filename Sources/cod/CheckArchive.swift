import ArgumentParser
import Paper
import Publication

/// `cod check-archive`: the checks of such a file.
struct CheckArchive: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks every byte of an archive, and makes its figures anew from it.",
    discussion: """
        cod check-archive archive/curse-of-detail-1.0.0.tar.gz
        cod check-archive x.tar.gz --checksums-only
        cod check-archive x.tar.gz --only specialists --only ldt-density

      The archive is unpacked into a temporary folder. Drawing figures runs its gnuplot scripts, so check
      the checksums alone of an archive that you do not trust. Pictures are compared byte by byte, which
      needs the version of gnuplot that drew them. The exit code is 1 if anything differs.
      """)

  @Argument(help: "The archive.")
  var file: String

  @Flag(help: "Check the checksums alone, and draw no figure.")
  var checksumsOnly = false

  @Option(help: "A figure to make anew, instead of all of them. May be repeated.")
  var only: [String] = []

  @OptionGroup var form: OutputForm

  func run() throws {
    let figures = try only.isEmpty ? Paper.figures : only.map { try Paper.figures.named($0) }
    let check = try ArchiveCheck(
      file, figures: checksumsOnly ? [] : figures, isWhole: only.isEmpty)
    if form.json { try printJSON(check, isSnakeCase: true) } else { print(check.text) }
    if !check.isGood { throw ExitCode(1) }
  }
}
