import Kernels

/// A target of three features of the tokens x^a ∈ R^d, two of which meet in one token.
///
/// Features are counted from one as in the formulas, so d ≥ 3. Over x ~ N(0, I) every target has
/// variance one exactly, at any L.
package enum AttentionTarget: String, CaseIterable, Hashable, Sendable {
  /// The target (1/L) Σ_ab x₁^a x₂^b x₃^b.
  case plain
  /// The target (1/L) Σ_ab x₁^a x₂^a x₃^b, which is `plain` with coordinates 1 and 3 exchanged.
  case exchanged
  /// The target Σ_ab (x₁^a x₂^b + x₂^a x₁^b) x₃^b/√(2L(L + 1)). Its two parts have variance L² each
  /// and, from a = b, covariance L.
  case symmetrised

  /// Returns y of a sequence of tokens of dimension d, one after another.
  package func value(_ input: [Double], dimension d: Int) -> Double {
    precondition(d >= 3 && input.count % d == 0)
    let length = input.count / d
    func sum(_ i: Int) -> Double { (0..<length).reduce(0) { $0 + input[$1 * d + i] } }
    func sum(_ i: Int, _ j: Int) -> Double {
      (0..<length).reduce(0) { $0 + input[$1 * d + i] * input[$1 * d + j] }
    }
    return switch self {
    case .plain: sum(0) * sum(1, 2) / Double(length)
    case .exchanged: sum(2) * sum(0, 1) / Double(length)
    case .symmetrised:
      (sum(0) * sum(1, 2) + sum(1) * sum(0, 2)) / Double(2 * length * (length + 1)).squareRoot()
    }
  }

  /// One product A_ij w_k, with indices from zero.
  struct Coupling {
    let row, column, readout: Int
    init(_ row: Int, _ column: Int, _ readout: Int) {
      (self.row, self.column, self.readout) = (row, column, readout)
    }
  }

  /// The products A_ij w_k with which a head overlaps with the target at first order.
  var couplings: [Coupling] {
    switch self {
    case .plain: [Coupling(0, 1, 2), Coupling(0, 2, 1)]
    case .exchanged: [Coupling(2, 1, 0), Coupling(2, 0, 1)]
    case .symmetrised: [Coupling(0, 1, 2), Coupling(1, 0, 2), Coupling(0, 2, 1), Coupling(1, 2, 0)]
    }
  }

  /// The couplings of each pattern of least cost by which a head can learn the target, all of a
  /// pattern with the same readout weight.
  ///
  /// At a first-order overlap, n entries of A and one of w cost in proportion to 1/√n. So a pattern
  /// is of the readout weights with the most couplings: (A₁₂, w₃) and (A₁₃, w₂) for `plain`, (A₃₂,
  /// w₁) and (A₃₁, w₂) for `exchanged`, (A₁₂, A₂₁, w₃) alone for `symmetrised`.
  var patterns: [[Coupling]] {
    var readouts: [Int] = []
    for c in couplings where !readouts.contains(c.readout) { readouts.append(c.readout) }
    let all = readouts.map { readout in couplings.filter { $0.readout == readout } }
    let most = all.map(\.count).max()!
    return all.filter { $0.count == most }
  }

  /// The number of patterns of least cost.
  package var patternCount: Int { patterns.count }

  /// Two features, counted from zero, whose exchange leaves the target as it is.
  package var symmetry: (Int, Int) {
    switch self {
    case .plain: (1, 2)
    case .exchanged, .symmetrised: (0, 1)
    }
  }

  /// Returns ∂⟨f₁, y⟩/∂(A_ij w_k), the same for all couplings. It is −(1 − 1/L)/√L, times √(L/(2(L
  /// + 1))) for `symmetrised`.
  ///
  /// f₁ = −√L x̄ᵀA C w is odd in the mean x̄ of the tokens, and x̄ is independent of their
  /// covariance C. So ⟨f₁, y⟩ = −√L L A_ij w_k ⟨x̄_i x̄₁⟩ ⟨C_jk C₂₃⟩ for the plain target, with
  /// ⟨x̄_i x̄₁⟩ = δ_i1/L and ⟨C₂₃²⟩ = (L − 1)/L².
  func couplingStrength(length: Int) -> Double {
    let l = Double(length)
    let plain = -(1 - 1 / l) / l.squareRoot()
    return self == .symmetrised ? plain * (l / (2 * (l + 1))).squareRoot() : plain
  }
}

extension TrainingSet {
  /// Takes given sequences of `dimension`-dimensional tokens, and computes the target from them.
  package init(inputs: [Float], length: Int, dimension: Int, target: AttentionTarget) {
    self.init(inputs: inputs, dimension: length * dimension) {
      target.value($0.map(Double.init), dimension: dimension)
    }
  }

  /// Draws sequences of tokens x ~ N(0, I_d), and computes the target from them.
  package init(
    drawing count: Int, length: Int, dimension: Int, target: AttentionTarget,
    from stream: RandomStream
  ) {
    self.init(drawing: count, dimension: length * dimension, from: stream) {
      target.value($0.map(Double.init), dimension: dimension)
    }
  }
}
