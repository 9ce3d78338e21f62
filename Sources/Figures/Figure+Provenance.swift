import Foundation
import Host

// What figures, tables and pictures say of where they come from, as their files stand.

extension Figure {
  /// The title and description in the folder of the scripts.
  package func title(scripts: String) throws -> FigureTitle {
    try FigureTitle(reading: "\(scripts)/\(name).md")
  }
}

extension Provenance {
  /// The tables and scripts that a picture of a figure is drawn from, as the files now are, and the
  /// studies that the tables name. Files that are missing are left out.
  package init(of figure: Figure, tables folder: String, scripts: String) {
    let tables = figure.tableFiles.map { (File.Role.table, folder, $0) }
    let drawn = ["\(figure.name).gp", "style.gp"].map { (File.Role.script, scripts, $0) }
    let files = (tables + drawn).compactMap { role, folder, name in
      Digest.sha256(ofFile: "\(folder)/\(name)").map { File(role: role, name: name, digest: $0) }
    }
    let studies = tables.flatMap { Table.studies(of: "\($0.1)/\($0.2)") }.uniqued
    self.init(figure: figure.name, studies: studies, files: files)
  }
}

extension Provenance {
  /// Reads what a picture or a table says of itself; `nil` if it cannot be read or says nothing.
  package init?(of path: String) {
    guard let bytes = contents(of: path),
      let found = Self.title(andProvenanceOf: bytes, named: path)
    else { return nil }
    self = found.provenance
  }

  /// What the bytes of a picture or a table say of themselves.
  package static func title(
    andProvenanceOf bytes: Data, named path: String
  ) -> (title: FigureTitle, provenance: Provenance)? {
    switch (path as NSString).pathExtension {
    case "svg": return SVGMetadata.read(String(decoding: bytes, as: UTF8.self))
    case "pdf": return PDFMetadata.read(bytes)
    case "tsv":
      let head = Table.head(of: String(decoding: bytes, as: UTF8.self))
      return Provenance(lines: head).map {
        (FigureTitle(title: head.first ?? "", description: ""), $0)
      }
    default: return nil
    }
  }
}
