/// The Gauss quadrature of a sample of x₁, for sums of squares of odd functions: Σ_ν g(x_ν)² ≈
/// Σ_k weight_k g(node_k)².
///
/// It is that of the sample's own measure of z = x₁², and exact for polynomials of z up to degree
/// 2K − 1. A sum over hundreds of samples becomes one over ten nodes. Few samples are their own
/// nodes.
package struct SampleQuadrature {
  /// The number K of nodes.
  package static let count = 10

  /// The values of |x₁|.
  package let nodes: [Double]
  /// The weights, of sum P.
  package let weights: [Double]

  /// Finds the nodes of a sample.
  ///
  /// - Throws: `SymmetricEigenproblemError` if the nodes fail the test of eigenvalues.
  package init(_ inputs: [Double]) throws(SymmetricEigenproblemError) {
    let k = Self.count
    guard inputs.count > 2 * k else {
      nodes = inputs.map { abs($0) }
      weights = inputs.map { _ in 1 }
      return
    }
    // Lanczos' method, with every vector made orthogonal to all earlier ones.
    let squares = inputs.map { $0 * $0 }
    let start = 1 / Double(inputs.count).squareRoot()
    var basis = [inputs.map { _ in start }]
    var matrix = [Double](repeating: 0, count: k * k)
    for j in 0..<k {
      var next = zip(squares, basis[j]).map { $0 * $1 }
      matrix[j * k + j] = dot(next, basis[j])
      guard j + 1 < k else { break }
      for vector in basis + basis {
        let share = dot(next, vector)
        for i in next.indices { next[i] -= share * vector[i] }
      }
      let norm = dot(next, next).squareRoot()
      matrix[j * k + j + 1] = norm
      matrix[(j + 1) * k + j] = norm
      basis.append(next.map { $0 / norm })
    }
    let solution = try SymmetricEigenproblem(matrix)
    nodes = solution.values.map { max(0, $0).squareRoot() }
    weights = (0..<k).map {
      let first = solution.vectors[$0 * k]
      return Double(inputs.count) * first * first
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}
