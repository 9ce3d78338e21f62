import Studies

/// How far a simulation is.
package struct SimulationProgress: Sendable {
  package let cellCount: Int
  package private(set) var doneCount: Int
  private let totalCost: Double
  private var doneCost: Double
  private var pendingCost: Double
  private var simulatedCost = 0.0
  private var simulatedCount = 0
  /// Work that is done of cells that are not.
  private var partCosts: [String: Double] = [:]
  private let begin = ContinuousClock.now
  /// What else there is to say, or `nil`.
  var note: String?

  init(cells: [Cell], done: Set<String>) {
    cellCount = cells.count
    totalCost = cells.reduce(0) { $0 + $1.cost }
    let finished = cells.filter { done.contains($0.key) }
    doneCount = finished.count
    doneCost = finished.reduce(0) { $0 + $1.cost }
    pendingCost = totalCost - doneCost
  }

  /// Counts a part of a cell's first round, which is all that is expected of it.
  mutating func finishPart(of cell: Cell) {
    let cost = cell.cost / Double(cell.partCount)
    partCosts[cell.key, default: 0] += cost
    doneCost += cost
    simulatedCost += cost
  }

  mutating func finish(_ cell: Cell) {
    let rest = cell.cost - (partCosts.removeValue(forKey: cell.key) ?? 0)
    doneCount += 1
    doneCost += rest
    simulatedCost += rest
    simulatedCount += 1
  }

  /// Takes back cells that turned out to be damaged.
  mutating func lose(_ cells: [Cell]) {
    doneCount -= cells.count
    let cost = cells.reduce(0) { $0 + $1.cost }
    doneCost -= cost
    pendingCost += cost
  }

  /// "12/60 cells, 34 % of the work, 18.5 cells a minute, 0:41 left".
  package var line: String {
    let elapsed = begin.duration(to: .now) / .seconds(1)
    let share = totalCost > 0 ? Int(100 * doneCost / totalCost) : 100
    var line = "\(doneCount)/\(cellCount) cells, \(share) % of the work"
    if simulatedCost > 0, elapsed > 0 {
      let left = Int(elapsed * max(0, pendingCost - simulatedCost) / simulatedCost)
      let rate = Double(Int(600 * Double(simulatedCount) / elapsed)) / 10
      if simulatedCount > 0 { line += ", \(rate) cells a minute" }
      line += ", \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
    }
    if let note { line += "; \(note)" }
    return line
  }
}
