import Kernels

/// Ridge regression on inputs whose kernel is rescaled, s XXᵀ: singular values of X, and y along
/// its singular vectors.
struct LinearSpectrum {
  let dimension: Int
  /// √λ_i v_i, the rows of the rotated inputs, and v_i; those with λ = 0 are left out.
  let rows, directions: [[Double]]
  /// The squares λ_i of the singular values.
  let squares: [Double]
  /// y along the singular vectors.
  let targets: [Double]
  /// Σ y² where λ = 0, and how many samples there are of these.
  let residualSquare: Double
  let nullCount: Int

  /// Rotates the rows of X until they are orthogonal (one-sided Jacobi, Hestenes 1958). Rotations
  /// act on y alike, and change no likelihood.
  init(_ data: LabelledInputs) {
    let reduced = ReducedInputs(rotating: data)
    let (r, d) = (reduced.count, data.dimension)
    dimension = d
    var x = (0..<r).map { i in (0..<d).map { reduced.inputs[i, $0] } }
    var y = reduced.targets
    func dot(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for k in 0..<d { sum += a[k] * b[k] }
      return sum
    }
    for _ in 0..<60 {
      var isOrthogonal = true
      for i in 0..<r {
        for j in i + 1..<max(i + 1, r) {
          let (a, b, c) = (dot(x[i], x[i]), dot(x[j], x[j]), dot(x[i], x[j]))
          guard abs(c) > 1e-15 * (a * b).squareRoot(), c != 0 else { continue }
          isOrthogonal = false
          let zeta = (b - a) / (2 * c)
          let t = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
          let cosine = 1 / (1 + t * t).squareRoot()
          let sine = cosine * t
          for k in 0..<d {
            let (p, q) = (x[i][k], x[j][k])
            x[i][k] = cosine * p - sine * q
            x[j][k] = sine * p + cosine * q
          }
          (y[i], y[j]) = (cosine * y[i] - sine * y[j], sine * y[i] + cosine * y[j])
        }
      }
      if isOrthogonal { break }
    }
    let norms = x.map { dot($0, $0) }
    let largest = norms.max()!
    // Rows at rounding of the largest are of rank that X lacks.
    let kept = (0..<r).filter { norms[$0] > 1e-28 * largest }
    rows = kept.map { x[$0] }
    squares = kept.map { norms[$0] }
    directions = kept.map { i in x[i].map { $0 / norms[i].squareRoot() } }
    targets = kept.map { y[$0] }
    residualSquare =
      (0..<r).filter { !kept.contains($0) }.reduce(reduced.residualSquare) { $0 + y[$1] * y[$1] }
    nullCount = data.count - kept.count
  }

  /// yᵀ(sXXᵀ + κ)⁻¹y and ln det(sXXᵀ + κ).
  func energies(scale s: Double, ridge: Double) -> (quadratic: Double, logDeterminant: Double) {
    var quadratic = residualSquare / ridge
    var logarithm = Double(nullCount) * naturalLogarithm(ridge)
    for (square, y) in zip(squares, targets) {
      quadratic += y * y / (s * square + ridge)
      logarithm += naturalLogarithm(s * square + ridge)
    }
    return (quadratic, logarithm)
  }

  /// The mean weights s Xᵀ(sXXᵀ + κ)⁻¹y.
  func weights(scale s: Double, ridge: Double) -> [Double] {
    var weights = [Double](repeating: 0, count: dimension)
    for ((row, square), y) in zip(zip(rows, squares), targets) {
      let c = s * y / (s * square + ridge)
      for k in 0..<dimension { weights[k] += c * row[k] }
    }
    return weights
  }
}
