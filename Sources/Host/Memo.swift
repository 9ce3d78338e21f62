import Synchronization

/// Values of a pure function that takes long, each kept for as long as the process runs.
///
/// A key has to hold everything that the value follows from: of a file, the digest of its bytes.
/// Two threads that ask at once may both compute it, and get equal ones. A failure is not kept.
package final class Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let values = Mutex<[Key: Value]>([:])

  package init() {}

  /// The value of a key, computed if it is the first to ask.
  package func value(of key: Key, computing make: () throws -> Value) rethrows -> Value {
    if let value = values.withLock({ $0[key] }) { return value }
    let value = try make()
    values.withLock { $0[key] = value }
    return value
  }
}
