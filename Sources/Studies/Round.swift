/// A stretch of a cell's computation: parts that do not depend on one another, so that anybody may
/// compute any of them.
///
/// A cell is computed round by round. Where the states are known in which all parts of a round
/// ended, the cell's task decides by them alone: another round follows, or the result. So whoever
/// has them makes the same decision.
package struct Round: Sendable {
  /// Names the round among those of its cell, and grows from each to the next.
  package let number: Int
  /// The state from which each part begins; nothing where it begins afresh.
  package let states: [[UInt8]]

  package init(number: Int, states: [[UInt8]]) {
    self.number = number
    self.states = states
  }
}

/// What follows after a round of a cell.
package enum Continuation: Sendable {
  case round(Round)
  /// The cell is done.
  case result(CellResult)
}

/// A part of a round while it is computed. Its end depends on cell, round, index and the state from
/// which it began, and not on how often it was left and gone on with.
package protocol CellPart: AnyObject {
  /// Goes on to the end of the part, or to where it is asked to pause.
  ///
  /// - Parameters:
  ///   - pause: asked after every step of the work, if the part can be left there.
  ///   - threads: how many threads the next step may use, on which nothing depends but time.
  /// - Returns: whether the part has ended.
  /// - Throws: an error that says why there is no result.
  func advance(until pause: () -> Bool, threads: () -> Int) throws -> Bool

  /// All that going on depends on, or what the part ended in.
  ///
  /// - Throws: an error that says why there is none.
  func state() throws -> [UInt8]
}

extension CellPart {
  /// Goes on by one thread.
  package func advance(until pause: () -> Bool) throws -> Bool {
    try advance(until: pause, threads: { 1 })
  }
}

/// Which part of which cell.
package struct PartName: Hashable, Sendable {
  /// The cell's key.
  package let cell: String
  package let round: Int
  package let index: Int

  package init(cell: String, round: Int, index: Int) {
    (self.cell, self.round, self.index) = (cell, round, index)
  }
}
