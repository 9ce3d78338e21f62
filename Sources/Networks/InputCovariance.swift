import Kernels

/// The covariance Σ of Gaussian inputs, which is the identity but for their first coordinates.
///
/// Inputs are x = Σ^{1/2} g with g ~ N(0, I), and features are directions of g = Σ^{−1/2} x. So a
/// neuron w overlaps with them as Σ^{1/2} w does with directions of N(0, I). The least |w|² of an
/// overlap u with a feature v is u² v·Σ^{−1}v.
package struct InputCovariance: Hashable, Sendable {
  private let form: Form

  private enum Form: Hashable, Sendable {
    case independent(variances: [Double], roots: [Double])
    case correlated(matrix: [[Double]], root: [[Double]], inverse: [[Double]])
  }

  /// Σ = 1.
  package static let identity = InputCovariance(variances: [])

  /// Independent coordinates, of which the first have the given positive variances.
  package init(variances: [Double]) {
    precondition(variances.allSatisfy { $0 > 0 }, "variances are positive")
    var first = variances
    while first.last == 1 { first.removeLast() }
    form = .independent(variances: first, roots: first.map { $0.squareRoot() })
  }

  /// Independent coordinates x_j of the variances d j^{−α}/Σ_i i^{−α}, whose mean is 1.
  package init(powerLaw exponent: Double, dimension: Int) {
    let powers = (1...dimension).map {
      naturalExponential(-exponent * naturalLogarithm(Double($0)))
    }
    let scale = Double(dimension) / powers.reduce(0, +)
    self.init(variances: powers.map { scale * $0 })
  }

  /// The largest ratio of the variances along two directions that roots are computed for.
  package static let largestRatio = 1e8

  /// The covariance of the first coordinates, all others being independent of unit variance.
  ///
  /// - Returns: `nil` unless the matrix is symmetric and positive definite, with a ratio of its
  ///   eigenvalues up to `largestRatio`.
  package init?(block matrix: [[Double]]) {
    let n = matrix.count
    guard n > 0, matrix.allSatisfy({ $0.count == n && $0.allSatisfy(\.isFinite) }),
      (0..<n).allSatisfy({ i in (0..<i).allSatisfy { matrix[i][$0] == matrix[$0][i] } }),
      let (values, vectors) = symmetricEigenvectors(matrix),
      let most = values.max(), most > 0, values.min()! * Self.largestRatio >= most
    else { return nil }
    func function(_ f: (Double) -> Double) -> [[Double]] {
      (0..<n).map { i in
        (0..<n).map { j in
          (0..<n).reduce(0) { $0 + vectors[$1][i] * f(values[$1]) * vectors[$1][j] }
        }
      }
    }
    let root = function { $0.squareRoot() }
    let inverse = function { 1 / $0.squareRoot() }
    // Rounding leaves n units of the last place of the largest entry, and of the inverse's.
    let error = Self.distance(Self.product(root, root), matrix) / most
    let identity = (0..<n).map { i in (0..<n).map { i == $0 ? 1.0 : 0 } }
    let inverseError = Self.distance(Self.product(root, inverse), identity)
    guard error < 1e-12, inverseError < 1e-9 else { return nil }
    form = .correlated(matrix: matrix, root: root, inverse: inverse)
  }

  private static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in b[0].indices.map { j in row.indices.reduce(0) { $0 + row[$1] * b[$1][j] } } }
  }

  private static func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
    zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }
}

extension InputCovariance {
  /// The number of first coordinates that Σ changes.
  package var count: Int {
    switch form {
    case .independent(let variances, _): variances.count
    case .correlated(let matrix, _, _): matrix.count
    }
  }

  /// Returns Σ^{1/2} of a vector that is given by its first coordinates, with all that Σ changes.
  package func coloured(_ vector: [Double]) -> [Double] {
    switch form {
    case .independent(_, let roots): Self.scaled(vector, roots, *)
    case .correlated(_, let root, _): Self.product(root, vector)
    }
  }

  /// Returns Σ^{−1/2} of such a vector.
  package func whitened(_ vector: [Double]) -> [Double] {
    switch form {
    case .independent(_, let roots): Self.scaled(vector, roots, /)
    case .correlated(_, _, let inverse): Self.product(inverse, vector)
    }
  }

  /// Returns w·(Σ − 1)w of such a vector, by which |Σ^{1/2} w|² exceeds |w|².
  package func excess(_ w: [Double]) -> Double {
    switch form {
    case .independent(let variances, _):
      variances.indices.reduce(0) { $0 + (variances[$1] - 1) * w[$1] * w[$1] }
    case .correlated(let matrix, _, _):
      matrix.indices.reduce(0) { sum, i in
        matrix.indices.reduce(sum) { $0 + (matrix[i][$1] - (i == $1 ? 1 : 0)) * w[i] * w[$1] }
      }
    }
  }

  private static func scaled(
    _ vector: [Double], _ factors: [Double], _ operation: (Double, Double) -> Double
  ) -> [Double] {
    var result = vector
    for (i, factor) in factors.enumerated() { result[i] = operation(vector[i], factor) }
    return result
  }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { row in row.indices.reduce(0) { $0 + row[$1] * vector[$1] } }
      + vector[matrix.count...]
  }
}

/// Returns the eigenvalues of a small symmetric matrix and its eigenvectors, one a row, by cyclic
/// rotations of Jacobi; `nil` if they do not converge. Sums have one fixed order.
private func symmetricEigenvectors(
  _ matrix: [[Double]]
) -> (values: [Double], vectors: [[Double]])? {
  let n = matrix.count
  var a = matrix
  var vectors = (0..<n).map { i in (0..<n).map { i == $0 ? 1.0 : 0 } }
  for _ in 0..<60 {
    var (off, diagonal) = (0.0, 0.0)
    for i in 0..<n {
      diagonal += a[i][i] * a[i][i]
      for j in 0..<i { off += a[i][j] * a[i][j] }
    }
    if off <= 1e-32 * diagonal { return ((0..<n).map { a[$0][$0] }, vectors) }
    for p in 0..<n {
      for q in p + 1..<n where a[p][q] != 0 {
        // The smaller root t of t² + 2θt = 1, the tangent of the angle of the rotation.
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let root = abs(theta) + (theta * theta + 1).squareRoot()
        let t = theta < 0 ? -1 / root : 1 / root
        let c = 1 / (t * t + 1).squareRoot()
        func rotated(_ x: Double, _ y: Double) -> (Double, Double) {
          (c * x - t * c * y, t * c * x + c * y)
        }
        for k in 0..<n { (a[k][p], a[k][q]) = rotated(a[k][p], a[k][q]) }
        for k in 0..<n { (a[p][k], a[q][k]) = rotated(a[p][k], a[q][k]) }
        (a[p][q], a[q][p]) = (0, 0)
        for k in 0..<n {
          (vectors[p][k], vectors[q][k]) = rotated(vectors[p][k], vectors[q][k])
        }
      }
    }
  }
  return nil
}
