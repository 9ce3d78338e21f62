import Foundation
import Networks

extension LargeDeviation {
  /// The tail Pr[A ≥ α], of which E(α) is the exponent without a prefactor.
  public struct Tail: Hashable, Sendable {
    /// The value −ln Pr[A ≥ α].
    public let minusLogarithm: Double
    /// A bound of the relative error of Pr[A ≥ α].
    public let relativeError: Double
    /// The probability Pr[A ≥ α]; zero if it is below 1e-308.
    public var probability: Double { exp(-minusLogarithm) }
  }

  /// A way to compute Pr[A ≥ α].
  public enum TailMethod: Hashable, Sendable, CaseIterable {
    /// One integral in the complex plane, for all neurons at once.
    case oneContour
    /// One integral for each number of large neurons and panel of the largest.
    case wholeNeurons
    /// The mean E ½ erfc(α/(√2 σ_a |c|)) over the weights of the only neuron.
    case oneNeuron
  }
}

extension LargeDeviation.Solution {
  /// Returns Pr[A ≥ α], exact, by the method that suits it.
  ///
  /// One neuron is an integral over its weights. Several neurons are split into large ones and a
  /// bulk if those are apart, and taken together if not. Every result carries a bound of its error,
  /// from finer quadratures, of at most 1e-8.
  ///
  /// - Throws: ``LargeDeviationError/unresolvedTail(_:)`` if no method reaches 1e-8.
  public func exactTail() throws(LargeDeviationError) -> LargeDeviation.Tail {
    if model.width == 1 { return try exactTail(by: .oneNeuron) }
    if let tail = try? exactTail(by: .wholeNeurons) { return tail }
    return try exactTail(by: .oneContour)
  }

  /// Returns Pr[A ≥ α] by one method.
  ///
  /// - Throws: ``LargeDeviationError/unresolvedTail(_:)`` if the method does not apply, or does not
  ///   reach 1e-8.
  public func exactTail(
    by method: LargeDeviation.TailMethod
  ) throws(LargeDeviationError) -> LargeDeviation.Tail {
    var tail: LargeDeviation.Tail?
    switch method {
    case .oneContour: tail = oneContour
    case .wholeNeurons:
      for refinement in [1.5, 3, 6] where (tail?.relativeError ?? 1) > 1e-8 {
        tail = SplitTail(self, refinement: refinement).map {
          LargeDeviation.Tail(minusLogarithm: -$0.logarithm, relativeError: $0.error)
        }
      }
    case .oneNeuron: tail = model.width == 1 ? oneNeuron : nil
    }
    guard let tail, tail.minusLogarithm.isFinite && tail.relativeError < 1e-8 else {
      throw .unresolvedTail(alignment)
    }
    return tail
  }

  /// The tail Pr[A ≥ α] = (1/2πi) ∫ (m(z)^N − 1) e^{−zα} dz/z.
  ///
  /// The −1 adds nothing to the integral, and takes away what would cancel where less than one
  /// neuron specialises. The contour passes the saddle point t₁ of what is left. It leaves t₁
  /// upright and bends to the right, z = t₁ (1 + (cosh u − 1)/2 + i sinh u). Along it |m(z)^N|
  /// falls, since Re z² does, and e^{−zα} falls exponentially. So even N = 1 converges, where m
  /// decays like |z|^{−1/3}. No branch is crossed because m^N is entire.
  ///
  /// With u = b sinh v, b the width of the saddle, the trapezoidal rule in v converges
  /// geometrically. It is accepted under two conditions. The last halving of the step changed the
  /// result by less than 1e-6, which leaves about the square of that. Half again as many nodes for
  /// E_w change it by less than 1e-9.
  ///
  /// *Complexity:* some hundred sums over a hundred nodes, three milliseconds at d = N = 60.
  private var oneContour: LargeDeviation.Tail? {
    // A small α depends on the neurons near w₁ = 0 in detail.
    for (refinement, halvings) in [(1.0, 0), (1, 12), (2, 24)] {
      guard
        let coarse = try? TailIntegral(self, refinement: refinement, halvings: halvings),
        let sums = coarse.sums()
      else { continue }
      guard
        let fine = try? TailIntegral(
          self, refinement: 1.5 * refinement, halvings: halvings + halvings / 4, contour: coarse)
      else { return nil }
      // The nodes' error is the same at half the steps.
      let change = abs(fine.sum(steps: sums.steps / 2) / sums.half - 1)
      if change < max(1e-9, 1e-15 * sums.cancellation) {
        let step = abs(sums.full / sums.half - 1)
        return LargeDeviation.Tail(
          minusLogarithm: -coarse.logarithm(of: sums.full),
          relativeError: change + 10 * step * step + 1e-14 * sums.cancellation + 1e-13)
      }
    }
    return nil
  }

