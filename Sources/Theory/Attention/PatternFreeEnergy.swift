import Kernels

/// The free energy of a pattern in the posterior, as a function of ω, ε, v and the ridge κ̃ that
/// the pattern sees.
///
/// F = d²ε²/2 + (n/2)(v − 1 − ln v) + dω²/2 + (d/2) ln(1 + x) + ((d − 1)/2) ln(1 + Pν/(dκ̃))
///   + (P/2κ̃)(1 − 2α + ω²N₁) + (P/2)(ln κ̃/κ + κ/κ̃ − 1).
/// Its terms are the cost of the pattern and of a bulk of n = d² − d − 1 entries of variance v/d²;
/// that of column 3 of A, which writes noise into the output, x = Pω²(1 − 1/L²)/(d²κ̃); that of the
/// other readouts, whose features have the mean square ν; the loss, with N₁ = ⟨Φ²⟩ of w₃'s feature
/// Φ; and what a GP of the noise's variance has. The pattern sees
/// κ̃ = κ + ω²(N₁ − N₂) + ω²/(d(1 + x)) + (d − 1)ν/(d + Pν/κ̃),
/// where N₂ = ⟨⟨Φ⟩²⟩ has the inner mean over bulks.
struct PatternFreeEnergy {
  let surfaces: PatternSurfaces
  let samples: Double
  let ridge: Double
  /// The batch of draws, or `nil` for all.
  let batch: Int?

  /// The best ε and v at an ω, with the ridge that belongs to them.
  struct Minimum {
    var epsilon: Double
    var logVariance: Double
    var ridge: Double
    /// F.
    var freeEnergy = 0.0
    /// α.
    var alignment = 0.0
    /// Whether ε or v is at the end of what the surfaces hold.
    var isAtBound = false
  }

  /// Returns the minimum of F over ε and v, at the κ̃ that it makes itself.
  ///
  /// - Parameter start: where the search begins.
  func minimum(
    omega: Double, from start: Minimum
  ) throws(AttentionTheoryError) -> Minimum {
    var found = start
    /// How much κ̃ is less than what it has to be.
    func excess(_ ridge: Double) -> Double {
      found.ridge = ridge
      minimize(omega, &found)
      return noise(omega, found) - ridge
    }
    // The noise is at least κ. Beyond the upper end there is too little of it.
    var low = (x: ridge, y: excess(ridge))
    var high = (x: max(start.ridge, 1.01 * ridge), y: 0.0)
    high.y = excess(high.x)
    while high.y > 0 {
      low = high
      high.x *= 1.3
      high.y = excess(high.x)
      guard high.x < 1e9 * ridge else { throw .notConverged(residual: high.y / high.x) }
    }
    var (side, steps) = (0, 0)
    while low.y > 1e-9 * low.x && high.y < -1e-9 * high.x && high.x - low.x > 1e-12 * high.x {
      let x = (low.x * high.y - high.x * low.y) / (high.y - low.y)
      let y = excess(x)
      // An end that stays twice has its residual halved (Illinois).
      if y > 0 {
        low = (x, y)
        if side == 1 { high.y /= 2 }
        side = 1
      } else {
        high = (x, y)
        if side == -1 { low.y /= 2 }
        side = -1
      }
      steps += 1
      guard steps < 100 else { break }
    }
    let residual = abs(excess(abs(low.y) <= 1e-9 * low.x ? low.x : found.ridge)) / found.ridge
    guard residual < 1e-8 else { throw .notConverged(residual: residual) }
    let total = value(omega, found)
    let x = column(omega, found.ridge)
    found.freeEnergy =
      total.value + Double(surfaces.dimension) / 2 * naturalLogarithm(1 + x)
      + samples / 2 * (naturalLogarithm(found.ridge / ridge) + ridge / found.ridge - 1)
    found.alignment =
      omega * surfaces.moments(at: place(found), batch: batch).gain.value
      / Double(surfaces.length).squareRoot()
    return found
  }

