/// Two study files compared bit by bit.
public struct Comparison: Sendable {
  /// Cells that both have, with equal arrays.
  public let equal: Int
  /// Cells that both have, with different arrays, by key.
  public let different: [String]
  /// Cells that only one has.
  public let missing: Int

  public init(_ a: Archive, _ b: Archive) {
    let other = Dictionary(uniqueKeysWithValues: zip(b.keys, b.results))
    var (equal, different, shared) = (0, [String](), 0)
    for (key, result) in zip(a.keys, a.results) {
      guard let match = other[key] else { continue }
      shared += 1
      if result == match { equal += 1 } else { different.append(key) }
    }
    self.equal = equal
    self.different = different
    missing = a.keys.count + b.keys.count - 2 * shared
  }

  /// Whether both files hold the same cells with the same arrays.
  public var isIdentical: Bool { different.isEmpty && missing == 0 }
}
