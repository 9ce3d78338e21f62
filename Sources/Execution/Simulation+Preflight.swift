import Archives
import Foundation
import Host
import Studies

// What would fail after hours of sampling is found before the first cell.

extension Simulation {
  /// - Parameters:
  ///   - missing: the cells to simulate.
  ///   - cells: the cells to merge.
  /// - Throws: `FileError` or `UserError` if they could not be simulated or written.
  func requireSuccess(of missing: [Cell], merging cells: [Cell], _ store: CellStore) throws {
    try requireWritable(store)
    try requireRoom(for: slurm == nil ? missing : [], merging: cells, store)
    // What submitted a task has done this.
    guard !isBundle else { return }
    try spec.experiment.rehearse(missing, of: spec.file, kernels: kernels)
  }

  /// - Throws: `FileError` if the study file, a cell or a record beside them could not be written:
  ///   a name or a path is too long, or the folder closed to this user.
  private func requireWritable(_ store: CellStore) throws {
    let folder = parentFolder(of: output)
    for path in [output, "\(folder)/lock.json", "\(folder)/runs.json", store.longestPath] {
      try tryWriting(path)
    }
  }

  /// - Throws: `FileError` if the disk has less room than the numbers of the missing cells take, or
  ///   those of all as they are merged. What a file takes besides is not known before.
  private func requireRoom(for missing: [Cell], merging cells: [Cell], _ store: CellStore) throws {
    guard let free = freeBytes(in: parentFolder(of: output)) else { return }
    let own = missing.reduce(0) { $0 + $1.resultBytes }
    let all = isBundle ? 0 : cells.reduce(0) { $0 + $1.resultBytes }
    for (need, path) in [(own, "\(store.folder)/"), (own + all, output)] where need > free {
      let kilobytes = [need, free].map { String(format: "%.0f kB", $0 / 1000) }
      throw FileError(
        "write \(path)",
        message: "the study needs \(kilobytes[0]) of disk, of which \(kilobytes[1]) are free: "
          + String(cString: strerror(ENOSPC)))
    }
  }
}