  /// Minimises F over ε and ln v at a fixed κ̃ by Newton's method, within the range of the
  /// surfaces.
  private func minimize(_ omega: Double, _ at: inout Minimum) {
    let epsilons = AttentionAlignment.epsilons
    let variances = (
      naturalLogarithm(AttentionAlignment.variances.lowerBound),
      naturalLogarithm(AttentionAlignment.variances.upperBound)
    )
    var here = value(omega, at)
    for _ in 0..<60 {
      // A coordinate at its end, where F falls beyond, stays there.
      let fixed = (
        at.epsilon <= epsilons.lowerBound && here.x >= 0
          || at.epsilon >= epsilons.upperBound && here.x <= 0,
        at.logVariance <= variances.0 && here.y >= 0
          || at.logVariance >= variances.1 && here.y <= 0
      )
      at.isAtBound = fixed.1 || at.epsilon >= epsilons.upperBound && here.x <= 0
      let step = newton(here, fixed)
      var factor = 1.0
      var next = at
      var there = here
      while factor > 1e-10 {
        next.epsilon = min(
          max(at.epsilon + factor * step.x, epsilons.lowerBound), epsilons.upperBound)
        next.logVariance = min(
          max(at.logVariance + factor * step.y, variances.0), variances.1)
        there = value(omega, next)
        if there.value < here.value { break }
        factor /= 2
      }
      let moved = max(abs(next.epsilon - at.epsilon), abs(next.logVariance - at.logVariance))
      guard there.value < here.value else { return }
      at = next
      here = there
      if moved < 1e-12 { return }
    }
  }

  /// Returns Newton's step, or one down the slope where F curves downwards.
  private func newton(_ f: SecondOrder, _ fixed: (Bool, Bool)) -> (x: Double, y: Double) {
    let (a, c) = (max(abs(f.xx), 1e-6), max(abs(f.yy), 1e-6))
    switch fixed {
    case (true, true): return (0, 0)
    case (true, false): return (0, -f.y / c)
    case (false, true): return (-f.x / a, 0)
    case (false, false):
      let determinant = f.xx * f.yy - f.xy * f.xy
      guard f.xx > 0 && determinant > 1e-9 * f.xx * abs(f.yy) else {
        return (-f.x / a, -f.y / c)
      }
      return (
        -(f.yy * f.x - f.xy * f.y) / determinant, -(f.xx * f.y - f.xy * f.x) / determinant
      )
    }
  }

  private func place(_ at: Minimum) -> PatternPlace {
    PatternPlace(
      epsilon: at.epsilon, logVariance: at.logVariance,
      variance: naturalExponential(at.logVariance))
  }

  /// x of column 3.
  private func column(_ omega: Double, _ ridge: Double) -> Double {
    let (l, d) = (Double(surfaces.length), Double(surfaces.dimension))
    return samples * omega * omega * (1 - 1 / (l * l)) / (d * d * ridge)
  }

  /// κ with the noise that is added to it.
  private func noise(_ omega: Double, _ at: Minimum) -> Double {
    let d = Double(surfaces.dimension)
    let m = surfaces.moments(at: place(at), batch: batch)
    let other = m.other.value
    return ridge + omega * omega * (m.square.value - m.mean.value)
      + omega * omega / (d * (1 + column(omega, at.ridge)))
      + (d - 1) * other / (d + samples * other / at.ridge)
  }

  /// Returns what of F depends on ε and v, with derivatives by ε and ln v.
  func value(_ omega: Double, _ at: Minimum) -> SecondOrder {
    let (l, d) = (Double(surfaces.length), Double(surfaces.dimension))
    let entries = d * d - d - 1
    let place = place(at)
    let m = surfaces.moments(at: place, batch: batch)
    let v = place.variance
    let (slope, curvature) = (entries / 2 * (v - 1), entries / 2 * v)
    let prior = SecondOrder(
      value: d * d * at.epsilon * at.epsilon / 2
        + entries / 2 * (v - 1 - at.logVariance) + d * omega * omega / 2,
      x: d * d * at.epsilon, y: slope, xx: d * d, yy: curvature)
    let loss =
      1 + ((-2 * omega / l.squareRoot()) * m.gain + (omega * omega) * m.square)
    return prior + (samples / (2 * at.ridge)) * loss
      + ((d - 1) / 2) * (1 + (samples / (d * at.ridge)) * m.other).logarithm
  }
}
