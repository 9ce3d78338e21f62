import Audit
import Figures
import Foundation
import Host
import Paper

/// The figures that a command's arguments name, and the folder of the studies that they show.
struct FigureSelection {
  let figures: [Figure]
  let data: String

  /// Looks up names of figures, and study files, whose figures are meant.
  ///
  /// - Parameter data: the folder of the studies, if it is given.
  /// - Throws: `UserError` if there is no such figure, or the study files are of several folders.
  init(_ names: [String], data: String?) throws {
    let found = try names.map(Paper.figures.matching)
    let folders = Set(found.map { data ?? $0.folder ?? defaultData })
    guard folders.count <= 1 else {
      throw UserError(
        "\(folders.sorted().joined(separator: ", ")): expected figures of one folder of studies")
    }
    let wanted = Set(found.flatMap(\.figures).map(\.name))
    figures = names.isEmpty ? Paper.figures : Paper.figures.filter { wanted.contains($0.name) }
    self.data = folders.first ?? data ?? defaultData
  }

  /// The folder to write into.
  ///
  /// - Parameter given: that of the option, if it is given.
  /// - Throws: `UserError` if the archive's figures would be drawn from other studies than the
  ///   archive's without anybody having said so.
  func output(_ given: String?, option: String) throws -> String {
    if let given { return given }
    func path(_ folder: String) -> String { URL(filePath: folder).standardizedFileURL.path }
    guard path(data) == path(defaultData) else {
      throw UserError(
        "\(data): expected \(option) FOLDER as well, to leave the tables of \(defaultData) alone")
    }
    return "figures"
  }

  /// Warns of studies that are not what their specs ask for.
  func warnOfStaleStudies() {
    for figure in figures {
      for study in figure.staleStudies(data: data) {
        printError("cod: \(data)/\(study).h5: stale, so figure \(figure.name) is too; see cod why")
      }
    }
  }
}

private let defaultData = "data"