  /// The tail of one neuron, E ½ erfc(α/(√2 σ_a |c|)), in which nothing cancels.
  private var oneNeuron: LargeDeviation.Tail? {
    let (prior, alpha, model) = (model.overlapPrior, alignment, model)
    func exponent(_ square: Double) -> Double {
      let c2 = model.squaredCoupling(square)
      return logComplementaryErrorFunction(alpha / (2 * model.readoutVariance * c2).squareRoot())
        - log(2)
    }
    // Beyond a panel the mass is below e^−room: the cost of the likeliest neuron, and more.
    let cheapest = (-40...40).map { k in
      let v = prior.variance.squareRoot() * exp2(Double(k) / 2)
      return -prior.estimate(v) - exponent(CouplingMeasure.square(v))
    }.min()!
    func logarithm(order: Int, refinement: Double) -> Double? {
      var measure = CouplingMeasure(prior: prior, order: order, refinement: refinement)
      guard
        measure.select(powers: [], room: cheapest + 100, ceiling: { exponent($1) }, tilt: exponent)
      else { return nil }
      let terms = zip(measure.logWeights, measure.squares).map { $0 + exponent($1) }
      let largest = terms.max()!
      return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
    }
    for refinement in [2.0, 4, 8, 16, 32] {
      guard
        let coarse = logarithm(order: 16, refinement: refinement),
        let fine = logarithm(order: 24, refinement: refinement)
      else { return nil }
      let change = abs(expm1(coarse - fine))
      if change < 1e-9 {
        return LargeDeviation.Tail(
          minusLogarithm: -fine, relativeError: change + 1e-15 * abs(fine) + 1e-13)
      }
    }
    return nil
  }
}

/// Returns ln erfc(x), also where erfc itself would vanish.
private func logComplementaryErrorFunction(_ x: Double) -> Double {
  guard x > 5 else { return log(erfc(x)) }
  guard x < 1e150 else { return -.infinity }
  // The fraction is √π e^{x²} erfc(x) = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))).
  var fraction = x
  for k in stride(from: 60, to: 0, by: -1) { fraction = x + Double(k) / 2 / fraction }
  return -x * x - log(fraction * Double.pi.squareRoot())
}

/// The contour integral for Pr[A ≥ α], with E_w on one quadrature.
private struct TailIntegral {
  private let alignment: Double
  private let width: Double
  /// The factor σ_a²/(2N).
  private let factor: Double
  /// The values c² at the nodes, and the logarithms of their weights.
  private let squares: [Double]
  private let logWeights: [Double]
  /// The weights, and for each node Σ p c^{2k}/k! over the nodes before it, with k from 1.
  private let priors: [Double]
  private var moments: [[Double]] = []
  private static let orders = 8
  /// The shift taken out of ln m where m is large.
  private var shift = 0.0
  /// Whether the −1 is used; it is not where the bulk alone reaches α.
  private var isReduced = false
  /// The saddle t₁, then ln(e^Λ − 1) or Λ there, and the width of the saddle relative to t₁.
  private var saddle = 0.0
  private var scale = 0.0
  private var spread = 0.0

