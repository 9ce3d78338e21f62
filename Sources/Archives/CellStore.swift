import Foundation
import Host
import Studies

/// Finished cells, one small file each, named by the cell's key. What is there is whole: files are
/// renamed into place. Several runs may share a store.
package struct CellStore {
  /// The folder that holds the store.
  package let folder: String

  /// The store of a study file: beside it, shared by all studies of that folder.
  package init(besides output: String) {
    folder = parentFolder(of: output) + "/.cells"
  }

  /// Held by whoever changes `lock.json` or `runs.json` beside the study files.
  var lock: String { "\(folder)/.lock" }

  private func path(_ key: String) -> String {
    "\(folder)/\(key.prefix(2))/\(key.dropFirst(2))\(Self.ending)"
  }
  private static let ending = ".cell"

  /// Whether a file of this key is there, whole or damaged.
  package func contains(_ key: String) -> Bool { access(path(key), F_OK) == 0 }

  /// The keys of all files that are there, whole or damaged.
  ///
  /// - Throws: `UserError` if a folder of the store cannot be read: its cells are not missing.
  package func keys() throws -> Set<String> {
    var keys = Set<String>()
    for prefix in try prefixes {
      for name in try entries(of: "\(folder)/\(prefix)") where name.hasSuffix(Self.ending) {
        keys.insert(prefix + name.dropLast(Self.ending.count))
      }
    }
    return keys
  }

  /// The folders that files stand in, by what their keys begin with.
  private var prefixes: [String] {
    get throws {
      // A file in the place of such a folder has no cells, and is told of by whoever needs it.
      try entries(of: folder).filter { $0.utf8.count == 2 && isFolder("\(folder)/\($0)") }
    }
  }

  /// Names of all that stands in a folder, if there is one.
  private func entries(of folder: String) throws -> [String] {
    access(folder, F_OK) == 0 ? try names(in: folder, as: "cells in it") : []
  }

  /// The cell's results, or `nil` if they are not there or damaged.
  package func load(_ cell: Cell) -> CellRow? {
    let head = head(cell.key)
    guard let bytes = contents(of: path(cell.key)),
      let body = unsealed(bytes), body.starts(with: head)
    else { return nil }
    return CellRow(bytes: body.dropFirst(head.count), of: cell)
  }

  /// Stores results.
  ///
  /// - Throws: `HDF5Error` with the system's reason if they cannot be written.
  package func save(_ result: CellResult, of cell: Cell) throws {
    let target = path(cell.key)
    try makeFolder(parentFolder(of: target))
    let body = head(cell.key) + CellRow(result, of: cell).bytes
    try writeAtomically([body, seal(of: [body])], to: target)
  }

  /// Removes a cell's file if it can be read and is not what it should be.
  ///
  /// - Throws: `UserError` if it cannot be read: then it may be good.
  package func removeIfDamaged(_ cell: Cell) throws {
    let file = path(cell.key)
    guard contains(cell.key) else { return }
    // What has no end is no cell, and is not read.
    if !isRegularFile(file), !isFolder(file), unlink(file) == 0 { return }
    do {
      _ = try Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      if !contains(cell.key) { return }
      throw UserError("\(file): cannot be read; expected a cell, or no file", exitCode: 1)
    }
    if load(cell) == nil { unlink(path(cell.key)) }
  }

  /// What a file begins with: a row says nothing of whose it is.
  private func head(_ key: String) -> Data { Data("cod cell \(Layout.version) \(key)\n".utf8) }

  /// Removes the drafts that killed runs left here and beside the study files, and states of parts
  /// whose cell is there.
  package func sweep() {
    sweepDrafts(in: parentFolder(of: folder))
    sweepDrafts(in: folder)
    for prefix in (try? prefixes) ?? [] { sweepDrafts(in: "\(folder)/\(prefix)") }
    sweepParts()
  }
}
