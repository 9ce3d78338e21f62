import Foundation
import Host
import Synchronization

/// The making of figures from studies, as far as content asks for it: tables that are not of the
/// studies, and pictures that are not of the tables, the script and the title.
package final class Drawing: Sendable {
  let studies: StudyFolder
  /// The folder of tables and pictures.
  let folder: String
  let gnuplot: Gnuplot
  /// The file of claims.
  let claims: String
  /// The digest of the program that computes tables.
  let tool: String
  /// The tools that last made the tables of each figure here.
  let record: DrawingRecord
  /// Figures whose tables this run has found to be this tool's, or made.
  private let noted = Mutex<[String]>([])

  /// Reads the record of the folder, and no study yet.
  package init(data: String, folder: String, scripts: String, claims: String, tool: String) {
    studies = StudyFolder(data)
    self.folder = folder
    gnuplot = Gnuplot(scripts: scripts)
    self.claims = claims
    self.tool = tool
    record = DrawingRecord(of: folder)
  }

  /// Computes the tables of a figure if they are out of date, and draws it if its pictures are.
  ///
  /// - Returns: the paths of the files that changed.
  /// - Throws: `UserError`, `HDF5Error` or `FileError`; earlier pictures are then as they were.
  package func draw(_ figure: Figure) throws -> [String] {
    var changed: [String] = []
    if record.tools[figure.name] != tool || !hasTables(of: figure) {
      changed = try figure.writeTables(of: studies, to: folder, claims: claims).filter(\.isChanged)
        .map(\.path)
    }
    if !hasPictures(of: figure) { changed += try gnuplot.render(figure, in: folder) }
    note(figure)
    return changed
  }

  /// Writes down that the tables of a figure are this tool's. Where that fails, they will be
  /// computed again, which costs time alone.
  private func note(_ figure: Figure) {
    guard record.tools[figure.name] != tool else { return }
    noted.withLock { noted in
      noted.append(figure.name)
      // Another run may have noted its own meanwhile.
      var latest = DrawingRecord(of: folder)
      for name in noted { latest.tools[name] = tool }
      try? latest.write(to: folder)
    }
  }

  /// Whether all tables are there and name studies and other sources as they now are.
  private func hasTables(of figure: Figure) -> Bool {
    guard let now = try? figure.shown(of: studies).map(studies.identity),
      let sources = try? figure.sources(ClaimFiles(claims: claims, tables: folder))
    else { return false }
    return figure.tableFiles.allSatisfy { file in
      let table = try? TableFile(reading: "\(folder)/\(file)")
      return table?.studies == now && table?.sources == sources
    }
  }

  /// Whether both pictures are whole, and drawn by this gnuplot from what there now is.
  private func hasPictures(of figure: Figure) -> Bool {
    guard let title = try? figure.title(scripts: gnuplot.scripts) else { return false }
    var now = Provenance(of: figure, tables: folder, scripts: gnuplot.scripts)
    return ["svg", "pdf"].allSatisfy { format in
      let name = "\(figure.name).\(format)"
      guard let bytes = contents(of: "\(folder)/\(name)"),
        isWholePicture(bytes, format),
        let drawn = Provenance.title(andProvenanceOf: bytes, named: name)
      else { return false }
      now.renderer = Gnuplot.renderer ?? drawn.provenance.renderer
      return drawn.title == title && drawn.provenance == now
    }
  }
}
