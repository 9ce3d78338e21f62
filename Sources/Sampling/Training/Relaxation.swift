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

  /// The records that were reached: all of them unless the run was unstable.
  public let blocks: [Block]
  /// Why and when the run ended early; `nil` if it did not.
  public let instability: Instability?

  /// Trains up to the last time of record.
  ///
  /// Whoever has the position after one of the records, and its number of moves, can go on from
  /// there, and finds the same bits in the records that follow. What a piece notices of instability
  /// counts from its own beginning.
  ///
  /// - Precondition: `times` gives every block a move of this step; the dynamics stands at the
  ///   beginning or at a record.
  ///
  /// - Parameters:
  ///   - dynamics: the training.
  ///   - times: times of record, and the number of readings of each.
  ///   - observe: the observables of a state, as many each time, from z and U(z).
  public init(
    _ dynamics: any TrainingDynamics, times: RecordTimes,
    observe: (borrowing AlignedBuffer, Double) -> [Double]
  ) {
    guard let ends = times.moves(step: dynamics.step) else {
      preconditionFailure("a block of \(times) has no move of step \(dynamics.step)")
    }
    precondition(dynamics.moves == 0 || ends.contains(dynamics.moves))
    var run = Run(dynamics)
    var blocks: [Block] = []
    for end in ends where end > dynamics.moves && run.cause == nil {
      if let block = run.block(to: end, readings: times.readings, observe) { blocks.append(block) }
    }
    self.blocks = blocks
    instability = run.cause.map {
      Instability(cause: $0, moves: dynamics.moves, time: dynamics.time)
    }
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

/// A run that goes on block by block while it is stable.
private struct Run {
  let dynamics: any TrainingDynamics
  var watch: StabilityWatch
  /// What ended the run.
  var cause: Instability.Cause?

  init(_ dynamics: any TrainingDynamics) {
    self.dynamics = dynamics
    let energy = dynamics.withState { $1 }
    watch = StabilityWatch(start: energy)
    cause = energy.isFinite ? nil : .energyNotFinite
  }

  /// Returns the block up to a number of moves, or `nil` if the run ended in it.
  mutating func block(
    to end: Int, readings most: Int, _ observe: (borrowing AlignedBuffer, Double) -> [Double]
  ) -> Relaxation.Block? {
    let begin = dynamics.moves
    let length = end - begin
    let readings = min(most, length)
    var (acceptance, sums, taken) = (0.0, [Double](), 0)
    while dynamics.moves < end {
      let move = dynamics.move()
      acceptance += move.acceptance
      cause = watch.record(move)
      if cause != nil { return nil }
      guard (dynamics.moves - begin) * readings / length > taken else { continue }
      taken += 1
      let reading = dynamics.withState { $1.isFinite ? observe($0, $1) : nil }
      guard let reading else {
        cause = .energyNotFinite
        return nil
      }
      sums = sums.isEmpty ? reading : zip(sums, reading).map { $0 + $1 }
    }
    return Relaxation.Block(
      moves: end, time: dynamics.time, acceptance: acceptance / Double(length),
      means: sums.map { $0 / Double(readings) })
  }
}
