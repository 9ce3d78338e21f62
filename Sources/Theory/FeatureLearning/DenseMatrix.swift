import Kernels

/// A matrix in double precision, in rows of whole vectors of eight numbers, padded by zeros.
///
/// Every entry of a product is one chain of fused multiply-adds in ascending order, so bits do not
/// depend on the processor.
final class DenseMatrix {
  let rows, columns: Int
  /// Vectors from one row to the next.
  let stride: Int
  let vectors: UnsafeMutablePointer<SIMD8<Double>>
  /// The same memory as numbers.
  let entries: UnsafeMutablePointer<Double>
  /// Numbers from one row to the next.
  var row: Int { 8 * stride }

  /// Allocates a matrix of zeros.
  init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
    stride = (columns + 7) / 8
    vectors = .allocate(capacity: max(1, rows * stride))
    vectors.initialize(repeating: SIMD8(repeating: 0), count: max(1, rows * stride))
    entries = UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
  }

  /// Allocates c times the identity.
  convenience init(identity n: Int, times c: Double = 1) {
    self.init(n, n)
    for i in 0..<n { entries[i * row + i] = c }
  }

  deinit { vectors.deallocate() }

  subscript(i: Int, j: Int) -> Double {
    get { entries[i * row + j] }
    set { entries[i * row + j] = newValue }
  }

  /// The entries row by row, without the padding.
  var values: [Double] {
    (0..<rows).flatMap { UnsafeBufferPointer(start: entries + $0 * row, count: columns) }
  }

  func copy(from other: DenseMatrix) { vectors.update(from: other.vectors, count: rows * stride) }

  /// Copies the upper triangle into the lower one.
  func mirrorUpper() {
    let (a, row) = (entries, row)
    for i in 0..<rows { for j in 0..<i { a[i * row + j] = a[j * row + i] } }
  }

  /// Writes the transpose of a matrix.
  func setTranspose(of other: DenseMatrix) {
    let (a, b) = (entries, other.entries)
    let (row, otherRow) = (row, other.row)
    for i in 0..<rows { for j in 0..<columns { a[i * row + j] = b[j * otherRow + i] } }
  }

  /// The largest magnitude of an entry; a NaN if one is.
  var largest: Double {
    let (a, row) = (entries, row)
    var largest = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let x = abs(a[i * row + j])
        if !(x <= largest) { largest = x }
        if x.isNaN { return .nan }
      }
    }
    return largest
  }
}

// MARK: - Products

extension DenseMatrix {
  /// Which entries of a square matrix may differ from zero.
  enum Shape {
    case full, lower, upper
  }

  /// Rows and columns of the blocks in which triangles are seen.
  private static let block = 48

  /// Writes A B or Aᵀ B, and leaves out what is zero in triangular factors.
  ///
  /// - Parameters:
  ///   - shape: that of the first factor, which is Aᵀ where `transposed`.
  ///   - other: that of B.
  ///   - upperOnly: whether the upper triangle is enough; then some blocks keep what they had.
  ///
  /// *Complexity:* 2 n³ flops for full matrices, n³ with one triangular factor.
  func setProduct(
    _ a: DenseMatrix, transposed: Bool = false, left shape: Shape = .full, times b: DenseMatrix,
    right other: Shape = .full, upperOnly: Bool = false, _ kernels: KernelSet
  ) {
    let (aRow, aColumn) = transposed ? (1, a.row) : (a.row, 1)
    let depth = b.rows
    precondition(b.row == row && rows == (transposed ? a.columns : a.rows))
    // Where nothing is left out there is one block.
    let isDense = shape == .full && other == .full && !upperOnly
    let rowBlock = isDense ? max(1, rows) : Self.block
    let columnBlock = isDense ? max(1, row) : Self.block
    for i in Swift.stride(from: 0, to: rows, by: rowBlock) {
      let lastRow = min(rows, i + rowBlock)
      for j in Swift.stride(from: 0, to: row, by: columnBlock) {
        let lastColumn = min(row, j + columnBlock)
        if upperOnly && lastColumn <= i { continue }
        var (first, last) = (0, depth)
        if shape == .lower { last = min(last, lastRow) }
        if shape == .upper { first = max(first, i) }
        if other == .upper { last = min(last, lastColumn) }
        if other == .lower { first = max(first, j) }
        kernels.doubleProduct(
          lastRow - i, max(0, last - first), (lastColumn - j) / 8,
          a.entries + i * aRow + first * aColumn, aRow, aColumn,
          b.vectors + first * b.stride + j / 8, b.stride, vectors + i * stride + j / 8, stride)
      }
    }
  }
}

// MARK: - Positive definite matrices

extension DenseMatrix {
  /// Replaces a symmetric matrix UᵀU by its upper Cholesky factor U, and returns ln det UᵀU.
  ///
  /// - Returns: `nil` if the matrix is not finite and positive definite to rounding.
  func factorize(_ kernels: KernelSet) -> Double? {
    guard kernels.cholesky(rows, stride, vectors) else { return nil }
    let (a, row) = (entries, row)
    var (sum, last) = (0.0, 0.0)
    for i in 0..<rows {
      for j in 0..<i { a[i * row + j] = 0 }
      last = a[i * row + i]
      guard last.isNormal else { return nil }
      sum += naturalLogarithm(last)
    }
    return 2 * sum
  }

  /// Writes the inverse of an upper triangular matrix.
  ///
  /// Rows are found from the last to the first, a few at a time: what the rows below contribute is
  /// one product.
  func setInverse(ofUpper u: DenseMatrix, _ kernels: KernelSet) {
    let n = rows
    let block = 16
    let scratch = DenseMatrix(block, columns)
    vectors.update(repeating: SIMD8(repeating: 0), count: n * stride)
    var first = (n - 1) / block * block
    while first >= 0 {
      let last = min(n, first + block)
      let from = first / 8
      kernels.doubleProduct(
        last - first, n - last, stride - from, u.entries + first * u.row + last, u.row, 1,
        vectors + last * stride + from, stride, scratch.vectors + from, stride)
      for i in (first..<last).reversed() {
        let target = entries + i * row
        let below = scratch.entries + (i - first) * row
        for j in 8 * from..<columns { target[j] = -below[j] }
        target[i] += 1
        for k in i + 1..<max(i + 1, last) {
          let (factor, other) = (u[i, k], entries + k * row)
          for j in k..<columns { target[j] -= factor * other[j] }
        }
        let pivot = u[i, i]
        for j in i..<columns { target[j] /= pivot }
      }
      first -= block
    }
  }

  /// Writes (UᵀU)⁻¹ = V Vᵀ from V = U⁻¹.
  ///
  /// - Parameter scratch: room for Vᵀ.
  func setGram(ofUpper v: DenseMatrix, scratch: DenseMatrix, _ kernels: KernelSet) {
    scratch.setTranspose(of: v)
    setProduct(v, left: .upper, times: scratch, right: .lower, upperOnly: true, kernels)
    mirrorUpper()
  }
}
