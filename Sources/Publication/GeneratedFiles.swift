import Foundation
import Host

/// Texts of the project that follow from other files, and are kept beside them.
package protocol GeneratedFiles {
  /// Paths, relative to the project, and contents, in a fixed order.
  var files: [(name: String, text: String)] { get }
}

extension GeneratedFiles {
  /// Names of the files that are missing from the project's folder, or differ there.
  package func stale(in root: String) -> [String] {
    files.filter {
      contents(of: "\(root)/\($0.name)") != Data($0.text.utf8)
    }.map(\.name)
  }

  /// Writes the files that are stale, each whole, and touches no other.
  ///
  /// - Returns: their names.
  /// - Throws: `UserError` or `FileError` if one cannot be written.
  package func write(into root: String) throws -> [String] {
    let stale = stale(in: root)
    for (name, text) in files where stale.contains(name) {
      let folder = parentFolder(of: "\(root)/\(name)")
      try makeFolder(folder)
      sweepDrafts(in: folder)
      try writeAtomically(Data(text.utf8), to: "\(root)/\(name)")
    }
    return stale
  }
}
