import Foundation
import Host
import Studies

// States of parts of cells that are not done yet, one file each, in a folder of their own. They are
// there for cells that take long, and go when their cell has come.

extension CellStore {
  /// What is kept of a part.
  package struct SavedPart: Sendable {
    package let state: [UInt8]
    /// Whether the part has ended in this state.
    package let hasEnded: Bool
  }

  private var partFolder: String { "\(folder)/parts" }
  private func path(_ part: PartName) -> String {
    "\(partFolder)/\(part.cell)-\(part.round)-\(part.index)"
  }

  /// A path that is as long as that of any file of the store.
  package var longestPath: String {
    let part = PartName(cell: String(repeating: "0", count: 64), round: 99, index: 9999)
    return "\(folder)/" + String(repeating: "0", count: path(part).count - folder.count - 1)
  }

  /// Keeps the state of a part, in the place of an earlier one.
  ///
  /// - Throws: an error with the system's reason if it cannot be written.
  package func save(_ state: [UInt8], of part: PartName, hasEnded: Bool) throws {
    try makeFolder(partFolder)
    let body = [head(part, hasEnded: hasEnded), Data(state)]
    try writeAtomically(body + [seal(of: body)], to: path(part))
  }

  /// What is kept of a part; `nil` if there is nothing, or it is damaged or of another version.
  package func load(_ part: PartName) -> SavedPart? {
    guard let bytes = contents(of: path(part)), let body = unsealed(bytes) else { return nil }
    for hasEnded in [true, false] {
      let head = head(part, hasEnded: hasEnded)
      if body.starts(with: head) {
        return SavedPart(state: [UInt8](body.dropFirst(head.count)), hasEnded: hasEnded)
      }
    }
    return nil
  }

  /// Whether a part is kept as it ended, by what its file begins with.
  package func hasEnded(_ part: PartName) -> Bool {
    let head = head(part, hasEnded: true)
    guard let file = FileHandle(forReadingAtPath: path(part)) else { return false }
    defer { try? file.close() }
    return (try? file.read(upToCount: head.count)) == head
  }

  /// The parts of which something is kept, whole or damaged, cell by cell.
  package func parts() -> [String: [PartName]] {
    Dictionary(grouping: partNames, by: \.cell)
  }

  /// SHA-256 over what is kept of the parts of some cells: another one if somebody went on with
  /// any.
  package func partsDigest(of cells: Set<String>) -> String {
    let digest = Digest()
    for part in partNames.filter({ cells.contains($0.cell) }).map(path).sorted() {
      guard let file = FileHandle(forReadingAtPath: part) else { continue }
      defer { try? file.close() }
      // Its seal is the SHA-256 of all of it.
      let end = (try? file.seekToEnd()) ?? 0
      try? file.seek(toOffset: end > 128 ? end - 128 : 0)
      digest.update((try? file.readToEnd()) ?? Data())
    }
    return digest.hexadecimal()
  }

  /// Removes what is kept of the parts of a cell.
  package func removeParts(of cell: String) {
    for part in partNames where part.cell == cell { unlink(path(part)) }
  }

  /// Removes what is kept of cells that are there, and drafts that killed runs left.
  func sweepParts() {
    for part in partNames where contains(part.cell) { unlink(path(part)) }
    sweepDrafts(in: partFolder)
  }

  private var partNames: [PartName] {
    guard access(partFolder, F_OK) == 0 else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: partFolder)) ?? []
    return names.compactMap { name in
      let words = name.split(separator: "-", omittingEmptySubsequences: false)
      guard words.count == 3, let round = Int(words[1]), let index = Int(words[2]) else {
        return nil
      }
      return PartName(cell: String(words[0]), round: round, index: index)
    }
  }

  /// What a file begins with. What decides a cell's bits is in its key already.
  private func head(_ part: PartName, hasEnded: Bool) -> Data {
    Data(
      """
      cod part \(stateVersion) \(numericsVersion) \(part.cell) \(part.round) \(part.index) \
      \(hasEnded ? "ended" : "going")\n
      """.utf8)
  }
}
