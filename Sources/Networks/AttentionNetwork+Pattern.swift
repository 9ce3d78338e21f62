import Kernels

// The first order of a head in A, and the pattern by which the head learns a target.

extension AttentionNetwork {
  /// Returns f₁(x) = −√L x̄ᵀA C w, the part of either head that is linear in A. Here C = (1/L) Σ_b
  /// (x^b − x̄)(x^b − x̄)ᵀ.
  ///
  /// It follows from p_ab = (1/L)(1 − s_ab + (1/L) Σ_c s_ac) with s_ab = x^a·A x^b.
  package func firstOrder(_ parameters: [Double], _ input: [Double]) -> Double {
    let d = dimension
    let tokens = TokenMoments(input, dimension: d)
    var sum = 0.0
    for i in 0..<d {
      for j in 0..<d {
        for k in 0..<d {
          sum +=
            tokens.mean[i] * parameters[i * d + j] * tokens.covariance[j * d + k]
            * parameters[hiddenCount + k]
        }
      }
    }
    return -Double(length).squareRoot() * interactionScale * readoutScale * sum
  }

  /// Returns ⟨f₁, y⟩ over x ~ N(0, I), exact. For the plain target it is −(1 − 1/L)(A₁₂w₃ +
  /// A₁₃w₂)/√L.
  package func firstOrderOverlap(
    with target: AttentionTarget, _ parameters: borrowing AlignedBuffer
  ) -> Double {
    var sum = 0.0
    for c in target.couplings {
      sum += interaction(c.row, c.column, parameters) * readout(c.readout, parameters)
    }
    return target.couplingStrength(length: length) * sum
  }

  /// Returns the squares that the pattern raises, summed over equivalent modes. A posterior is
  /// symmetric between modes such as (A₁₂, w₃) and (A₁₃, w₂).
  ///
  /// - Returns: Σ A_ij² and Σ w_k² over the entries that the target couples to. For the plain
  ///   target they are A₁₂² + A₁₃² and w₂² + w₃².
  package func patternSquares(
    of target: AttentionTarget, _ parameters: borrowing AlignedBuffer
  ) -> (interaction: Double, readout: Double) {
    let couplings = target.couplings
    var (interactions, readouts) = (0.0, 0.0)
    for c in couplings {
      let a = interaction(c.row, c.column, parameters)
      interactions += a * a
    }
    for k in Set(couplings.map(\.readout)).sorted() {
      let w = readout(k, parameters)
      readouts += w * w
    }
    return (interactions, readouts)
  }

  /// Returns |Σ A_ij w_k| over the couplings of each of the target's patterns of least cost, by
  /// which one tells in which mode a head is.
  package func patternProducts(
    of target: AttentionTarget, _ parameters: borrowing AlignedBuffer
  ) -> [Double] {
    var products: [Double] = []
    for pattern in target.patterns {
      var sum = 0.0
      for c in pattern {
        sum += interaction(c.row, c.column, parameters) * readout(c.readout, parameters)
      }
      products.append(abs(sum))
    }
    return products
  }

  /// Returns, for every parameter, the one that takes its place where coordinates i and j of the
  /// tokens are exchanged, counted from zero: in rows and columns of A, and in w. It undoes itself.
  package func exchange(of i: Int, _ j: Int) -> [Int] {
    func other(_ k: Int) -> Int { k == i ? j : k == j ? i : k }
    return (0..<hiddenCount).map { other($0 / dimension) * dimension + other($0 % dimension) }
      + (0..<featureCount).map { hiddenCount + other($0) }
  }

  /// Returns a start at a pattern. It has ⟨f₁, y⟩ = `overlap` at the least cost d²|A|²/2 +
  /// d|w|²/2; the other parameters are drawn from the prior.
  ///
  /// For the plain target and large L the pattern is A₁₂ = −ε, w₃ = ω with ε = √α (L/d)^{1/4} and ω
  /// = √α (L d)^{1/4} at overlap α. It compensates for what the other parameters contribute.
  ///
  /// - Parameter index: counts starts, which take the patterns of least cost in turn.
  package func plantedStart(
    target: AttentionTarget, pattern index: Int = 0, overlap: Double = 1, from stream: RandomStream
  ) -> [Float] {
    var theta = coldStart(from: stream)
    let pattern = target.patterns[index % target.patterns.count]
    let k = hiddenCount + pattern[0].readout
    theta[k] = 0
    let rest = firstOrderOverlap(with: target, AlignedBuffer(theta))
    let strength = target.couplingStrength(length: length)
    // In whitened coordinates the cost is the norm, so n a² = b² for n entries a of A and one b of
    // w. The overlap condition is strength · n a b = share in units of the scales.
    let n = Double(pattern.count)
    let share = (overlap - rest) / (strength * interactionScale * readoutScale)
    let entry = (abs(share) / (n * n.squareRoot())).squareRoot()
    for c in pattern { theta[c.row * dimension + c.column] = Float(share < 0 ? -entry : entry) }
    theta[k] = Float(n.squareRoot() * entry)
    return theta
  }
}

/// Mean and covariance of the tokens of one sequence.
struct TokenMoments {
  /// The mean token x̄.
  let mean: [Double]
  /// The covariance C = (1/L) Σ_b (x^b − x̄)(x^b − x̄)ᵀ, row by row.
  let covariance: [Double]

  init(_ input: [Double], dimension d: Int) {
    let length = input.count / d
    let mean = (0..<d).map { i in
      (0..<length).reduce(0) { $0 + input[$1 * d + i] } / Double(length)
    }
    covariance = (0..<d * d).map { index in
      let (i, j) = (index / d, index % d)
      return (0..<length).reduce(0) {
        $0 + (input[$1 * d + i] - mean[i]) * (input[$1 * d + j] - mean[j])
      } / Double(length)
    }
    self.mean = mean
  }
}
