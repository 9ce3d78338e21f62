/// How much is measured.
public struct Effort: Sendable {
  /// Rounds of a timing, and least seconds of one.
  let rounds: Int
  let roundSeconds: Double
  /// The same of several workers.
  let workerRounds: Int
  let workerSeconds: Double
  /// Data sets of a posterior; warm-up and draws of a chain.
  let datasets, warmup, draws: Int
  /// Normals that are looked at.
  let normals: Int
  /// Whether every shape and posterior is measured, or the first of each kind alone.
  let takesAll: Bool

  /// What the published numbers rest on: four minutes.
  public static let full = Effort(
    rounds: 60, roundSeconds: 5e-3, workerRounds: 20, workerSeconds: 0.05, datasets: 5,
    warmup: 300, draws: 2000, normals: 100_000_000, takesAll: true)

  /// That everything works: a second or two.
  public static let quick = Effort(
    rounds: 3, roundSeconds: 1e-3, workerRounds: 2, workerSeconds: 5e-3, datasets: 1, warmup: 50,
    draws: 100, normals: 1_000_000, takesAll: false)
}
