/// A file that could not be written, in the system's own words.
package struct FileError: Error, CustomStringConvertible {
  /// What was attempted, on what: "write data/x.h5".
  package let action: String
  /// The system's reason.
  package let message: String

  package init(_ action: String, message: String) {
    self.action = action
    self.message = message
  }

  package var description: String { "cannot \(action): \(message)" }
}
