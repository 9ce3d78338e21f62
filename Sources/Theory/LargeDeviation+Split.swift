import Foundation
import Networks

/// The tail Pr[A ≥ α] as a sum over two things: how many neurons are large, with c² beyond a
/// threshold, and in which panel of the quadrature the largest lies.
///
/// A network may have to choose between whole numbers of specialised neurons. The tilted measure is
/// then a mixture that no network is in, and Chernoff's bound is far above the tail. In the contour
/// integral the difference cancels.
///
/// With the bulk B below the threshold and the large neurons G, m = B + G gives m^N = Σ_k C(N, k)
/// B^{N−k} G^k. Here G^k = Σ_p (G_{p+1}^k − G_p^k) over the panels p up to which G_{p+1} reaches.
/// Every term is the integral for a positive probability with its own saddle point, near which
/// nothing cancels: B has no second maximum, and a panel is about as long as neurons spread.
struct SplitTail {
  /// The logarithm ln Pr[A ≥ α].
  private(set) var logarithm = -Double.infinity
  /// A bound of its error: what the steps, the nodes and the terms left out can change.
  private(set) var error = Double.infinity

  let alignment: Double
  let width: Int
  /// The factor σ_a²/(2N).
  let factor: Double
  private let coarse: Nodes
  private let fine: Nodes
  /// The first panel of the large neurons.
  let threshold: Int

  /// The values c² at the nodes and the logarithms of their weights, panel by panel.
  struct Nodes {
    let order: Int
    let squares: [Double]
    let logWeights: [Double]
    var panels: Int { squares.count / order }
    /// The logarithm of the prior mass of each panel.
    let masses: [Double]

    init?(_ model: LargeDeviation, order: Int, refinement: Double, until exponent: Double) {
      var measure = CouplingMeasure(
        prior: model.overlapPrior, order: order, refinement: refinement)
      guard measure.select(until: exponent) else { return nil }
      self.order = order
      squares = measure.squares.map(model.squaredCoupling)
      logWeights = normalised(measure.logWeights)
      let weights = logWeights
      masses = (0..<squares.count / order).map { panel in
        logSum(weights[panel * order..<(panel + 1) * order])
      }
    }
  }

  /// A term with k large neurons, the largest in panel p, and the contour for it.
  struct Term {
    let count: Int
    let panel: Int
    var saddle = 0.0
    /// The logarithm of the integrand at the saddle point, which bounds the term.
    var bound = 0.0
    /// The saddle's width relative to t.
    var spread = 0.0
    var step = 0.0
    /// The value over e^bound at the step.
    var value = 0.0
    /// The value at twice the step.
    var half = 0.0
  }

  /// Sums the tail; `nil` if bulk and large neurons have no threshold between them, or the sum does
  /// not converge.
  ///
  /// - Parameters:
  ///   - solution: the saddle point of all neurons together.
  ///   - refinement: factor by which panels are shorter than the solution's. Neurons in a short
  ///     panel do not have two places to be.
  init?(_ solution: LargeDeviation.Solution, refinement: Double) {
    let (model, tilt) = (solution.model, solution.tilt)
    let scale = model.readoutVariance / Double(2 * model.width)
    (alignment, width, factor) = (solution.alignment, model.width, scale)
    let n = Double(model.width)
    func nodes(_ order: Int, until exponent: Double) -> Nodes? {
      Nodes(model, order: order, refinement: refinement * solution.refinement, until: exponent)
    }
    /// Returns the logarithm of the prior mass tilted by t, on every panel.
    func profile(_ nodes: Nodes, _ t: Double) -> [Double] {
      (0..<nodes.panels).map { panel in
        logSum(
          (panel * nodes.order..<(panel + 1) * nodes.order).map {
            nodes.logWeights[$0] + scale * t * t * nodes.squares[$0]
          })
      }
    }
    /// Returns the panel between bulk and large neurons at the solution's tilt, and the number of
    /// large neurons.
    func division(_ nodes: Nodes) -> (panel: Int, large: Double)? {
      let masses = profile(nodes, tilt)
      guard let least = (1..<max(2, masses.count - 1)).first(where: { masses[$0 + 1] > masses[$0] })
      else { return nil }
      return (least, exp(logSum(masses[least...]) - logSum(masses)) * n)
    }
    var reach = scale * tilt * tilt * model.coupling.supremumOfSquare + log(n) + 60
    guard var coarse = nodes(16, until: reach), var (least, large) = division(coarse) else {
      return nil
    }
    var alone = Self.alone(coarse, alignment, factor)
    // The cost of one neuron alone bounds −ln Pr. If few neurons are large, that cost bounds how
    // large they are.
    if large < 3 && alone.cost + log(n) + 40 > reach {
      reach = alone.cost + log(n) + 40
      guard let wider = nodes(16, until: reach), let found = division(wider) else { return nil }
      (coarse, (least, large)) = (wider, found)
      alone = Self.alone(coarse, alignment, factor)
    }
    guard let fine = nodes(24, until: reach) else { return nil }
    (self.coarse, self.fine) = (coarse, fine)

    // If one neuron alone lies beyond the division, it is a typical large one. Otherwise it has no
    // maximum of its own at its tilt, and whatever is rarer than one in the network counts as
    // large.
    if alone.panel > least {
      threshold = least
    } else {
      let square = coarse.squares[(alone.panel + 1) * coarse.order - 1]
      let masses = profile(coarse, alignment / (2 * factor * square))
      guard alone.panel > 0 else { return nil }
      threshold = (1...alone.panel).first { log(n) + masses[$0] < -4 } ?? alone.panel
    }
    guard let sum = sum(from: max(1, Int(min(large, 1e9).rounded()))) else { return nil }
    (logarithm, error) = sum
  }

