import Kernels

/// The regression that is left of a task for N random features Fψ, F = A(0)/√N, in the eigenbasis
/// of their covariance F Λ Fᵀ.
///
/// Features of the eigenbasis have the variances d_i. The best predictor b*·φ has the error
/// `floor`, which for Gaussian ψ is noise that is independent of the features. So all that descent
/// needs of A(0) is d, b* and the floor.
package final class ProjectedTask {
  package let task: LinearTask
  /// d, in descending order.
  package let curvatures: [Double]
  /// b*, whose signs are those of the eigenvectors.
  package let solution: [Double]
  /// The loss of the best predictor, which is that of descent at late times.
  package let floor: Double
  /// N.
  package var width: Int { curvatures.count }
  /// F √Λ and, as rows, its eigenvectors; missing where F = 1.
  private let projection: Projection?

  /// The task itself: N = M and F = 1.
  package init(_ task: LinearTask) {
    self.task = task
    curvatures = task.eigenvalues
    solution = task.weights
    floor = 0
    projection = nil
  }

  /// The task seen by the features of a network.
  ///
  /// - Parameters:
  ///   - width: N.
  ///   - features: the M entries of a row of A(0).
  /// - Throws: `DependentFeatures` if the features are not independent to rounding, or if the
  ///   error of the solution, computed mode by mode, is not the floor within 1e-9 of the target's
  ///   variance.
  ///
  /// *Complexity:* N² M + 50 N³ flops, and 8 N M bytes.
  package init(
    _ task: LinearTask, width: Int, kernels: KernelSet = .best, features: (Int) -> [Double]
  ) throws(DependentFeatures) {
    precondition(width > 0)
    self.task = task
    let modes = task.modes
    let amplitudes = task.amplitudes
    let roots = task.eigenvalues.map { ($0 / Double(width)).squareRoot() }
    // The last row is the target, so that the inner products of rows have all of C, u and y·y.
    let rows = DoubleMatrix(rows: width + 1, columns: modes)
    for i in 0..<width {
      let (row, entries) = (rows.row(i), features(i))
      precondition(entries.count == modes)
      for k in 0..<modes { row[k] = entries[k] * roots[k] }
    }
    for k in 0..<modes { rows.row(width)[k] = amplitudes[k] }
    let products = DoubleMatrix(rows: width + 1, columns: width + 1)
    kernels.innerProducts(
      width + 1, rows.stride, rows.vectors, 8 * products.stride, products.numbers)
    let overlaps = Array(UnsafeBufferPointer(start: products.row(width), count: width))
    let variance = products.row(width)[width]

    let factor = DoubleMatrix(rows: width, columns: width)
    for i in 0..<width { factor.row(i).update(from: products.row(i), count: i + 1) }
    guard kernels.cholesky(width, factor.stride, factor.vectors) else {
      throw DependentFeatures(width: width, modes: modes)
    }
    for i in 0..<width { for j in 0..<i { factor.row(i)[j] = 0 } }
    guard kernels.orthogonalizeRows(width, factor.stride, factor.vectors) else {
      throw DependentFeatures(width: width, modes: modes)
    }
    var pairs = (0..<width).map { i in
      let row = UnsafeBufferPointer(start: factor.row(i), count: width)
      return (row: i, curvature: row.reduce(0) { $0 + $1 * $1 })
    }
    pairs.sort { ($1.curvature, $0.row) < ($0.curvature, $1.row) }
    curvatures = pairs.map(\.curvature)
    // Row i is √d_i v_i, and b*_i = v_i·u/d_i.
    solution = pairs.map { pair in
      let row = factor.row(pair.row)
      let overlap = (0..<width).reduce(0.0) { $0 + row[$1] * overlaps[$1] }
      return overlap / (pair.curvature * pair.curvature.squareRoot())
    }
    floor = zip(curvatures, solution).reduce(variance) { $0 - $1.0 * $1.1 * $1.1 }
    projection = Projection(
      rows: rows, eigenvectors: factor, order: pairs.map(\.row),
      norms: curvatures.map { $0.squareRoot() })
    let error = zip(amplitudes, self.amplitudes(of: solution)).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    guard abs(error - floor) <= 1e-9 * variance else {
      throw DependentFeatures(width: width, modes: modes)
    }
  }

  /// Returns √λ_k (Fᵀb)_k, the predictor by features of variance one, in the order of k.
  package func amplitudes(of predictor: [Double]) -> [Double] {
    guard let projection else {
      return zip(task.eigenvalues, predictor).map { $0.squareRoot() * $1 }
    }
    return projection.amplitudes(of: predictor, modes: task.modes)
  }
}

/// Random features of which one follows from the others to rounding, so that there is no solution
/// to trust.
package struct DependentFeatures: Error, CustomStringConvertible {
  package let width, modes: Int

  package var description: String {
    "the \(width) random features of \(modes) modes are not independent to rounding"
  }
}

/// Random features of modes of variance one, and the eigenvectors of their covariance.
private final class Projection {
  private let rows, eigenvectors: DoubleMatrix
  /// Of each eigenvalue, the row of its eigenvector.
  private let order: [Int]
  /// The norms of these rows.
  private let norms: [Double]

  init(
    rows: consuming DoubleMatrix, eigenvectors: consuming DoubleMatrix, order: [Int],
    norms: [Double]
  ) {
    self.rows = rows
    self.eigenvectors = eigenvectors
    self.order = order
    self.norms = norms
  }

  func amplitudes(of predictor: [Double], modes: Int) -> [Double] {
    let width = predictor.count
    var weights = [Double](repeating: 0, count: width)
    for m in 0..<width {
      let (row, factor) = (eigenvectors.row(order[m]), predictor[m] / norms[m])
      for i in 0..<width { weights[i] += factor * row[i] }
    }
    var amplitudes = [Double](repeating: 0, count: modes)
    amplitudes.withUnsafeMutableBufferPointer { sums in
      for i in 0..<width {
        let (row, weight) = (rows.row(i), weights[i])
        for k in 0..<modes { sums[k] += weight * row[k] }
      }
    }
    return amplitudes
  }
}
