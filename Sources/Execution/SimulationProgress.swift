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

  mutating func finish(_ cell: Cell) {
    doneCount += 1
    doneCost += cell.cost
    simulatedCost += cell.cost
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
    if simulatedCount > 0, elapsed > 0 {
      let left = Int(elapsed * (pendingCost - simulatedCost) / simulatedCost)
      let rate = Double(Int(600 * Double(simulatedCount) / elapsed)) / 10
      line += ", \(rate) cells a minute, \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
    }
    if let note { line += "; \(note)" }
    return line
  }
}