  /// Returns the least −ln(N Pr[panel]) + α²/(4 f c²), for one neuron alone at the far end of a
  /// panel.
  private static func alone(
    _ nodes: Nodes, _ alignment: Double, _ factor: Double
  ) -> (panel: Int, cost: Double) {
    let costs = (0..<nodes.panels).map { panel in
      -nodes.masses[panel]
        + alignment * alignment / (4 * factor * nodes.squares[(panel + 1) * nodes.order - 1])
    }
    let least = costs.indices.min { costs[$0] < costs[$1] }!
    return (least, costs[least])
  }
}

// MARK: - The sum over terms

extension SplitTail {
  /// Sums terms outwards from the likeliest number of large neurons and panel of the largest, until
  /// they no longer count.
  private func sum(from start: Int) -> (logarithm: Double, error: Double)? {
    var terms: [Term] = []
    var largest = -Double.infinity
    var discarded = -Double.infinity
    /// Adds a term unless its bound is negligible, and says whether it counts.
    func add(
      _ count: Int, _ panel: Int, near tilt: Double?
    ) -> (counts: Bool, saddle: Double, bound: Double)? {
      var term = Term(count: count, panel: panel)
      guard locate(&term, near: tilt) else { return nil }
      guard term.bound > largest - 32 else {
        discarded = logSum([discarded, term.bound])
        return (false, term.saddle, term.bound)
      }
      guard integrate(&term, coarse) else { return nil }
      terms.append(term)
      largest = max(largest, term.bound + log(term.value))
      return (true, term.saddle, term.bound)
    }
    /// Adds all panels of the largest for one number of large neurons. It says whether any counts,
    /// and returns the largest bound.
    func addAll(_ count: Int) -> (counts: Bool, bound: Double)? {
      guard count > 0 else {
        guard let (counts, _, bound) = add(0, threshold, near: nil) else { return nil }
        return (counts, bound)
      }
      // The costs are those of equal neurons, and of the readout.
      let costs = (threshold..<coarse.panels).map { panel in
        -Double(count) * coarse.masses[panel]
          + alignment * alignment
          / (4 * factor * Double(count) * coarse.squares[(panel + 1) * coarse.order - 1])
      }
      let best = threshold + costs.indices.min { costs[$0] < costs[$1] }!
      guard let first = add(count, best, near: nil) else { return nil }
      var (counts, bound) = (first.counts, first.bound)
      for direction in [1, -1] {
        var (panel, last) = (best + direction, first)
        var misses = 0
        while misses < 2 && panel >= threshold && panel < coarse.panels {
          guard let next = add(count, panel, near: last.saddle) else { return nil }
          if next.counts { counts = true } else if next.bound <= last.bound { misses += 1 }
          bound = max(bound, next.bound)
          last = next
          panel += direction
        }
      }
      return (counts, bound)
    }
    let start = min(start, width)
    guard let first = addAll(start) else { return nil }
    for direction in [-1, 1] {
      var (count, last) = (start + direction, first.bound)
      while count >= 0 && count <= width {
        guard terms.count < 2000, let next = addAll(count) else { return nil }
        if !next.counts && next.bound <= last { break }
        last = next.bound
        count += direction
      }
    }
    guard !terms.isEmpty else { return nil }
    // Terms found before the largest may have become negligible, so the finer nodes see only the
    // rest.
    let total = terms.reduce(0) { $0 + exp($1.bound - largest) * $1.value }
    var (steps, nodes) = (0.0, 0.0)
    for var term in terms {
      let weight = exp(term.bound - largest)
      steps += weight * abs(term.value - term.half)
      guard weight * term.value > 1e-12 * total else { continue }
      let coarseHalf = term.half
      term.half = rule(term, fine, step: 2 * term.step)
      nodes += weight * abs(term.half - coarseHalf)
    }
    // The trapezoidal rule's error is about the square of the change by its last halving.
    let stepError = steps / total
    let error =
      stepError * min(1, stepError * 10) + nodes / total + exp(discarded - largest) / total
      + 1e-15 * (abs(largest) + Double(width)) + 1e-13
    return (largest + log(total), error)
  }

