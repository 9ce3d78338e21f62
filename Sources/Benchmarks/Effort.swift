/// The amount of measurement: rounds, draws and shapes.
package struct Effort: Sendable {
  /// Rounds of a timing, and the least seconds of one round.
  let rounds: Int
  let roundSeconds: Double
  /// Rounds and least seconds of a timing of several workers.
  let workerRounds: Int
  let workerSeconds: Double
  /// Data sets of a posterior, and warm-up and draws of a chain.
  let datasets, warmup, draws: Int
  /// Number of normals that are checked.
  let normals: Int
  /// Whether every shape and posterior is measured, instead of the first of each kind.
  let takesAll: Bool

  /// The effort of the published numbers, four minutes.
  package static let full = Effort(
    rounds: 500, roundSeconds: 5e-4, workerRounds: 20, workerSeconds: 0.05, datasets: 5,
    warmup: 300, draws: 2000, normals: 100_000_000, takesAll: true)

  /// A test that everything works, a second or two.
  package static let quick = Effort(
    rounds: 3, roundSeconds: 1e-3, workerRounds: 2, workerSeconds: 5e-3, datasets: 1, warmup: 50,
    draws: 100, normals: 1_000_000, takesAll: false)
}
