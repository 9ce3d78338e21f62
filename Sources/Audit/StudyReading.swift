import Archives
import Foundation
import Studies

/// A study file beside its spec, read once and whole: damage anywhere is found.
struct StudyReading {
  let state: State
  /// The file and what it holds; `nil` if it is missing or damaged.
  let found: (file: StudyFile, archive: Archive)?
  /// Cells that are not there, and of which states of parts are kept.
  let begun: Int

  /// - Parameter cells: those of the spec.
  init(_ cells: [Cell], at output: String) {
    let keys = cells.map(\.key)
    let store = CellStore(besides: output)
    let (stored, parts) = ((try? store.keys()) ?? [], store.parts())
    begun = keys.count { parts[$0] != nil && !stored.contains($0) }
    guard FileManager.default.fileExists(atPath: output) else {
      let done = keys.count { stored.contains($0) }
      state = done == 0 ? .missing : .partial(.cells(done: done, of: keys.count))
      found = nil
      return
    }
    do {
      let file = try StudyFile(reading: output)
      let archive = try Archive(file)
      found = (file, archive)
      if archive.studyKey == StudySpec.key(of: cells) {
        state = .fresh
      } else {
        let there = Set(archive.keys)
        let reusable = keys.count { there.contains($0) || stored.contains($0) }
        state = .stale(.cells(reusable: reusable, of: keys.count))
      }
    } catch {
      // A state stands after the file's name, which need not be said again.
      state = .damaged(.reason(String("\(error)".trimmingPrefix("\(output): "))))
      found = nil
    }
  }
}

extension State {
  /// The state of a study file. Reads the whole of it.
  package init(of spec: StudySpec, at output: String) {
    self = StudyReading(spec.cells(), at: output).state
  }
}
