import Testing

/// A mistake in a file: what is replaced by what, and all that is said of it after the file's name.
package struct Mistake: Sendable, CustomTestStringConvertible {
  package let part: String
  package let replacement: String
  package let message: String
  package var testDescription: String { message }

  package init(_ part: String, _ replacement: String, _ message: String) {
    self.part = part
    self.replacement = replacement
    self.message = message
  }
}