  /// Finds the saddle point of a term by Newton's method for ln K′ against ln t.
  private func locate(_ term: inout Term, near tilt: Double?) -> Bool {
    var t =
      tilt ?? alignment
      / (2 * factor * Double(max(1, term.count))
        * coarse.squares[(term.panel + (term.count > 0 ? 1 : 0)) * coarse.order - 1])
    var (low, high) = (0.0, Double.infinity)
    var slope = 1.2
    var last: (t: Double, gap: Double)?
    for iteration in 0..<100 {
      let (value, first) = cumulant(term, t)
      guard value.isFinite, first.isFinite, first > 0 else { return false }
      let gap = log(alignment / first)
      if gap > 0 { low = max(low, t) } else { high = min(high, t) }
      if let last, abs(log(t / last.t)) > 1e-12 {
        let found = (last.gap - gap) / log(t / last.t)
        if found > 0.5 { slope = min(found, 1e6) }
      }
      if abs(gap) < 1e-3 * slope || high / low < 1 + 1e-9 {
        term.saddle = t
        term.bound = value - t * alignment
        term.spread = 1 / (t * slope * alignment).squareRoot()
        return true
      }
      last = (t, gap)
      var next = t * exp(gap / slope)
      // Secants creep where the slope changes abruptly.
      if !(low < next && next < high) || iteration % 3 == 2 && low > 0 && high < .infinity {
        next = low == 0 ? high / 2 : high == .infinity ? 2 * low : (low * high).squareRoot()
      }
      t = next
    }
    return false
  }

  /// Returns the logarithm of the term's C(N, k) B^{N−k} (G_{p+1}^k − G_p^k) at a real t, and its
  /// derivative.
  private func cumulant(_ term: Term, _ t: Double) -> (value: Double, first: Double) {
    let h = factor * t * t
    let (order, k) = (coarse.order, term.count)
    let bulk = moments(0..<threshold * order, h)
    let rest = Double(width - k)
    var value = rest * bulk.logarithm
    var first = rest * bulk.mean
    if k > 0 {
      let below = moments(threshold * order..<term.panel * order, h)
      let own = moments(term.panel * order..<(term.panel + 1) * order, h)
      let all = logSum([below.logarithm, own.logarithm])
      let share = exp(own.logarithm - all)
      let k = Double(k)
      if share < 1e-14 {
        value += (k - 1) * all + own.logarithm + log(k) + logBinomial(width, term.count)
        first += own.mean + (k > 1 ? (k - 1) * below.mean : 0)
        return (value, 2 * factor * t * first)
      }
      // These are ln(1 − share), 1 − (1 − share)^k and 1 − (1 − share)^{k−1}.
      let others = log1p(-share)
      let gain = -expm1(k * others)
      let lesser = k == 1 ? 0 : -expm1((k - 1) * others)
      value += k * all + log(gain) + logBinomial(width, term.count)
      first += k * share * own.mean / gain
      if share < 1 { first += k * (1 - share) * lesser * below.mean / gain }
    }
    return (value, 2 * factor * t * first)
  }

  /// Returns ln Σ p e^{h c²} over some nodes, and the mean of c² there.
  private func moments(_ range: Range<Int>, _ h: Double) -> (logarithm: Double, mean: Double) {
    var largest = -Double.infinity
    for i in range { largest = max(largest, coarse.logWeights[i] + h * coarse.squares[i]) }
    var (mass, first) = (0.0, 0.0)
    for i in range {
      let exponent = coarse.logWeights[i] + h * coarse.squares[i] - largest
      guard exponent > -45 else { continue }
      let p = exp(exponent)
      mass += p
      first += p * coarse.squares[i]
    }
    return (largest + log(mass), first / mass)
  }
}

/// Returns ln C(n, k).
func logBinomial(_ n: Int, _ k: Int) -> Double {
  if k <= 64 {
    return (0..<k).reduce(0) { $0 + log(Double(n - $1) / Double($1 + 1)) }
  }
  return lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
}

/// Returns ln Σ e^x.
private func logSum(_ exponents: some Collection<Double>) -> Double {
  guard let largest = exponents.max(), largest > -.infinity else { return -.infinity }
  return largest + log(exponents.reduce(0) { $0 + exp($1 - largest) })
}
