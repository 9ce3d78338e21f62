import ArgumentParser
import Foundation
import Host
import Paper
import Publication

/// `cod archive`: the whole project as one file.
struct ArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Writes the whole project as one archive: sources, data, figures and papers.",
    discussion: """
        cod archive                         archive/curse-of-detail-VERSION.tar.gz
        cod archive -o ../x.tar.gz

      The archive holds what git tracks, and report.html if there is one. It is a bag (BagIt) and an
      RO-Crate. The same content gives the same bytes. VERSION and all names are those of CITATION.cff.
      """)

  @Option(name: .shortAndLong, help: "The file to write. (default: archive/NAME-VERSION.tar.gz)")
  var output: String?

  @Option(help: "The project: a git repository, or the data folder of an unpacked archive.")
  var folder = "."

  func run() throws {
    let archive = try ProjectArchive(of: folder, figures: Paper.figures)
    let path = output ?? "\(folder)/archive/\(archive.name).tar.gz"
    let parent = parentFolder(of: path)
    if output == nil {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    }
    let bytes = archive.bytes
    try writeAtomically(bytes, to: path)
    print(
      "\(output ?? "archive/\(archive.name).tar.gz"): \(archive.tar.entries.count) files, "
        + String(format: "%.1f MB", Double(bytes.count) / 1e6))
  }
}
