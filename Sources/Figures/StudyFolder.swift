import Archives
import Foundation
import Synchronization

/// The study files of a folder, each read once however many figures need it, and on whichever
/// thread.
package final class StudyFolder: Sendable {
  package let path: String
  private let files = Mutex<[String: CachedStudy]>([:])

  package init(_ path: String) { self.path = path }

  /// A study's archive, by the name of the study.
  ///
  /// - Throws: `HDF5Error` or `UserError` if it is missing or damaged, each time it is asked for.
  package func archive(_ name: String) throws -> Archive { try file(name).archive() }

  /// What a study's table says of the study.
  ///
  /// - Throws: as `archive` does.
  func identity(_ name: String) throws -> Provenance.Study {
    let (key, content) = try file(name).identity()
    return Provenance.Study(name: name, key: key, content: content)
  }

  package func contains(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(name).h5")
  }

  private func file(_ name: String) -> CachedStudy {
    files.withLock { files in
      if let file = files[name] { return file }
      let file = CachedStudy("\(path)/\(name).h5")
      files[name] = file
      return file
    }
  }
}

/// A study file that is read when it is first asked for. Who asks meanwhile waits for that one
/// study alone.
private final class CachedStudy: Sendable {
  private let path: String
  private let read = Mutex<Result<Archive, any Error>?>(nil)
  private let identified = Mutex<Result<(key: String, content: String), any Error>?>(nil)

  init(_ path: String) { self.path = path }

  func archive() throws -> Archive {
    try read.withLock { read in
      let archive = read ?? Result { try Archive(reading: path) }
      read = archive
      return try archive.get()
    }
  }

  /// Does not read the arrays.
  func identity() throws -> (key: String, content: String) {
    try identified.withLock { identified in
      let identity =
        identified
        ?? Result {
          let header = try StudyHeader(reading: path)
          return (header.studyKey, header.contentDigest)
        }
      identified = identity
      return try identity.get()
    }
  }
}
