import Foundation
import HDF5

/// Finished cells, one small file each, named by the cell's key. What is there is whole: files are
/// renamed into place. Several runs may share a store.
struct CellStore {
  /// The folder that holds the store.
  let folder: String

  /// The store of a study file: beside it, shared by all studies of that folder.
  init(besides output: String) {
    folder = parentFolder(of: output) + "/.cells"
  }

  private func path(_ key: String) -> String { "\(folder)/\(key.prefix(2))/\(key.dropFirst(2)).h5" }

  /// Whether a file of this key is there, whole or damaged.
  func contains(_ key: String) -> Bool { FileManager.default.fileExists(atPath: path(key)) }

  /// The cell's result, or `nil` if it is not there or damaged.
  func load(_ key: String) -> CellResult? {
    guard contains(key), let archive = try? Archive(reading: path(key)), archive.keys == [key]
    else {
      return nil
    }
    return archive.results[0]
  }

  /// Stores a result.
  ///
  /// - Throws: `HDF5Error` with the system's reason if it cannot be written.
  func save(_ result: CellResult, of cell: Cell) throws {
    let target = path(cell.key)
    try makeFolder(parentFolder(of: target))
    let description = Archive.Description(
      title: "One cell", source: "arXiv:2512.04165", spec: cell.canonical, grid: .full)
    try Archive.write([(cell, result)], description: description, to: target)
  }

  /// Removes what killed runs left half-written here and beside the study files: a file is temporary
  /// for milliseconds, so one an hour old has no owner.
  func sweep() {
    let files = FileManager.default
    let parent = parentFolder(of: folder)
    let studies = (try? files.contentsOfDirectory(atPath: parent)) ?? []
    let paths =
      studies.map { "\(parent)/\($0)" }
      + (files.subpaths(atPath: folder) ?? []).map { "\(folder)/\($0)" }
    for path in paths where path.contains(".h5.tmp-") {
      let modified = (try? files.attributesOfItem(atPath: path))?[.modificationDate] as? Date
      if let modified, modified.timeIntervalSinceNow < -3600 { try? files.removeItem(atPath: path) }
    }
  }
}

/// Makes a folder and those above it.
///
/// - Throws: `UserError` with the system's reason.
func makeFolder(_ path: String) throws {
  if path.isEmpty || isFolder(path) { return }
  try makeFolder(parentFolder(of: path))
  if mkdir(path, 0o777) == 0 { return }
  let reason = String(cString: strerror(errno))
  guard isFolder(path) else {
    throw UserError("\(path): \(reason); expected a folder to write results into", exitCode: 1)
  }
}

/// A folder that somebody named.
///
/// - Throws: `UserError` if it is not there.
public func existingFolder(_ path: String) throws -> String {
  guard isFolder(path) else { throw UserError("\(path): no such folder") }
  return path
}

/// Whether a folder stands at a path.
func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}
