import Foundation
import Host

/// What a study may need at the most: more is refused while its spec is read, before any array is
/// made.
package enum Limits {
  /// Numbers in the largest array that a cell or the grid may need.
  package static let array = 100_000_000.0
  /// Cells in the largest grid.
  package static let grid = 100_000.0

  /// Throws `UserError` if a size is beyond its limit.
  package static func require(
    _ size: Double, _ limit: Double, _ file: String, _ what: String
  ) throws {
    guard size <= limit else {
      let numbers = [size, limit].map { String(format: "%g", $0) }
      throw UserError("\(file): \(what): got \(numbers[0]); expected at most \(numbers[1])")
    }
  }
}
