import Studies

/// What is to be done for some cells, in order: what is left of cells that are begun, then the
/// other cells, the longest first.
///
/// Of a cell that is shared with others, some parts are one's own. When these have ended, the
/// others are looked for: whoever finds all decides. Everyone saves before looking, so somebody
/// does.
struct Agenda {
  /// What a worker does at a time.
  enum Job: Sendable {
    /// To bring a part from the state in which it begins to its end.
    ///
    /// - isShared: whether others look for how it ends.
    case part(PartName, of: Cell, from: [UInt8], isShared: Bool)
    /// To look whether somebody else has brought a part to its end.
    case search(PartName, of: Cell)
    /// To say what follows after a round whose parts have ended.
    case decision(Cell, round: Int, states: [[UInt8]])
  }

  /// A cell some of whose parts are done.
  private struct Begun {
    let cell: Cell
    var round: Round
    /// The states in which parts of the round ended.
    var ended: [[UInt8]?]
    /// Parts of the round that others have not brought yet.
    var absent = 0
    /// Ended parts that are in memory alone, and the work that is lost with them.
    var unsaved: [(part: PartName, state: [UInt8])] = []
    var work = Duration.zero
    /// Whether somebody is about to say what follows after the round.
    var isDecided = false
  }

  private var cells: ArraySlice<Cell>
  private let own: [String: Set<Int>]
  private var begun: [String: Begun] = [:]
  private var ready: [Job] = []

  /// - Parameter own: which parts are one's own of cells that are shared with others.
  init(_ cells: [Cell], own: [String: Set<Int>] = [:]) {
    self.own = own
    // So that the last to finish are short ones.
    self.cells = cells.sorted { $0.cost > $1.cost }[...]
  }

  /// Whether all cells are done.
  var isDone: Bool { cells.isEmpty && begun.isEmpty }

  /// Takes out the next job; `nil` if all are done, or wait for others.
  mutating func next() -> Job? {
    if ready.isEmpty, let cell = cells.popFirst() { begin(cell.task.firstRound, of: cell) }
    guard !ready.isEmpty else { return nil }
    let job = ready.removeFirst()
    if case .decision(let cell, _, _) = job { begun[cell.key]!.isDecided = true }
    return job
  }

  /// Has the parts of a round done, the first or the one that follows.
  mutating func begin(_ round: Round, of cell: Cell) {
    var begun = begun[cell.key] ?? Begun(cell: cell, round: round, ended: [])
    begun.round = round
    begun.ended = round.states.map { _ in nil }
    begun.isDecided = false
    begun.absent = 0
    let names = names(of: round, cell)
    self.begun[cell.key] = names.contains(where: isOwn) ? begun : nil
    ready += zip(names, round.states).filter { isOwn($0.0) }.map { name, state in
      .part(name, of: cell, from: state, isShared: own[cell.key] != nil)
    }
  }

  private func names(of round: Round, _ cell: Cell) -> [PartName] {
    round.states.indices.map { PartName(cell: cell.key, round: round.number, index: $0) }
  }

  private func isOwn(_ part: PartName) -> Bool { own[part.cell]?.contains(part.index) ?? true }

  /// Takes in a part that has ended.
  ///
  /// - Parameter work: what of it is in memory alone; nothing if its state is kept.
  mutating func end(_ part: PartName, in state: [UInt8], work: Duration) {
    begun[part.cell]!.ended[part.index] = state
    if work > .zero { begun[part.cell]!.unsaved.append((part, state)) }
    begun[part.cell]!.work += work
    let begun = begun[part.cell]!
    let states = begun.ended.compactMap { $0 }
    if states.count == begun.ended.count {
      ready.insert(.decision(begun.cell, round: begun.round.number, states: states), at: 0)
    } else if !isOwn(part) {
      leave(part.cell)
    } else {
      let names = names(of: begun.round, begun.cell)
      if names.allSatisfy({ !isOwn($0) || begun.ended[$0.index] != nil }) {
        ready += names.filter { !isOwn($0) }.map { .search($0, of: begun.cell) }
      }
    }
  }

  /// Takes in that nobody has brought a part of a shared cell. When all others are looked for, the
  /// cell is left to whoever brings the last.
  mutating func miss(_ part: PartName) {
    begun[part.cell]!.absent += 1
    leave(part.cell)
  }

  private mutating func leave(_ key: String) {
    let known = begun[key]!.ended.count { $0 != nil }
    if begun[key]!.absent > 0, begun[key]!.absent + known == begun[key]!.ended.count {
      begun[key] = nil
    }
  }

  /// Takes in that a cell is done.
  mutating func finish(_ cell: Cell) { begun[cell.key] = nil }

  /// Takes out the ended parts that are in memory alone, of cells that would lose so much work.
  /// Those of a cell that may be in the store any moment stay.
  mutating func unsaved(worth work: Duration) -> [(part: PartName, state: [UInt8])] {
    begun.keys.filter { begun[$0]!.work >= work && !begun[$0]!.isDecided }.sorted().flatMap { key in
      defer { (begun[key]!.unsaved, begun[key]!.work) = ([], .zero) }
      return begun[key]!.unsaved
    }
  }
}
