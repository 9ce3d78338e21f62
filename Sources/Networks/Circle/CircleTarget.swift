import Kernels

/// A function on P points of a circle, y(θ) = Σ_k k^−q cos(kθ + φ_k) for k = 1 … K, with the points
/// x = (cos θ, sin θ, 1), θ_j = 2πj/P, as inputs.
///
/// Source: the networks of arXiv:2409.17858, whose kernels have cosines as eigenfunctions.
package struct CircleTarget: Hashable, Sendable {
  /// P, of which 2K is less.
  package let points: Int
  /// q.
  package let exponent: Double
  /// φ_k in turns, one for each k.
  package let phases: [Double]
  /// K.
  package var modes: Int { phases.count }

  package init(points: Int, exponent: Double, phases: [Double]) {
    precondition(2 * phases.count < points)
    self.points = points
    self.exponent = exponent
    self.phases = phases
  }

  /// k^−q for k = 1 … K.
  package var amplitudes: [Double] {
    (1...modes).map { naturalExponential(-exponent * naturalLogarithm(Double($0))) }
  }

  /// cos(kθ_j + φ_k).
  package func wave(_ k: Int, at j: Int) -> Double {
    // Whole turns are taken off before rounding.
    sineAndCosine(turns: Double(k * j % points) / Double(points) + phases[k - 1]).cosine
  }

  /// y at each point.
  package var values: [Double] {
    let amplitudes = amplitudes
    return (0..<points).map { j in
      (1...modes).reduce(0) { $0 + amplitudes[$1 - 1] * wave($1, at: j) }
    }
  }

  /// The inputs at a point.
  package func input(_ j: Int) -> [Double] {
    let (sine, cosine) = sineAndCosine(turns: Double(j) / Double(points))
    return [cosine, sine, 1]
  }

  /// The mean squared error that descent with a fixed kernel leaves after a time t: each mode
  /// decays by itself, and the loss is Σ_k k^−2q e^{−2λ_k t}/2.
  ///
  /// - Parameter eigenvalues: λ_k for k = 1 … K.
  package func lazyLoss(eigenvalues: [Double], at time: Double) -> Double {
    zip(amplitudes, eigenvalues).reduce(0) {
      $0 + $1.0 * $1.0 * naturalExponential(-2 * $1.1 * time) / 2
    }
  }
}
