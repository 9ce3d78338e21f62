/// Shares out pieces of work, the longest first, each to whoever has least to do so far.
///
/// - Returns: for each of `count` takers, the indices of its pieces, the longest first. They are
///   the same for the same costs, whatever else happens.
func longestFirst(_ costs: [Double], over count: Int) -> [[Int]] {
  var shares = [[Int]](repeating: [], count: count)
  var loads = Loads(count: count)
  for piece in costs.indices.sorted(by: { (costs[$0], $1) > (costs[$1], $0) }) {
    shares[loads.least].append(piece)
    loads.add(costs[piece])
  }
  return shares
}

/// A binary heap of what each taker has to do, the one with least on top; of equal ones the first.
private struct Loads {
  private var heap: [(load: Double, taker: Int)]

  init(count: Int) { heap = (0..<count).map { (0, $0) } }

  var least: Int { heap[0].taker }

  /// Adds to the load of the taker on top.
  mutating func add(_ cost: Double) {
    heap[0].load += cost
    var place = 0
    while true {
      let children = (2 * place + 1)..<min(2 * place + 3, max(2 * place + 1, heap.count))
      guard let child = children.min(by: { heap[$0] < heap[$1] }), heap[child] < heap[place] else {
        return
      }
      heap.swapAt(child, place)
      place = child
    }
  }
}
