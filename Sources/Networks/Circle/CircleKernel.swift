import Kernels

/// The activation of a network on the circle.
package enum CircleActivation: String, CaseIterable, Hashable, Sendable {
  case relu, tanh

  /// Returns σ(z) and σ′(z) in double precision; relu has σ′ = 0 at its kink.
  package func callAsFunction(_ z: Double) -> (value: Double, slope: Double) {
    switch self {
    case .relu: return (max(0, z), z > 0 ? 1 : 0)
    case .tanh:
      let decay = naturalExponential(-2 * abs(z))
      let value = (1 - decay) / (1 + decay)
      return (z < 0 ? -value : value, 1 - value * value)
    }
  }

  /// Returns ⟨σ(u) σ(v)⟩ and ⟨σ′(u) σ′(v)⟩ of Gaussians of one variance and a given correlation.
  ///
  /// For relu these are closed forms (Cho and Saul 2009). For tanh a trapezoidal rule of step 1/5
  /// in both normals up to ±8 leaves some 1e-14, as it converges exponentially.
  func covariances(variance: Double, correlation: Double) -> (values: Double, slopes: Double) {
    let sine = max(0, 1 - correlation * correlation).squareRoot()
    switch self {
    case .relu:
      let angle = .pi / 2 - arcsine(correlation)
      return (
        variance * (sine + (.pi - angle) * correlation) / (2 * .pi), (.pi - angle) / (2 * .pi)
      )
    case .tanh:
      let (spacing, count, root) = (0.2, 40, variance.squareRoot())
      let nodes = (-count...count).map { Double($0) * spacing }
      let weights = nodes.map {
        naturalExponential(-$0 * $0 / 2) * spacing / (2 * Double.pi).squareRoot()
      }
      var (values, slopes) = (0.0, 0.0)
      for (x, weight) in zip(nodes, weights) {
        let first = self(root * x)
        var (inner, innerSlopes) = (0.0, 0.0)
        for (y, weight) in zip(nodes, weights) {
          let second = self(root * (correlation * x + sine * y))
          inner += weight * second.value
          innerSlopes += weight * second.slope
        }
        values += weight * first.value * inner
        slopes += weight * first.slope * innerSlopes
      }
      return (values, slopes)
    }
  }
}

/// The tangent kernel of an infinitely wide `CircleNetwork`, whose eigenfunctions are cosines.
///
/// With weights of variance one the covariances of hidden layers are Σ_l = ⟨σσ⟩ at those of the
/// layer before, from x·x′ on, and the kernel is Θ_l = Σ_l + Θ_{l−1} ⟨σ′σ′⟩ (Jacot et al. 2018).
package enum CircleKernel {
  /// The kernel K(θ_j) between the first of P points and each.
  package static func values(
    points: Int, depth: Int, activation: CircleActivation
  ) -> [Double] {
    let inputs = (0..<points).map { sineAndCosine(turns: Double($0) / Double(points)).cosine + 1 }
    var (variance, correlations) = (2.0, inputs.map { $0 / 2 })
    var kernel = inputs
    for _ in 1..<depth {
      // The circle is symmetric: point P − j is as far as point j.
      var layers = (0...points / 2).map {
        activation.covariances(variance: variance, correlation: correlations[$0])
      }
      layers += (points / 2 + 1..<points).map { layers[points - $0] }
      kernel = zip(kernel, layers).map { $1.values + $0 * $1.slopes }
      variance = layers[0].values
      correlations = layers.map { max(-1, min(1, $0.values / variance)) }
    }
    return kernel
  }

  /// λ_k = (1/P) Σ_j K(θ_j) cos kθ_j for k = 1 … `modes`, exact for the mean over the points.
  package static func eigenvalues(
    points: Int, modes: Int, depth: Int, activation: CircleActivation
  ) -> [Double] {
    let kernel = values(points: points, depth: depth, activation: activation)
    return (1...modes).map { k in
      kernel.indices.reduce(0) { sum, j in
        let turns = Double(k * j % points) / Double(points)
        return sum + kernel[j] * sineAndCosine(turns: turns).cosine
      } / Double(points)
    }
  }
}
