import Host
import Studies

/// One of N parts of a study, of about equal cost: what one of N machines simulates.
///
/// Shards are disjoint, together they are the whole study, and they depend on the study alone, so
/// that machines need not hear of one another.
package struct Shard: Hashable, Sendable {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int

  /// - Parameter text: "3/7" is the third of seven.
  /// - Throws: `UserError` if it is of another form.
  package init(_ text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], index >= 1, index <= count,
      count <= 1_000_000
    else {
      throw UserError("got '\(text)'; expected I/N with 1 ≤ I ≤ N, as in 3/7")
    }
    (self.index, self.count) = (index, count)
  }

  /// Indices of its cells, in grid order.
  package func part(of cells: [Cell]) -> [Int] {
    longestFirst(cells.map(\.cost), over: count)[index - 1].sorted()
  }
}

extension Shard: CustomStringConvertible {
  package var description: String { "\(index)/\(count)" }
}
