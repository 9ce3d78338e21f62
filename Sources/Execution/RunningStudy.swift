import Archives
import Foundation
import Host

/// A simulation that says how far it is, for other processes to see: a small file in the store,
/// locked as long as the process lives. An unlocked file was left by a process that was killed.
package final class RunningStudy {
  private let path: String
  private let descriptor: Int32

  /// - Parameter output: the study file that is being simulated.
  ///
  /// Where the file cannot be made or locked, the simulation goes on in silence. The file is locked
  /// before it gets its name, so an unlocked one has lost its owner.
  init?(_ output: String, in store: CellStore) {
    path = "\(Self.prefix(output, store))\(hostName)-\(getpid())"
    let draft =
      "\(store.folder)/running.tmp-\(hostName)-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, rename(draft, path) == 0 else {
      unlink(draft)
      close(descriptor)
      return nil
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Replaces what is said.
  func say(_ line: String) {
    let bytes = Array("process \(getpid()): \(line)".utf8.prefix(Self.length))
    let padded = bytes + [UInt8](repeating: UInt8(ascii: " "), count: Self.length - bytes.count)
    _ = pwrite(descriptor, padded, padded.count, 0)
  }

  /// What the processes that simulate a study file now say.
  package static func lines(of output: String, in store: CellStore) -> [String] {
    let prefix = prefix(output, store)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: store.folder)) ?? []
    return names.sorted().map { "\(store.folder)/\($0)" }.filter { $0.hasPrefix(prefix) }
      .compactMap { path in
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        let count = pread(descriptor, &bytes, length, 0)
        return count > 0
          ? String(decoding: bytes.prefix(count), as: UTF8.self).trimmingCharacters(
            in: .whitespaces)
          : nil
      }
  }

  /// Removes what killed processes said.
  package static func sweep(_ store: CellStore) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: store.folder)) ?? []
    for name in names where name.contains(mark) {
      let descriptor = open("\(store.folder)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { unlink("\(store.folder)/\(name)") }
      close(descriptor)
    }
  }

  private static let length = 160
  private static let mark = ".running-"

  private static func prefix(_ output: String, _ store: CellStore) -> String {
    "\(store.folder)/\(components(of: output).last ?? "")\(mark)"
  }
}
