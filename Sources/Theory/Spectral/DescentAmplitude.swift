import Kernels

/// The limit of late times of a rich flow on a hard task, β < 1, at infinite width.
///
/// In units of the frontier, u = λ τ, a mode has learned the share I(u) of its target, with
///
///     m = (1 − β)/4,   I(u) = u ∫₀¹ s^−m e^−u(1 − s) ds = (u/(1 − m)) ₁F₁(1; 2 − m; −u),
///     J = (1/α) ∫ u^(β − 2) I² du,   Q = (1/α) ∫ u^(β − 1) (1 − I)² du.
///
/// Then c → √(γJ) τ^((1 − β)/2) with τ = [(1 + β) √(γJ) t/2]^(2/(1 + β)), and L → Q τ^−β.
///
/// *Guarantee:* J and Q are good to ``relativeError``, at most 1e-9: what shorter panels change.
public struct DescentAmplitude: Hashable, Sendable {
  public let task: PowerLawTask
  /// J.
  public let growth: Double
  /// Q.
  public let loss: Double
  /// A bound of the relative error of both.
  public let relativeError: Double

  /// Computes the integrals.
  ///
  /// - Throws: ``SpectralError`` unless β < 1.
  public init(_ task: PowerLawTask) throws(SpectralError) {
    guard task.beta < 1 else {
      throw .outOfRange(name: "beta", value: task.beta, expected: "a number below 1")
    }
    self.task = task
    let coarse = Self.integrals(task, panels: 16)
    let fine = Self.integrals(task, panels: 24)
    (growth, loss) = fine
    relativeError = 1e-12 + abs(coarse.0 / fine.0 - 1) + abs(coarse.1 / fine.1 - 1)
    guard relativeError <= 1e-9 else {
      throw .unresolved(name: "J and Q", error: relativeError, limit: 1e-9)
    }
  }

  /// The limit of L at large t.
  ///
  /// - Parameters:
  ///   - time: t.
  ///   - richness: γ, positive.
  public func loss(time: Double, richness: Double) -> Double {
    loss * power(clockTime(time: time, richness: richness), -task.beta)
  }

  /// The limit of c at large t.
  public func clock(time: Double, richness: Double) -> Double {
    (richness * growth).squareRoot()
      * power(clockTime(time: time, richness: richness), (1 - task.beta) / 2)
  }

  /// The limit of τ at large t.
  private func clockTime(time: Double, richness: Double) -> Double {
    let scale = (richness * growth).squareRoot()
    return power((1 + task.beta) * scale * time / 2, 2 / (1 + task.beta))
  }

  // MARK: - Integrals

  /// Below it the series of I in powers of u is used, and above `last` that in powers of 1/u.
  private static let first = 0.25
  private static let last = 64.0

  private static func integrals(_ task: PowerLawTask, panels: Int) -> (Double, Double) {
    let beta = task.beta
    let m = (1 - beta) / 4
    // I = Σ_{j≥1} a_j u^j with a_1 = 1/(1 − m) and a_{j+1} = −a_j/(j + 1 − m).
    var rising = [0.0, 1 / (1 - m)]
    while rising.count < 24 { rising.append(-rising.last! / (Double(rising.count) - m)) }
    // I = Σ_{j≥0} (m)_j u^−j up to e^−u.
    var falling = [1.0]
    while falling.count < 24 { falling.append(falling.last! * (m + Double(falling.count) - 1)) }
    var (growth, loss) = (0.0, 0.0)
    let (left, right) = (square(rising), square(falling))
    let unlearned = square([1 - rising[0]] + rising.dropFirst().map { -$0 })
    let rest = square([1 - falling[0]] + falling.dropFirst().map { -$0 })
    for j in 0..<24 {
      let p = Double(j)
      if j >= 2 { growth += left[j] * power(first, beta - 1 + p) / (beta - 1 + p) }
      growth += right[j] * power(last, beta - 1 - p) / (1 - beta + p)
      loss += unlearned[j] * power(first, beta + p) / (beta + p)
      if j >= 2 { loss += rest[j] * power(last, beta - p) / (p - beta) }
    }
    let range = naturalLogarithm(first)...naturalLogarithm(last)
    let rule = GaussLegendre(count: 16, on: range, panels: panels)
    for (v, weight) in zip(rule.nodes, rule.weights) {
      let u = naturalExponential(v)
      let share = learned(u, m)
      growth += weight * naturalExponential((beta - 1) * v) * share * share
      loss += weight * naturalExponential(beta * v) * (1 - share) * (1 - share)
    }
    return (growth / task.alpha, loss / task.alpha)
  }

  /// The coefficients of the square of a power series.
  private static func square(_ series: [Double]) -> [Double] {
    series.indices.map { j in (0...j).reduce(0) { $0 + series[$1] * series[j - $1] } }
  }

  /// I(u) = u e^−u Σ_n u^n/(n! (n + 1 − m)), whose terms are all positive.
  private static func learned(_ u: Double, _ m: Double) -> Double {
    var (term, sum) = (1.0, 0.0)
    var n = 0.0
    while n < u || term > 1e-18 * sum {
      sum += term / (n + 1 - m)
      n += 1
      term *= u / n
    }
    return u * naturalExponential(-u) * sum
  }
}
