import Foundation

/// A word that a shell takes as it is.
package func shellQuoted(_ word: String) -> String {
  "'\(word.replacing("'", with: "'\\''"))'"
}
