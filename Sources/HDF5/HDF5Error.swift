import CHDF5
import Synchronization

/// A failed call of libhdf5, in libhdf5's own words, or a fault that this module found itself.
public struct HDF5Error: Error, CustomStringConvertible {
  /// The attempted action and its object: "open data/x.h5".
  public let action: String
  /// The innermost message of libhdf5's error stack, or what this module found wrong; one line.
  public let message: String

  /// Creates an error that reads "cannot `action`: `message`".
  public init(_ action: String, message: String) {
    self.action = action
    self.message = message
  }

  /// The whole error as one line: "cannot open data/x.h5: …".
  public var description: String { "cannot \(action): \(message)" }
}

/// Returns what a libhdf5 call returned, or throws its error if that is negative.
@discardableResult
func check<T: SignedInteger & Sendable>(
  _ call: @autoclosure () -> T, _ action: @autoclosure () -> String
) throws(HDF5Error) -> T {
  let (result, message) = library {
    let result = call()
    return (result, result < 0 ? innermostMessage() : nil)
  }
  if let message { throw HDF5Error(action(), message: message) }
  return result
}

/// Runs `body` while no other thread is in libhdf5, and with libhdf5 silent.
///
/// libhdf5 may be built without a lock of its own. All threads then share its error stack, which
/// must be read before another call replaces it. Where libhdf5 has a lock, the stack belongs to the
/// thread, and so does the choice whether it is printed. A task may resume on a thread that has not
/// been silenced.
func library<R: Sendable>(_ body: () -> R) -> R {
  libraryLock.withLock { _ in
    ch5_silence()
    return body()
  }
}

private let libraryLock = Mutex(())

/// Returns the message of the first record of the error stack, where things went wrong; the others
/// only pass it on. Some messages end in a time and a line break, so blanks become single.
private func innermostMessage() -> String {
  var text = ""
  withUnsafeMutablePointer(to: &text) { pointer in
    _ = H5Ewalk2(
      ch5_error_stack(), H5E_WALK_UPWARD,
      { index, record, context in
        guard index == 0, let context, let words = record?.pointee.desc else { return 0 }
        context.assumingMemoryBound(to: String.self).pointee = String(cString: words)
        return 0
      }, pointer)
  }
  _ = H5Eclear2(ch5_error_stack())
  let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  return words.isEmpty ? "unknown error" : words
}

/// A libhdf5 identifier that is closed exactly once, when its owner goes out of scope.
struct Handle: ~Copyable {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  init(
    _ id: @autoclosure () -> hid_t, closedBy close: @escaping (hid_t) -> herr_t,
    _ action: @autoclosure () -> String
  ) throws(HDF5Error) {
    self.id = try check(id(), action())
    self.close = close
  }

  deinit { _ = library { close(id) } }
}