  init(
    _ solution: LargeDeviation.Solution, refinement: Double, halvings: Int,
    contour: TailIntegral? = nil
  ) throws(LargeDeviationError) {
    let model = solution.model
    alignment = solution.alignment
    width = Double(model.width)
    factor = model.readoutVariance / (2 * width)
    let exponent =
      factor * solution.tilt * solution.tilt * model.coupling.supremumOfSquare
    var measure = CouplingMeasure(
      prior: model.overlapPrior, order: 24, refinement: solution.refinement * refinement)
    guard exponent < 30_000, measure.select(until: exponent + 60) else {
      throw .unresolvedTail(solution.alignment)
    }
    measure.halve(times: halvings)
    squares = measure.squares.map(model.squaredCoupling)
    logWeights = normalised(measure.logWeights)
    priors = logWeights.map { exp($0) }
    let peak = zip(squares, logWeights).reduce(0.0) {
      max($0, $1.1 + factor * solution.tilt * solution.tilt * $1.0)
    }
    shift = peak > 30 ? peak : 0
    // The sums are Σ p c^{2k} over the first nodes, at which the exponent is small.
    var sums = [Double](repeating: 0, count: Self.orders)
    moments = [sums]
    for (square, prior) in zip(squares, priors) {
      var term = prior
      for k in 0..<Self.orders {
        term *= square / Double(k + 1)
        sums[k] += term
      }
      moments.append(sums)
    }
    if let contour {
      (isReduced, saddle, scale) = (contour.isReduced, contour.saddle, contour.scale)
      (spread, shift) = (contour.spread, contour.shift)
    } else {
      findSaddle(below: solution.tilt)
    }
  }

  /// Returns ln Pr[A ≥ α] for the value of the trapezoidal rule.
  func logarithm(of sum: Double) -> Double { scale - saddle * alignment + log(sum / .pi) }

  /// Returns the trapezoidal rule with enough steps for an error below 1e-10, and with half as
  /// many. The error is squared when the number of steps is doubled.
  ///
  /// - Returns: also the factor by which the terms exceed their sum; `nil` if that is more than
  ///   1e9, or the rule does not converge.
  func sums() -> (steps: Int, full: Double, half: Double, cancellation: Double)? {
    var count = 32
    var last = sum(steps: count)
    var sizes = 0.0
    for _ in 0..<10 {
      var odd = 0.0
      sizes = 0
      for i in 0..<count {
        let term = integrand(end / Double(count) * (Double(i) + 0.5))
        odd += term
        sizes += abs(term)
      }
      let next = last / 2 + odd * end / Double(2 * count)
      let cancellation = sizes * end / Double(count) / abs(next)
      count *= 2
      if count > 512 && cancellation > 1e9 { return nil }
      if next > 0 && abs(next / last - 1) < 1e-6 { return (count, next, last, cancellation) }
      last = next
    }
    return nil
  }

  func sum(steps count: Int) -> Double {
    var sum = integrand(0) / 2
    for i in 1...count { sum += integrand(end / Double(count) * Double(i)) }
    return sum * end / Double(count)
  }

  /// The v at which e^{−Re(z − t₁) α} alone has fallen by e^−45.
  private var end: Double { asinh(acosh(1 + 90 / (alignment * saddle)) / spread) }

  /// Returns Λ(t), Λ′(t) and Λ″(t).
  private func cumulant(_ t: Double) -> (value: Double, slope: Double, curvature: Double) {
    let halfTau = factor * t * t
    var (mass, excess, c2, c4) = (0.0, 0.0, 0.0, 0.0)
    for (square, logWeight) in zip(squares, logWeights) {
      let p = exp(logWeight + halfTau * square - shift)
      mass += p
      excess -= p * expm1(-halfTau * square)
      c2 += p * square
      c4 += p * square * square
    }
    (c2, c4) = (c2 / mass, c4 / mass)
    let value = width * (shift == 0 ? log1p(excess) : shift + log(mass))
    // The readout variance is σ_a² = 2N · factor.
    let s = 2 * width * factor
    return (value, t * s * c2, s * c2 + 2 * halfTau * s * (c4 - c2 * c2))
  }

