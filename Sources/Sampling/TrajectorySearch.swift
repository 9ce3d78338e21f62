import Kernels

/// The choice of a trajectory length T by effective samples per gradient of one observable. Its
/// data are the trajectories of a warm-up, which takes the candidates in turn.
///
/// All candidates share one stationary distribution, so the variance v is pooled over them. Each
/// has its own 1 − ρ = ⟨(x′ − x)²⟩/(2v) from its own jumps x → x′. Its score is that of an
/// autoregression, (1 − ρ)/(1 + ρ) per gradient. Another candidate replaces the default only if its
/// ln score is higher by more than two standard errors of the difference. So a short warm-up keeps
/// the default.
struct TrajectorySearch {
  /// The default T, the best for two-layer posteriors.
  static let standardLength = 1.4
  /// Candidates in units of the default.
  private static let factors = [0.5, 0.7, 1, 1.4, 2, 2.8, 4]
  /// Index of the default.
  private static let standard = 2
  /// Number of trajectories of a candidate before the next one's turn.
  static let block = 4

  /// The candidates for T.
  let lengths: [Double]

  init(around standard: Double) {
    lengths = Self.lengths(around: standard)
  }

  /// The candidates around a default.
  static func lengths(around standard: Double) -> [Double] { factors.map { standard * $0 } }

  private struct Jumps {
    var count = 0.0
    var squares = 0.0
    var fourths = 0.0
    var gradients = 0.0
  }

  private var jumps = [Jumps](repeating: Jumps(), count: factors.count)
  private var origin: Double?
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  /// Returns the candidate whose turn trajectory `i` is.
  static func turn(_ i: Int) -> Int { i / block % factors.count }

  /// Records the observable at both ends of one trajectory, unless one is not finite.
  mutating func record(candidate: Int, from before: Double, to after: Double, gradients: Int) {
    guard before.isFinite, after.isFinite else { return }
    let square = (after - before) * (after - before)
    jumps[candidate].count += 1
    jumps[candidate].squares += square
    jumps[candidate].fourths += square * square
    jumps[candidate].gradients += Double(gradients)
    let x = after - (origin ?? after)
    if origin == nil { origin = after }
    count += 1
    sum += x
    squares += x * x
  }

  /// Writes or reads what has been recorded.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    for i in jumps.indices {
      try coder.code(&jumps[i].count)
      try coder.code(&jumps[i].squares)
      try coder.code(&jumps[i].fourths)
      try coder.code(&jumps[i].gradients)
    }
    try coder.code(&origin)
    try coder.code(&count)
    try coder.code(&sum)
    try coder.code(&squares)
  }

  /// The T of the chosen candidate.
  var choice: Double {
    let variance = count > 0 ? squares / count - (sum / count) * (sum / count) : 0
    let scores = jumps.map { Self.score($0, variance: variance) }
    guard let reference = scores[Self.standard] else { return lengths[Self.standard] }
    var best = (index: Self.standard, gain: 0.0)
    for (i, score) in scores.enumerated() where i != Self.standard {
      guard let score else { continue }
      let gain = score.logarithm - reference.logarithm
      if gain > best.gain, gain * gain > 4 * (score.square + reference.square) {
        best = (i, gain)
      }
    }
    return lengths[best.index]
  }

  /// Returns the ln score and the square of its standard error; `nil` from fewer than eight jumps.
  private static func score(
    _ jumps: Jumps, variance: Double
  ) -> (logarithm: Double, square: Double)? {
    guard jumps.count >= 8, variance > 0, jumps.squares > 0 else { return nil }
    let mean = jumps.squares / jumps.count
    // This is 1 − ρ. Beyond 1.9, where the chain is antithetic, jumps say too little of the sum
    // over lags.
    let q = min(1.9, mean / (2 * variance))
    let spread = max(0, jumps.fourths / jumps.count - mean * mean) / jumps.count
    let slope = 2 / (2 - q)  // d ln[q/(2 − q)]/d ln q
    return (
      naturalLogarithm(q / (2 - q) * jumps.count / jumps.gradients),
      slope * slope * spread / (mean * mean)
    )
  }
}
