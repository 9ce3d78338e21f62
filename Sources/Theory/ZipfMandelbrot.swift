import Kernels

/// Zipf and Mandelbrot's law p_r ∝ (r + b)^{−a} of the ranks r = 1 … R, by maximum likelihood.
public struct ZipfMandelbrot: Hashable, Sendable {
  /// The exponent a.
  public let exponent: Double
  /// The shift b of the ranks, above −1.
  public let shift: Double
  /// The number R of ranks.
  public let ranks: Int
  /// The normalisation Σ_r (r + b)^{−a}.
  public let normalisation: Double
  /// The standard error of a by Fisher's information: the scatter of draws from the law itself.
  public let exponentError: Double
  /// The standard error of b by Fisher's information.
  public let shiftError: Double

  /// Returns p_r.
  public func probability(ofRank r: Int) -> Double {
    naturalExponential(-exponent * naturalLogarithm(Double(r) + shift)) / normalisation
  }

  /// Fits the law to counts n_r, by Fisher's scoring in a and ln(1 + b) with halved steps.
  ///
  /// *Guarantee:* at the result both derivatives of the mean log-likelihood vanish to 1e-9 of the
  /// scatter of what they are means of.
  ///
  /// - Parameter counts: n_1, n_2 … of ranks from 1, at least three, not negative, of which at
  ///   least three are above zero.
  /// - Throws: ``ZipfMandelbrotError``.
  public init(fitting counts: [Double]) throws(ZipfMandelbrotError) {
    for (r, count) in counts.enumerated() where !(count >= 0 && count.isFinite) {
      throw .count(count, rank: r + 1)
    }
    let total = counts.reduce(0, +)
    guard counts.count(where: { $0 > 0 }) >= 3, total.isFinite else { throw .tooFew(counts.count) }
    var (a, b) = (1.0, 1.0)
    var state = Moments(counts, total, a, b)
    for _ in 0..<200 {
      let (xx, xz, zz) = (state.xx, state.xz, state.zz)
      let determinant = xx * zz - xz * xz
      guard determinant > 0 else { throw .notConverged }
      // The gradient of the mean log-likelihood by a and by s = ln(1 + b).
      let (ga, gs) = (state.gradientA, state.gradientS)
      if abs(ga) <= 1e-12 * xx.squareRoot(), abs(gs) <= 1e-12 * zz.squareRoot() { break }
      let (da, ds) = ((zz * ga - xz * gs) / determinant, (xx * gs - xz * ga) / determinant)
      var part = 1.0
      while true {
        let (nextA, nextB) = (a + part * da, (1 + b) * naturalExponential(part * ds) - 1)
        let next = Moments(counts, total, nextA, nextB)
        // Near the maximum the likelihood is flat to rounding, and the step is right.
        if next.logLikelihood >= state.logLikelihood - 1e-13 * abs(state.logLikelihood) {
          (a, b, state) = (nextA, nextB, next)
          break
        }
        part /= 2
        guard part > 1e-10 else { throw .notConverged }
      }
      guard b < 1e6 else { throw .notConverged }
    }
    guard
      abs(state.gradientA) <= 1e-9 * state.xx.squareRoot(),
      abs(state.gradientS) <= 1e-9 * state.zz.squareRoot(), a.isFinite, b.isFinite
    else { throw .notConverged }
    exponent = a
    shift = b
    ranks = counts.count
    normalisation = state.normalisation
    let determinant = state.xx * state.zz - state.xz * state.xz
    exponentError = (state.zz / determinant / total).squareRoot()
    shiftError = (1 + b) * (state.xx / determinant / total).squareRoot()
  }

  /// The mean log-likelihood with its derivatives, and the covariance of the scores x = −ln(r + b)
  /// and z = −a (1 + b)/(r + b) under the law.
  private struct Moments {
    var (logLikelihood, gradientA, gradientS) = (0.0, 0.0, 0.0)
    var (xx, xz, zz, normalisation) = (0.0, 0.0, 0.0, 0.0)

    init(_ counts: [Double], _ total: Double, _ a: Double, _ b: Double) {
      var weights: [Double] = []
      var scores: [(x: Double, z: Double)] = []
      var (data, model) = ((x: 0.0, z: 0.0), (x: 0.0, z: 0.0))
      for (i, count) in counts.enumerated() {
        let place = Double(i + 1) + b
        let score = (x: -naturalLogarithm(place), z: -a * (1 + b) / place)
        // Relative to rank 1, so that nothing leaves double precision.
        let weight = naturalExponential(a * score.x)
        weights.append(weight)
        scores.append(score)
        normalisation += weight
        model.x += weight * score.x
        model.z += weight * score.z
        data.x += count / total * score.x
        data.z += count / total * score.z
      }
      model.x /= normalisation
      model.z /= normalisation
      for (weight, score) in zip(weights, scores) {
        let (p, dx, dz) = (weight / normalisation, score.x - model.x, score.z - model.z)
        xx += p * dx * dx
        xz += p * dx * dz
        zz += p * dz * dz
      }
      logLikelihood = a * data.x - naturalLogarithm(normalisation)
      gradientA = data.x - model.x
      gradientS = data.z - model.z
    }
  }
}

/// The reason why ranks could not be fitted.
public enum ZipfMandelbrotError: Error, Hashable, CustomStringConvertible {
  /// A count is negative or not finite.
  case count(Double, rank: Int)
  /// Fewer than three of this number of counts are above zero.
  case tooFew(Int)
  /// The likelihood has its maximum at no finite exponent and shift.
  case notConverged

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .count(let count, let rank): "rank \(rank): got \(count); expected a finite number from 0"
    case .tooFew(let ranks): "ranks: got \(ranks); expected at least three counts above 0"
    case .notConverged:
      "ranks: the likelihood of (r + b)^-a has no maximum at a finite b; expected counts that fall "
        + "like a power of the rank"
    }
  }
}
