import Bags
import Figures
import Foundation
import HDF5
import Host
import Synchronization

/// Check of an archive: whether every byte is there, and whether its figures follow from it.
package struct ArchiveCheck: Encodable, Sendable {
  package let file: String
  /// Bytes of the gzip file, and of what is in it.
  package let packedBytes, bytes: Int
  package let checksums: Bag.Differences
  /// Names of tables and pictures that were made anew; empty if checksums differ or nobody asked.
  package private(set) var remade: [String] = []
  /// Names of those that came out otherwise, or that are not in the archive.
  package private(set) var differing: [String] = []
  package let checksumSeconds: Double
  package private(set) var figureSeconds: Double?

  package var isGood: Bool { checksums.isEmpty && differing.isEmpty }

  /// The most that an archive may unpack to.
  package static let limit = 1 << 29

  /// Unpacks an archive into a new folder, which is removed again, compares every file with the
  /// manifests, and makes tables and pictures anew from what is in it.
  ///
  /// Drawing runs the scripts of the archive, as building would run its sources. Without `figures`,
  /// nothing of it is run.
  ///
  /// - Parameter isWhole: whether tables and pictures of other figures count as differing.
  /// - Throws: `UserError` if it cannot be read or is not to be trusted; nothing is then unpacked.
  package init(_ file: String, figures: [Figure], isWhole: Bool = true) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let unpacked = try Gzip.unpacked(file, limit: Self.limit)
    let tar = try Tar(reading: unpacked, of: file)
    guard let top = tar.entries.first.map({ components(of: $0.name)[0] }) else {
      throw UserError("\(file): empty; expected an archive written by cod archive", exitCode: 1)
    }
    let folder = try makeScratchFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    /// Errors name files as the archive does: the folder has another name each time.
    func tell<R>(_ body: () throws -> R) throws -> R {
      do { return try body() } catch
        where error is UserError || error is HDF5Error || error is FileError
      {
        throw UserError("\(file): \("\(error)".replacing("\(folder)/", with: ""))", exitCode: 1)
      }
    }
    try tell { try tar.unpack(into: folder) }
    let bag = "\(folder)/\(top)"
    self.file = file
    bytes = unpacked.count
    packedBytes = fileSize(file) ?? 0
    checksums = try tell { try Bag.differences(in: bag) }
    checksumSeconds = (clock.now - start) / .seconds(1)
    guard !figures.isEmpty, checksums.isEmpty else { return }
    let begun = clock.now
    (remade, differing) = try tell {
      try Self.remake(
        figures, isWhole: isWhole, project: "\(bag)/data", in: "\(folder)/figures")
    }
    figureSeconds = (clock.now - begun) / .seconds(1)
  }

  /// Makes all figures in another folder and compares them with the project's. None is begun after
  /// one has failed.
  private static func remake(
    _ list: [Figure], isWhole: Bool, project: String, in folder: String
  ) throws -> (remade: [String], differing: [String]) {
    let made = Mutex<[Result<[String], any Error>]>([])
    let gnuplot = Gnuplot(scripts: "\(project)/figures")
    for stage in list.stages {
      DispatchQueue.concurrentPerform(iterations: stage.count) { i in
        guard made.withLock({ $0.allSatisfy { (try? $0.get()) != nil } }) else { return }
        let result = Result {
          try stage[i].writeTables(data: "\(project)/data", to: folder)
            + gnuplot.render(stage[i], in: folder)
        }
        made.withLock { $0.append(result) }
      }
    }
    let names = try made.withLock { try $0.flatMap { try $0.get() } }
      .map { String($0.dropFirst(folder.count + 1)) }.sorted()
    let expected = (isWhole ? ["tsv", "svg", "pdf"] : []).flatMap {
      (try? fileNames(in: "\(project)/figures", $0)) ?? []
    }
    let differing = Set(names).union(expected).filter { name in
      let new = contents(of: "\(folder)/\(name)")
      return new == nil
        || new != contents(of: "\(project)/figures/\(name)")
    }
    return (names, differing.sorted())
  }
}

extension ArchiveCheck {
  /// For people, at a terminal: every failure on a line of its own.
  package var text: String {
    func seconds(_ value: Double) -> String { String(format: "%.1f s", value) }
    var lines = [
      "\(checksums.missing.map { "missing: \($0)\n" }.joined())"
        + checksums.changed.map { "changed: \($0)\n" }.joined()
        + checksums.extra.map { "not listed: \($0)\n" }.joined()
        + "checksums: \(checksums.count - checksums.missing.count - checksums.changed.count) of "
        + "\(checksums.count) right, \(checksums.extra.count) files not listed (\(seconds(checksumSeconds)))"
    ]
    if let figureSeconds {
      lines += differing.map { "differs: figures/\($0)" }
      lines.append(
        "figures: \(remade.count) tables and pictures made anew, "
          + (differing.isEmpty ? "all the same" : "\(differing.count) differ")
          + " (\(seconds(figureSeconds)))")
    } else if !checksums.isEmpty {
      lines.append("figures: not made anew")
    }
    return lines.joined(separator: "\n")
  }
}
