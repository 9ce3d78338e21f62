import HDF5
import TestSupport
import Testing

/// Parts of a dataset against index arithmetic.
@Suite struct HyperslabTests {
  static let shape = [4, 3, 5]

  /// Values that state their own indices: 100 i + 10 j + k.
  static let values = (0..<4).flatMap { i in
    (0..<3).flatMap { j in (0..<5).map { k in 100 * i + 10 * j + k } }
  }

  /// Every start and every count inside the shape is tried, the empty ones too.
  @Test(arguments: [nil, [3, 2, 2]] as [[Int]?])
  func everyPart(_ chunk: [Int]?) throws {
    let dataset = try File().root().write(Self.values, shape: Self.shape, chunk: chunk, to: "x")
    func ranges(_ extent: Int) -> [Range<Int>] {
      (0...extent).flatMap { low in (low...extent).map { low..<$0 } }
    }
    for a in ranges(4) {
      for b in ranges(3) {
        for c in ranges(5) {
          let expected = a.flatMap { i in b.flatMap { j in c.map { k in 100 * i + 10 * j + k } } }
          let read: [Int] = try dataset.read(
            start: [a.lowerBound, b.lowerBound, c.lowerBound], count: [a.count, b.count, c.count])
          #expect(read == expected, "\(a) × \(b) × \(c)")
        }
      }
    }
  }

  @Test(arguments: [
    ([0, 0, 0], [5, 1, 1]), ([3, 2, 4], [1, 1, 2]), ([4, 0, 0], [1, 1, 1]),
    ([5, 0, 0], [0, 1, 1]),
    ([-1, 0, 0], [1, 1, 1]), ([1, 0, 0], [-1, 1, 1]), ([0, 0], [1, 1]), ([0, 0, 0], [1, 1]),
    ([0, 0, 0, 0], [1, 1, 1, 1]), ([1, 0, 0], [Int.max, 1, 1]), ([Int.max, 0, 0], [1, 1, 1]),
  ])
  func partsOutsideAreRefused(_ start: [Int], _ count: [Int]) throws {
    let dataset = try File().root().write(Self.values, shape: Self.shape, to: "x")
    expectError(naming: "(memory):x", "\(start)", "\(count)", "\(Self.shape)") {
      _ = try dataset.read(Int.self, start: start, count: count)
    }
  }
}
