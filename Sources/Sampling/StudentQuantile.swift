import Kernels

/// The quantile of Student's t at which the normal distribution has a given one.
///
/// By Wallace 1959, "Bounds on normal approximations to Student's and the chi-square
/// distributions", Annals of Mathematical Statistics 30. At 5 normal standard deviations it is a
/// tenth too wide with 5 degrees of freedom, and less so with more; at 1.96 it is right to 0.3 %.
package func studentQuantile(normal z: Double, _ degreesOfFreedom: Double) -> Double {
  guard degreesOfFreedom < 1e6 else { return z }
  let n = degreesOfFreedom
  let u = z * (8 * n + 3) / (8 * n + 1)
  return (n * (naturalExponential(u * u / n) - 1)).squareRoot()
}

/// The normal quantile that has the probability of a quantile of Student's t: the inverse of
/// `studentQuantile`, and odd in t.
package func normalScore(student t: Double, _ degreesOfFreedom: Double) -> Double {
  guard degreesOfFreedom < 1e6 else { return t }
  let n = degreesOfFreedom
  let u = (n * naturalLogarithm(1 + t * t / n)).squareRoot()
  return (t < 0 ? -u : u) * (8 * n + 1) / (8 * n + 3)
}
