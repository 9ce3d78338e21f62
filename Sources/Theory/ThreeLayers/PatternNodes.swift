import Kernels
import Networks

/// Averages over the prior of the first layer.
struct LayerKernels {
  /// g = ⟨c₁²⟩, the variance of each linear function of an infinitely wide first layer.
  let linear: Double
  /// ⟨erf²⟩ − d g, that of all others.
  let nonlinear: Double
  /// μ², the squared slope with which the second layer passes functions on.
  let squaredSlope: Double
  /// The variance of what the second layer adds to them.
  let second: Double

  init(dimension d: Int) {
    let rule = RadialRule(
      components: d, variance: 1 / Double(d), order: 32, panel: 0.1, longest: 0.5)
    let first = rule.mean { arcsineKernel(innerProduct: $0, squaredNorm: $0, otherSquaredNorm: $0) }
    let directions = rule.mean { 4 / .pi * $0 / (1 + 2 * $0) }
    linear = directions / Double(d)
    nonlinear = first - directions
    squaredSlope = 4 / .pi / (1 + 2 * first)
    second =
      arcsineKernel(innerProduct: first, squaredNorm: first, otherSquaredNorm: first)
      - squaredSlope * first
  }
}

/// The quadrature of a sample: values of x₁ from the sample, and of |x_⊥|² from its distribution.
///
/// |x|² matters at finite d. A linear function of a lazy network is one of x/√(1 + 2|x|²/d), and
/// the network has to make up for that where it cancels the linear part of its specialists.
struct PatternNodes {
  /// The number of nodes in |x_⊥|².
  static let radii = 3
  /// x₁, and |x_⊥|²/(d − 1).
  let inputs: [Double]
  let squares: [Double]
  /// The weights, of sum P, and the target He₃(x₁)/√6.
  let weights: [Double]
  let target: [Double]
  /// 1/√(1 + 2|x|²/d), scaled such that ⟨x₁²·shrinkage⟩ = 1.
  let shrinkage: [Double]
  /// The second layer's slope at |x|², over its mean.
  let slope: [Double]

  /// - Throws: `SymmetricEigenproblemError` if nodes fail the test of eigenvalues.
  init(_ sample: [Double], dimension: Int) throws(SymmetricEigenproblemError) {
    let quadrature = try SampleQuadrature(sample)
    let radial = try Self.chiSquared(components: dimension - 1)
    let d = Double(dimension)
    func factors(_ x: Double, _ square: Double) -> (shrinkage: Double, slope: Double) {
      let r = (x * x + (d - 1) * square) / d
      let kernel = 2 / .pi * arcsine(2 * r / (1 + 2 * r))
      return (1 / (1 + 2 * r).squareRoot(), 1 / (1 + 2 * kernel).squareRoot())
    }
    // Means over Gaussian inputs.
    let axis = GaussLegendre(count: 24, on: 0...7, panels: 2)
    var (norm, mean) = (0.0, 0.0)
    for (x, weight) in zip(axis.nodes, axis.weights) {
      let density = weight * naturalExponential(-x * x / 2) * (2 / Double.pi).squareRoot()
      for (square, share) in radial {
        let (shrinkage, slope) = factors(x, square)
        norm += density * share * x * x * shrinkage
        mean += density * share * slope
      }
    }
    var (inputs, squares, weights): ([Double], [Double], [Double]) = ([], [], [])
    var (shrinkage, slope): ([Double], [Double]) = ([], [])
    for (x, weight) in zip(quadrature.nodes, quadrature.weights) {
      for (square, share) in radial {
        let here = factors(x, square)
        inputs.append(x)
        squares.append(square)
        weights.append(weight * share)
        shrinkage.append(here.shrinkage / norm)
        slope.append(here.slope / mean)
      }
    }
    (self.inputs, self.squares, self.weights) = (inputs, squares, weights)
    (self.shrinkage, self.slope) = (shrinkage, slope)
    target = inputs.map { ($0 * $0 * $0 - 3 * $0) / 6.0.squareRoot() }
  }

  /// The Gauss rule of χ²_n/n: the Jacobi matrix of Laguerre's polynomials with α = n/2 − 1.
  private static func chiSquared(
    components n: Int
  ) throws(SymmetricEigenproblemError) -> [(value: Double, share: Double)] {
    let alpha = Double(n) / 2 - 1
    var matrix = [Double](repeating: 0, count: radii * radii)
    for k in 0..<radii {
      matrix[k * radii + k] = 2 * Double(k) + alpha + 1
      if k > 0 {
        let next = (Double(k) * (Double(k) + alpha)).squareRoot()
        matrix[k * radii + k - 1] = next
        matrix[(k - 1) * radii + k] = next
      }
    }
    let solution = try SymmetricEigenproblem(matrix)
    return (0..<radii).map {
      let first = solution.vectors[$0 * radii]
      return (2 * solution.values[$0] / Double(n), first * first)
    }
  }
}
