import Foundation

/// The dual D(δ) of kernel adaptation on one quadrature, and its maximum.
struct AdaptationDual {
  private let model: KernelAdaptation
  private let load: Double
  private var measure: CouplingMeasure
  /// The panels whose couplings are kept.
  private var panels: [Int] = []
  /// The couplings φ_k at the nodes, node by node.
  private var couplings: [Double] = []

  init(_ model: KernelAdaptation, load: Double, order: Int, refinement: Double) {
    self.model = model
    self.load = load
    measure = CouplingMeasure(
      prior: OverlapPrior(dimension: model.dimension, variance: model.componentVariance),
      order: order, refinement: refinement)
  }

  /// The dual D, its derivatives and ln E_w exp(T) at one δ.
  struct Moments: ConcavePoint {
    let dual: Double
    var value: Double { dual }
    /// The gradient ∂D/∂δ_k = y_k − δ_k/Q − f_k.
    let gradient: [Double]
    /// The mean overlaps f_k.
    let overlaps: [Double]
    /// The negative second derivatives −∂²D/∂δ_k∂δ_l, row by row.
    let curvature: [Double]
    /// The logarithm of E_w exp(T).
    let logarithm: Double
    /// The largest exponent T among neurons that count, as the terms of h would make it without
    /// their signs: its rounding is in proportion.
    let exponent: Double
    /// A bound of what rounding changes about D.
    let rounding: Double
  }

  /// Finds the maximum by Newton's method, shortening a step until it gains a tenth of what the
  /// gradient promises.
  ///
  /// - Parameter start: δ to begin with.
  /// - Throws: `KernelAdaptationError` if the distribution is not resolved or the method does not
  ///   converge.
  mutating func maximum(
    from start: [Double]
  ) throws(KernelAdaptationError) -> (field: [Double], moments: Moments) {
    let found = try concaveMaximum(from: start, size: model.target.map { abs($0) }.max()!) {
      (field) throws(KernelAdaptationError) in try self.moments(at: field)
    }
    guard let found else { throw .notConverged(load) }
    return (found.place, found.point)
  }

  /// Evaluates the dual and its derivatives at one δ.
  ///
  /// *Complexity:* one exponential a node.
  mutating func moments(at field: [Double]) throws(KernelAdaptationError) -> Moments {
    try prepare(for: field)
    let modes = field.count
    let (n, s) = (Double(model.width), model.readoutVariance)
    let weights = measure.logWeights
    var tilts = [Double](repeating: 0, count: weights.count)
    var largest = -Double.infinity
    for i in weights.indices {
      var h = 0.0
      for k in 0..<modes { h += field[k] * couplings[i * modes + k] }
      tilts[i] = h
      largest = max(largest, weights[i] + s / (2 * n) * h * h)
    }
    let shift = max(0, largest)
    var (mass, excess, exponent) = (0.0, 0.0, 0.0)
    var first = [Double](repeating: 0, count: modes)
    var plain = [Double](repeating: 0, count: modes * modes)
    var squared = plain
    for i in weights.indices {
      let h = tilts[i]
      let tilt = s / (2 * n) * h * h
      let p = exp(weights[i] + tilt - shift)
      guard p > 1e-35 else { continue }
      mass += p
      excess -= p * expm1(-tilt)
      var size = 0.0
      for k in 0..<modes { size += abs(field[k] * couplings[i * modes + k]) }
      exponent = max(exponent, s / n * size * abs(h))
      for k in 0..<modes {
        let phi = couplings[i * modes + k]
        first[k] += p * h * phi
        for l in 0...k {
          let product = p * phi * couplings[i * modes + l]
          plain[k * modes + l] += product
          squared[k * modes + l] += product * h * h
        }
      }
    }
    // The sum m = 1 + Σ p (e^T − 1) keeps its digits where the tilt hardly acts.
    let logarithm = shift == 0 ? log1p(excess) : shift + log(mass)
    let overlaps = first.map { s * $0 / mass }
    var curvature = plain
    for k in 0..<modes {
      for l in 0...k {
        // The entry is σ_a² ⟨φ_k φ_l⟩ + (σ_a⁴/N) Cov(h φ_k, h φ_l), and 1/Q on the diagonal.
        let covariance =
          squared[k * modes + l] / mass - first[k] / mass * (first[l] / mass)
        let value = s * plain[k * modes + l] / mass + s * s / n * covariance
        curvature[k * modes + l] = value + (k == l ? 1 / load : 0)
        curvature[l * modes + k] = curvature[k * modes + l]
      }
    }
    let (y, squares) = (
      zip(field, model.target).reduce(0) { $0 + $1.0 * $1.1 }, field.reduce(0) { $0 + $1 * $1 }
    )
    return Moments(
      dual: y - squares / (2 * load) - n * logarithm,
      gradient: (0..<modes).map { model.target[$0] - field[$0] / load - overlaps[$0] },
      overlaps: overlaps, curvature: curvature, logarithm: logarithm,
      exponent: exponent,
      rounding: 4e-16
        * (abs(y) + squares / (2 * load) + n * logarithm + n * min(logarithm, 1) * exponent))
  }

  /// Chooses the panels that matter at δ, on which the prior times e^T counts.
  ///
  /// A bound of T on a range follows from the terms of h, each of which rises or falls with s, and
  /// from h in the middle with a bound of its slope. The latter is tight on short ranges even where
  /// the terms cancel.
  private mutating func prepare(for field: [Double]) throws(KernelAdaptationError) {
    let terms = zip(field, model.couplings).map {
      (power: Double($1.degree) / 2, factor: $0 * $1.coefficient)
    }
    let factor = model.readoutVariance / Double(2 * model.width)
    // The means are those of φ_k φ_l and h² φ_k φ_l.
    let powers = [model.modes.min()!, 2 * model.modes.max()!].map { Double($0) }
    let isChosen = measure.select(powers: powers) { low, high in
      let (left, right) = (low.squareRoot(), high.squareRoot())
      let middle = (left + right) / 2
      var (least, most, centre, fall, rise) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for term in terms {
        let degree = 2 * term.power
        let (a, b) = (pow(left, degree - 1), pow(right, degree - 1))
        let ends = (term.factor * a * left, term.factor * b * right)
        least += min(ends.0, ends.1)
        most += max(ends.0, ends.1)
        centre += term.factor * pow(middle, degree)
        let slopes = (degree * term.factor * a, degree * term.factor * b)
        fall += min(slopes.0, slopes.1)
        rise += max(slopes.0, slopes.1)
      }
      let way = max(abs(fall), abs(rise)) * (right - left) / 2
      let size = min(max(abs(least), abs(most)), abs(centre) + way)
      return factor * size * size
    } tilt: { square in
      let h = terms.reduce(0) { $0 + $1.factor * pow(square, $1.power) }
      return factor * h * h
    }
    guard isChosen else { throw .unresolved(load) }
    guard measure.panels != panels else { return }
    panels = measure.panels
    couplings = measure.squares.flatMap { square in
      model.couplings.map { $0.coefficient * pow(square, Double($0.degree) / 2) }
    }
  }
}

extension KernelAdaptation {
  /// The prior variance σ_w²/d of one weight.
  var componentVariance: Double { weightVariance / Double(dimension) }
}
