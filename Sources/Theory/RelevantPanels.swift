/// Returns those of `count` panels in a row on which e^f counts, ascending. On these f comes within
/// `depth` of its maximum.
///
/// Ranges of panels that cannot matter are discarded whole. So a peak is found among billions of
/// panels in some hundreds of evaluations.
///
/// - Parameters:
///   - count: number of panels.
///   - depth: distance from the maximum at which f still counts.
///   - bound: an upper bound of f on a range of panels.
///   - value: the largest f at some points of one panel.
/// - Returns: `nil` if more than 2¹⁷ evaluations would be needed, or f is not a number.
func relevantPanels(
  of count: Int, depth: Double = 75, bound: (Range<Int>) -> Double, value: (Int) -> Double
) -> [Int]? {
  var best = -Double.infinity
  var found: [(panel: Int, value: Double)] = []
  var stack = [(range: 0..<count, bound: Double.infinity)]
  var evaluations = 0
  while let (range, limit) = stack.popLast() {
    guard limit >= best - depth else { continue }
    evaluations += 1
    guard evaluations < 0x20000 else { return nil }
    if range.count == 1 {
      let value = value(range.lowerBound)
      guard !value.isNaN else { return nil }
      best = max(best, value)
      found.append((range.lowerBound, value))
      continue
    }
    let middle = range.lowerBound + range.count / 2
    let first = range.lowerBound..<middle
    let last = middle..<range.upperBound
    let (a, b) = (bound(first), bound(last))
    // The better half is searched first.
    if a < b {
      stack.append((first, a))
      stack.append((last, b))
    } else {
      stack.append((last, b))
      stack.append((first, a))
    }
  }
  return found.filter { $0.value >= best - depth }.map(\.panel).sorted()
}
