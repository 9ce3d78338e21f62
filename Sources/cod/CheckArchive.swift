import ArgumentParser
import Paper
import Publication

struct CheckArchive: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks every byte of an archive, and makes its figures anew from it.",
    discussion: """
        cod check-archive archive/curse-of-detail-1.0.0.tar.gz
        cod check-archive x.tar.gz --checksums-only

      The archive is unpacked into a temporary folder. Drawing figures runs its gnuplot scripts, as building it
      would run its sources: of an archive that you do not trust, check the checksums alone. Pictures are
      compared byte by byte, so gnuplot has to be of the version that drew them. Exit code 1 if anything is off.
      """)

  @Argument(help: "The archive.")
  var file: String

  @Flag(help: "Make no figures.")
  var checksumsOnly = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let check = try ArchiveCheck(file, figures: checksumsOnly ? [] : Paper.figures)
    if json { try printJSON(check, keys: .convertToSnakeCase) } else { print(check.text) }
    if !check.isGood { throw ExitCode(1) }
  }
}
