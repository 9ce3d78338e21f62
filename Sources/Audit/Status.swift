import Archives
import Foundation
import Studies

/// Whether a study file is what its spec asks for.
package enum StudyStatus: Sendable, Equatable {
  /// Complete, intact, and of this spec.
  case fresh
  /// Complete, but of another spec or numerics version; so many cells can be taken over.
  case stale(reusable: Int, of: Int)
  /// Not there, but some cells are.
  case partial(done: Int, of: Int)
  case missing
  case damaged(String)

  /// Reads the whole file: damage anywhere is found.
  package init(of spec: StudySpec, at output: String) {
    let cells = spec.cells()
    let keys = cells.map(\.key)
    let stored = CellStore(besides: output).keys()
    guard FileManager.default.fileExists(atPath: output) else {
      let done = keys.count { stored.contains($0) }
      self = done == 0 ? .missing : .partial(done: done, of: keys.count)
      return
    }
    do {
      let archive = try Archive(reading: output)
      if archive.studyKey == StudySpec.key(of: cells) {
        self = .fresh
      } else {
        let there = Set(archive.keys)
        self = .stale(
          reusable: keys.count { there.contains($0) || stored.contains($0) }, of: keys.count)
      }
    } catch {
      // A status stands after the file's name, which need not be said again.
      self = .damaged(String("\(error)".trimmingPrefix("\(output): ")))
    }
  }

  package var isFresh: Bool { self == .fresh }

  package var description: String {
    switch self {
    case .fresh: "fresh"
    case .stale(let reusable, let count): "stale (\(reusable) of \(count) cells can be reused)"
    case .partial(let done, let count): "partial (\(done) of \(count) cells)"
    case .missing: "missing"
    case .damaged(let reason): reason.hasPrefix("damaged") ? reason : "damaged: \(reason)"
    }
  }
}
