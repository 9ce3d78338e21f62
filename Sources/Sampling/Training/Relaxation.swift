import Kernels

/// A run of training, recorded at times on a logarithmic scale.
public struct Relaxation: Hashable, Sendable {
  /// A record: means over the moves since the record before it.
  public struct Block: Hashable, Sendable {
    /// The number of moves from the beginning of training to the block's end.
    public let moves: Int
    /// The time h × moves of the block's end, which is its time of record to half a step.
    public let time: Double
    /// The mean acceptance probability of the block's moves.
    public let acceptance: Double
    /// The mean of each observable over the block's readings.
    public let means: [Double]
  }

  /// The records, in the order of their times.
  public let blocks: [Block]

  /// Trains up to the last time of record.
  ///
  /// Whoever has the position after one of the records, and its number of moves, can go on from
  /// there, and finds the same bits in the records that follow. A piece that is unstable counts
  /// from its own beginning how far the energy grew.
  ///
  /// - Precondition: `times` gives every block a move of this step; the dynamics stands at the
  ///   beginning or at a record.
  ///
  /// - Parameters:
  ///   - dynamics: the training.
  ///   - times: times of record, and the number of readings of each.
  ///   - observe: the observables of a state, as many each time, from z and U(z).
  /// - Throws: ``Instability`` if the step is too long: the energy is not finite or grew tenfold,
  ///   or fewer than one move in twenty is accepted.
  public init(
    _ dynamics: any TrainingDynamics, times: RecordTimes,
    observe: (borrowing AlignedBuffer, Double) -> [Double]
  ) throws(Instability) {
    guard let ends = times.moves(step: dynamics.step) else {
      preconditionFailure("a block of \(times) has no move of step \(dynamics.step)")
    }
    precondition(dynamics.moves == 0 || ends.contains(dynamics.moves))
    var run = try Run(dynamics)
    var blocks: [Block] = []
    for end in ends where end > dynamics.moves {
      blocks.append(try run.block(to: end, readings: times.readings, observe))
    }
    self.blocks = blocks
  }

  /// Returns the time of the first record whose mean of an observable is at least `threshold`, or
  /// `nil` if no record's is.
  ///
  /// - Parameters:
  ///   - observable: the index of the observable.
  ///   - threshold: the value to reach.
  public func firstPassage(of observable: Int, to threshold: Double) -> Double? {
    blocks.first { $0.means[observable] >= threshold }?.time
  }
}

/// A run that goes on block by block.
private struct Run {
  let dynamics: any TrainingDynamics
  var watch: StabilityWatch

  init(_ dynamics: any TrainingDynamics) throws(Instability) {
    self.dynamics = dynamics
    let (energy, dimension) = dynamics.withState { ($1, $0.count) }
    watch = StabilityWatch(start: energy, dimension: dimension)
    try check(watch.fault(energy))
  }

  private func check(_ cause: Instability.Cause?) throws(Instability) {
    guard let cause else { return }
    throw Instability(cause: cause, moves: dynamics.moves, time: dynamics.time)
  }

  /// Returns the block up to a number of moves.
  mutating func block(
    to end: Int, readings most: Int, _ observe: (borrowing AlignedBuffer, Double) -> [Double]
  ) throws(Instability) -> Relaxation.Block {
    let begin = dynamics.moves
    let length = end - begin
    let readings = min(most, length)
    var (acceptance, sums, taken) = (0.0, [Double](), 0)
    while dynamics.moves < end {
      let move = dynamics.move()
      acceptance += move.acceptance
      try check(watch.record(move))
      guard (dynamics.moves - begin) * readings / length > taken else { continue }
      taken += 1
      let (energy, reading) = dynamics.withState { ($1, observe($0, $1)) }
      try check(watch.fault(energy))
      sums = sums.isEmpty ? reading : zip(sums, reading).map { $0 + $1 }
    }
    return Relaxation.Block(
      moves: end, time: dynamics.time, acceptance: acceptance / Double(length),
      means: sums.map { $0 / Double(readings) })
  }
}
