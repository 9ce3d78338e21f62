extension AttentionAlignment {
  /// The pattern of least prior cost at an alignment.
  public struct Cost: Hashable, Sendable {
    /// E = [d²ε² + dω²]/2.
    public let value: Double
    /// Its standard error over draws.
    public let drawError: Double
    /// ε = −A₁₂.
    public let epsilon: Double
    /// ω = w₃.
    public let omega: Double
    /// α√(Ld³), which E is to first order in A as L → ∞, with ε = √α (L/d)^{1/4} and ω = √α
    /// (Ld)^{1/4}.
    public let leading: Double
  }

  /// Returns the pattern of least prior cost, beside a bulk that is that of the prior.
  ///
  /// - Parameter alignment: α, above 0 and at most 0.6.
  /// - Throws: ``AttentionTheoryError`` if it is out of range, or its ε is above 1.6.
  public func leastCost(alignment: Double) throws(AttentionTheoryError) -> Cost {
    guard alignment > 0 && alignment <= 0.6 else { throw .alignment(alignment) }
    let (epsilon, value) = try least(alignment, batch: nil)
    var batches: [Double] = []
    for batch in 0..<Self.batches { batches.append(try least(alignment, batch: batch).cost) }
    let (l, d) = (Double(length), Double(dimension))
    return Cost(
      value: value, drawError: standardError(batches), epsilon: epsilon,
      omega: omega(alignment, epsilon, batch: nil),
      leading: alignment * (l * d * d * d).squareRoot())
  }

  /// Returns ω = √L α/g.
  private func omega(_ alignment: Double, _ epsilon: Double, batch: Int?) -> Double {
    let g =
      epsilon
      * ratio.value(at: PatternPlace(epsilon: epsilon, variance: 1), batch: batch).value
    return Double(length).squareRoot() * alignment / g
  }

  /// Minimises by golden sections of ln ε, along which the cost has one minimum, to 1e-7.
  private func least(
    _ alignment: Double, batch: Int?
  ) throws(AttentionTheoryError) -> (epsilon: Double, cost: Double) {
    let d = Double(dimension)
    func cost(_ epsilon: Double) -> Double {
      let omega = omega(alignment, epsilon, batch: batch)
      return (d * d * epsilon * epsilon + d * omega * omega) / 2
    }
    // The entry to first order is at least half of it.
    var low = 0.4 * alignment.squareRoot() * (Double(length) / d).squareRoot().squareRoot()
    var high = Self.epsilons.upperBound
    guard low < high else { throw .patternTooLarge("alignment", alignment) }
    let section = 0.6180339887498949
    while high - low > 1e-7 * high {
      let (a, b) = (high - section * (high - low), low + section * (high - low))
      if cost(a) < cost(b) { high = b } else { low = a }
    }
    let epsilon = (low + high) / 2
    guard epsilon < Self.epsilons.upperBound * 0.999 else {
      throw .patternTooLarge("alignment", alignment)
    }
    return (epsilon, cost(epsilon))
  }
}
