import Archives
import Foundation
import Studies

/// A study file beside its spec, read once and whole: damage anywhere is found.
struct StudyReading {
  let state: State
  /// The key of the study that the file is of; `nil` if the file is missing or damaged.
  let key: String?
  /// The file and what it holds; `nil` if it is missing or damaged, or `lock.json` vouches for it.
  let found: (file: StudyFile, archive: Archive)?
  /// Cells that are not there, and of which states of parts are kept.
  let begun: Int

  /// - Parameters:
  ///   - cells: those of the spec.
  ///   - lock: what is recorded of the folder's files. One whose every byte is as recorded, under
  ///     the spec's key, is fresh, and its arrays are left packed.
  init(_ cells: [Cell], at output: String, lock: Lock?) {
    let keys = cells.map(\.key)
    let wanted = StudySpec.key(of: cells)
    let store = CellStore(besides: output)
    let (stored, parts) = ((try? store.keys()) ?? [], store.parts())
    begun = keys.count { parts[$0] != nil && !stored.contains($0) }
    guard FileManager.default.fileExists(atPath: output) else {
      let done = keys.count { stored.contains($0) }
      state = done == 0 ? .missing : .partial(.cells(done: done, of: keys.count))
      (key, found) = (nil, nil)
      return
    }
    do {
      let file = try StudyFile(reading: output)
      if lock?.studyKey(of: file) == wanted {
        (state, key, found) = (.fresh, wanted, nil)
        return
      }
      let archive = try Archive(file)
      (key, found) = (archive.studyKey, (file, archive))
      if archive.studyKey == wanted {
        state = .fresh
      } else {
        let there = Set(archive.keys)
        let reusable = keys.count { there.contains($0) || stored.contains($0) }
        state = .stale(.cells(reusable: reusable, of: keys.count))
      }
    } catch {
      // A state stands after the file's name, which need not be said again.
      state = .damaged(.reason(String("\(error)".trimmingPrefix("\(output): "))))
      (key, found) = (nil, nil)
    }
  }
}

extension State {
  /// The state of a study file. Reads the whole of it.
  package init(of spec: StudySpec, at output: String) {
    self = StudyReading(spec.cells(), at: output, lock: nil).state
  }
}
