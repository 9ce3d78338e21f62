import Kernels

/// A square matrix in rows of whole vectors of eight numbers, padded by zeros.
struct SquareRows: ~Copyable {
  /// The number of rows n.
  let count: Int
  /// Vectors from one row to the next.
  let stride: Int
  let vectors: UnsafeMutablePointer<SIMD8<Double>>
  /// Numbers from one row to the next.
  var row: Int { 8 * stride }
  /// The same memory as numbers.
  var entries: UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
  }

  /// Allocates a matrix of zeros.
  init(_ n: Int) {
    count = n
    stride = (n + 7) / 8
    vectors = .allocate(capacity: n * stride)
    vectors.initialize(repeating: SIMD8(repeating: 0), count: n * stride)
  }

  /// The symmetric matrix 2^{−exponent} A, of whose entries the lower triangle is read.
  init(lowerTriangleOf matrix: [Double], _ n: Int, exponent: Int) {
    self.init(n)
    for r in 0..<n {
      for c in 0...r {
        let x = timesPowerOfTwo(matrix[r * n + c], -exponent)
        entries[r * row + c] = x
        entries[c * row + r] = x
      }
    }
  }

  init(copying other: borrowing SquareRows) {
    self.init(other.count)
    vectors.update(from: other.vectors, count: count * stride)
  }

  deinit { vectors.deallocate() }

  /// The entries row by row, without the padding.
  var numbers: [Double] {
    (0..<count).flatMap { UnsafeBufferPointer(start: entries + $0 * row, count: count) }
  }

  /// Returns how well the rows are orthonormal eigenvectors v_k of A at λ_k: the largest |A v_k −
  /// λ_k v_k|, and the largest |v_k·v_l − δ_kl|.
  func test(
    against matrix: borrowing SquareRows, _ values: [Double], _ kernels: KernelSet
  ) -> (residual: Double, orthogonality: Double) {
    let product = SquareRows(count)
    kernels.doubleProduct(
      count, count, stride, entries, row, 1, matrix.vectors, stride, product.vectors, stride)
    var residual = 0.0
    for k in 0..<count {
      let value = SIMD8(repeating: values[k])
      var sum = SIMD8<Double>(repeating: 0)
      for i in k * stride..<(k + 1) * stride {
        let difference = product.vectors[i] - value * vectors[i]
        sum += difference * difference
      }
      residual = larger(residual, sum.sum())
    }
    kernels.doubleProduct(
      count, count, stride, entries, 1, row, vectors, stride, product.vectors, stride)
    var orthogonality = 0.0
    for k in 0..<count {
      product.entries[k * row + k] -= 1
      for i in k * stride..<(k + 1) * stride {
        let x = product.vectors[i]
        orthogonality = larger(orthogonality, max((-x).max(), x.max()))
        if !x.sum().isFinite { orthogonality = .infinity }
      }
    }
    return (residual.squareRoot(), orthogonality)
  }
}

/// Returns the larger number, and infinity if one is not a number.
private func larger(_ a: Double, _ b: Double) -> Double { b.isNaN ? .infinity : max(a, b) }