  /// Finds the largest t at or below the saddle of Λ(t) − tα with d ln(e^Λ − 1)/dt = α. Such a t is
  /// missing if the bulk alone reaches α; it then takes that saddle itself.
  private mutating func findSaddle(below tilt: Double) {
    /// Returns first and second derivative of ln(e^Λ − 1).
    func derivatives(_ t: Double) -> (first: Double, second: Double) {
      let (value, slope, curvature) = cumulant(t)
      let share = -expm1(-value)
      return (slope / share, (curvature - slope * slope * (1 - share) / share) / share)
    }
    saddle = tilt
    var low = tilt
    while low > tilt / 8 && derivatives(low).first > alignment { low *= 0.9 }
    if derivatives(low).first <= alignment {
      var high = min(tilt, low / 0.9)
      for _ in 0..<20 {
        let middle = (low + high) / 2
        if derivatives(middle).first > alignment { high = middle } else { low = middle }
      }
      saddle = high
      isReduced = true
    }
    let (value, _, curvature) = cumulant(saddle)
    scale = value > 40 || !isReduced ? value : log(expm1(value))
    let second = isReduced ? derivatives(saddle).second : curvature
    spread = 1 / (saddle * (second > 0 ? second : curvature).squareRoot())
  }

  /// Returns the index of the first node with c² beyond a value; c² rises with the index.
  private func firstNode(beyond square: Double) -> Int {
    var (low, high) = (0, squares.count)
    while low < high {
      let middle = (low + high) / 2
      if squares[middle] < square { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Returns Im[(m(z)^N − 1) e^{−(z − t₁)α} z′(v)/z] over e^scale.
  private func integrand(_ v: Double) -> Double {
    let (u, stretch) = (spread * sinh(v), spread * cosh(v))
    let (rise, im) = (saddle * (cosh(u) - 1) / 2, saddle * sinh(u))
    let re = saddle + rise
    // The argument is z² σ_a²/(2N).
    let (x, y) = ((re * re - im * im) * factor, 2 * re * im * factor)
    // The sum is m − 1, or m e^{−shift} where m is large. The first nodes have small exponents and
    // use the exponential's series, which eight terms leave at 1e-17.
    var (sumRe, sumIm) = (0.0, 0.0)
    let first = shift == 0 ? firstNode(beyond: 0.05 / (x * x + y * y).squareRoot()) : 0
    for k in stride(from: Self.orders - 1, through: 0, by: -1) {
      (sumRe, sumIm) = (sumRe + moments[first][k], sumIm)
      (sumRe, sumIm) = (sumRe * x - sumIm * y, sumRe * y + sumIm * x)
    }
    for i in first..<squares.count {
      let (a, half) = (x * squares[i], y * squares[i] / 2)
      let (s, c) = (sin(half), cos(half))
      if shift == 0 && abs(a) < 1 {
        let growth = expm1(a)
        sumRe += priors[i] * (growth - 2 * s * s * (growth + 1))
        sumIm += priors[i] * (growth + 1) * 2 * s * c
      } else {
        let p = exp(logWeights[i] + a - shift)
        sumRe += p * (1 - 2 * s * s) - (shift == 0 ? priors[i] : 0)
        sumIm += p * 2 * s * c
      }
    }
    // The exponent is ln m^N.
    let size =
      shift == 0
      ? width / 2 * log1p(sumRe * (2 + sumRe) + sumIm * sumIm)
      : width * (shift + log(sumRe * sumRe + sumIm * sumIm) / 2)
    let phase = width * atan2(sumIm, shift == 0 ? 1 + sumRe : sumRe)
    // The first factor is (m^N − 1) e^{−scale − rise α}.
    let fall = -rise * alignment - scale
    var (re1, im1): (Double, Double)
    if size > 40 || !isReduced {
      let p = exp(size + fall)
      (re1, im1) = (p * cos(phase), p * sin(phase))
    } else {
      let (growth, half, p) = (expm1(size), sin(phase / 2), exp(fall))
      (re1, im1) = (p * (growth * cos(phase) - 2 * half * half), p * (growth + 1) * sin(phase))
    }
    // The second factor is e^{−i Im z α}.
    let (c, s) = (cos(im * alignment), -sin(im * alignment))
    (re1, im1) = (re1 * c - im1 * s, re1 * s + im1 * c)
    // The third factor is z′(v)/z.
    let (dRe, dIm) = (saddle * sinh(u) / 2 * stretch, saddle * cosh(u) * stretch)
    let norm = re * re + im * im
    let (qRe, qIm) = ((dRe * re + dIm * im) / norm, (dIm * re - dRe * im) / norm)
    return re1 * qIm + im1 * qRe
  }
}
