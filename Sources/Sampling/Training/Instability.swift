import Kernels

/// The end of a run whose step is too long: why, and when. Such a run has no numbers.
public struct Instability: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong.
  public enum Cause: Hashable, Sendable {
    /// The energy is infinite or not a number.
    case energyNotFinite
    /// The energy is far above that at the beginning.
    case energyGrew(from: Double, to: Double)
    /// Hardly a move of a hundred is accepted, at this mean probability.
    case movesRejected(acceptance: Double)
  }

  /// What went wrong.
  public let cause: Cause
  /// The number of moves until it was noticed.
  public let moves: Int
  /// The time until it was noticed.
  public let time: Double

  /// The cause and the time, as one line.
  public var description: String {
    switch cause {
    case .energyNotFinite: "the energy is not finite at time \(time)"
    case .energyGrew(let from, let to): "the energy grew from \(from) to \(to) by time \(time)"
    case .movesRejected(let acceptance):
      "moves are rejected at time \(time): acceptance \(acceptance)"
    }
  }
}

/// A watch over the moves of a run, which tells a stable step from one that is too long.
///
/// Energy and acceptance of moves are averaged over windows of a hundred, since the energies of
/// batches scatter.
struct StabilityWatch {
  static let window = 100
  /// The growth of the energy beyond which a run is unstable. A stable descent loses energy, and
  /// Langevin dynamics from the prior does so on average.
  static let growth = 10.0
  /// The mean acceptance below which time no longer counts moves.
  static let leastAcceptance = 0.05

  private let start: Double
  /// The largest energy of a stable run. Besides the start it allows for the thermal energy n/2.
  private let largest: Double
  private var (energySum, acceptanceSum) = (0.0, 0.0)
  private var count = 0

  /// Begins at the energy of a run's start, with the number n of coordinates.
  init(start: Double, dimension: Int) {
    self.start = start
    largest = Self.growth * (abs(start) + Double(dimension) / 2)
  }

  /// Takes a move, and returns what is wrong, if anything is.
  mutating func record(_ move: TrainingMove) -> Instability.Cause? {
    guard move.energy.isFinite else { return .energyNotFinite }
    energySum += move.energy
    acceptanceSum += move.acceptance
    count += 1
    guard count == Self.window else { return nil }
    let (energy, acceptance) = (energySum / Double(count), acceptanceSum / Double(count))
    (energySum, acceptanceSum, count) = (0, 0, 0)
    if acceptance < Self.leastAcceptance { return .movesRejected(acceptance: acceptance) }
    return fault(energy)
  }

  /// Returns what is wrong with the energy of a state, if anything is.
  func fault(_ energy: Double) -> Instability.Cause? {
    guard energy.isFinite else { return .energyNotFinite }
    return energy > largest ? .energyGrew(from: start, to: energy) : nil
  }
}
