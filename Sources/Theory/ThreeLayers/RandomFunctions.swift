import Kernels

/// The likelihood of P samples beside sets of random functions, which regression takes over.
///
/// Set k has n_k functions with coefficients of variance v_k. The ridge that is left of κ is the
/// root of κ̃ = κ + Σ_k n_k κ̃v_k/(κ̃ + Pv_k). A set of infinitely many functions adds its variance
/// n_k v_k to κ, and one of few functions hardly anything: P samples tell their coefficients.
package struct RandomFunctions {
  /// The number P of samples.
  package let samples: Double
  /// The pairs (n_k, v_k).
  package var sets: [(count: Double, variance: Double)]

  package init(samples: Double, sets: [(count: Double, variance: Double)]) {
    (self.samples, self.sets) = (samples, sets)
  }

  /// Returns κ̃, by Newton's method from above, where the equation is monotonic and convex.
  package func effectiveRidge(_ ridge: Double) -> Double {
    var k = sets.reduce(ridge) { $0 + $1.count * $1.variance }
    for _ in 0..<100 {
      var (value, slope) = (k - ridge, 1.0)
      for set in sets {
        let share = set.variance / (k + samples * set.variance)
        value -= set.count * k * share
        slope -= set.count * samples * share * share
      }
      let next = max(ridge, k - value / slope)
      if abs(next - k) <= 1e-14 * k { return next }
      k = next
    }
    return k
  }

  /// Returns ln of the likelihood, −½[P ln κ̃ + Σ_k n_k (ln(1 + x_k) − x_k/(1 + x_k))] − D/2κ̃,
  /// with x_k = Pv_k/κ̃ and D the sum of squared deviations.
  package func logLikelihood(ridge: Double, deviations: Double) -> Double {
    let k = effectiveRidge(ridge)
    var entropy = samples * naturalLogarithm(k)
    for set in sets {
      let x = samples * set.variance / k
      entropy += set.count * (naturalLogarithm(1 + x) - x / (1 + x))
    }
    return -0.5 * (entropy + deviations / k)
  }
}
