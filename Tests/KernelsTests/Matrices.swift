import Kernels

/// The matrix kernels over arrays of normals, which return inputs beside outputs. Matrices are
/// row-major.
extension KernelSet {
  private func normals(_ count: Int, _ step: UInt64) -> [Float] {
    RandomStream(key: 7).standardNormals(count: count, step: step)
  }

  /// Returns a buffer of rows padded to whole vectors.
  private func padded(_ values: [Float], columns: Int, extraRows: Int = 0) -> AlignedBuffer {
    let rows = values.count / columns
    let width = (columns + 15) / 16 * 16
    let buffer = AlignedBuffer(count: (rows + extraRows) * width)
    for i in 0..<rows { for j in 0..<columns { buffer[i * width + j] = values[i * columns + j] } }
    return buffer
  }

  private func unpadded(_ buffer: borrowing AlignedBuffer, rows: Int, columns: Int) -> [Float] {
    let width = (columns + 15) / 16 * 16
    let values = buffer.values
    return (0..<rows).flatMap { values[$0 * width..<$0 * width + columns] }
  }

  /// Computes C = A B, then C += A B, with A given by columns.
  func product(rows: Int, columns: Int, depth: Int) -> (
    a: [Float], b: [Float], c: [Float], twice: [Float]
  ) {
    let a = normals(rows * depth, 0)
    let b = normals(depth * columns, 1)
    let byColumns = AlignedBuffer(count: rows * depth)
    for i in 0..<rows { for k in 0..<depth { byColumns[k * rows + i] = a[i * depth + k] } }
    let right = padded(b, columns: columns)
    let vectors = (columns + 15) / 16
    let c = AlignedBuffer(count: 16 * rows * vectors)
    func multiply(_ accumulate: Bool) -> [Float] {
      product(
        rows, depth, vectors, byColumns.floats, 1, rows, right.lanes, vectors, c.lanes, vectors,
        accumulate)
      return unpadded(c, rows: rows, columns: columns)
    }
    return (a, b, multiply(false), multiply(true))
  }

  /// Computes C_rc = Σ_k a_rk b_ck in each of sixteen lanes, with the lane as last index of all
  /// three.
  func laneProduct(rows: Int, columns: Int, depth: Int) -> (a: [Float], b: [Float], c: [Float]) {
    let a = normals(16 * rows * depth, 2)
    let b = normals(16 * columns * depth, 3)
    let left = AlignedBuffer(a)
    let right = AlignedBuffer(b)
    let c = AlignedBuffer(count: 16 * rows * columns)
    laneProduct(
      rows, columns, depth, left.lanes, depth, 1, right.lanes, depth, 1, c.lanes, columns, false)
    return (a, b, c.values)
  }

  /// Computes A Bᵀ of rows × samples and columns × samples, in two blocks.
  func outerProduct(rows: Int, columns: Int, samples: Int) -> (a: [Float], b: [Float], c: [Float]) {
    let vectors = (samples + 15) / 16
    let a = normals(rows * samples, 4)
    let b = normals(columns * samples, 5)
    let left = padded(a, columns: samples)
    let right = padded(b, columns: samples, extraRows: 15)
    let across = (columns + 15) / 16
    let transposed = AlignedBuffer(count: 16 * vectors * 16 * across)
    transpose(columns, vectors, right.lanes, vectors, transposed.lanes, across)
    let sums = AlignedBuffer(count: 16 * outerProductSize(rows, columns))
    let half = vectors / 2
    for (first, take) in [(0, 16 * half), (half, samples - 16 * half)] {
      addOuterProduct(
        rows, columns, take, vectors, left.lanes + first, right.lanes + first,
        transposed.lanes + 16 * first * across, across, sums.lanes)
    }
    let out = AlignedBuffer(count: rows * columns, slack: 16)
    finishOuterProduct(rows, columns, sums.lanes, out.floats)
    return (a, b, out.values)
  }

  /// Computes σ and σ′ of 3 z for normal z.
  func activation(
    _ activate: (Int, Int, Int, MutableVectors, MutableVectors) -> Void, count: Int
  ) -> (z: [Float], value: [Float], slope: [Float]) {
    let z = normals(count, 6).map { 3 * $0 }
    let value = AlignedBuffer(z)
    let slope = AlignedBuffer(count: count)
    activate(1, value.vectors, value.vectors, value.lanes, slope.lanes)
    return (z, value.values, slope.values)
  }

  /// Computes Φ Φᵀ + I of features × samples, its inverse, the pivots of the sweep and its Cholesky
  /// factor.
  func gram(features n: Int, samples: Int) -> (
    features: [Float], gram: [Double], inverse: [Float], pivots: [Double], factor: [Double]
  ) {
    let vectors = (samples + 15) / 16
    let values = normals(n * samples, 9)
    let matrix = padded(values, columns: samples, extraRows: 15)
    let width = (n + 15) / 16
    let transposed = AlignedBuffer(count: 16 * vectors * 16 * width)
    transpose(n, vectors, matrix.lanes, vectors, transposed.lanes, width)
    let block = AlignedBuffer(count: 16 * 16 * width)
    let stride = 2 * width
    let gram = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: n * stride)
    let other = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: n * stride)
    let columns = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: 8 * stride)
    let pivots = UnsafeMutablePointer<Double>.allocate(capacity: n)
    defer {
      for pointer in [gram, other, columns] { pointer.deallocate() }
      pivots.deallocate()
    }
    gram.update(repeating: SIMD8(repeating: 0), count: n * stride)
    addGram(
      n, vectors, vectors, matrix.lanes, transposed.lanes, block.lanes, gram)
    func entries(_ matrix: UnsafeMutablePointer<SIMD8<Double>>) -> UnsafeMutablePointer<Double> {
      UnsafeMutableRawPointer(matrix).assumingMemoryBound(to: Double.self)
    }
    func square(_ matrix: UnsafeMutablePointer<SIMD8<Double>>) -> [Double] {
      (0..<n * n).map { entries(matrix)[$0 / n * 8 * stride + $0 % n] }
    }
    for i in 0..<n { entries(gram)[i * 8 * stride + i] += 1 }
    let lower = square(gram)
    let whole = (0..<n * n).map { lower[max($0 / n, $0 % n) * n + min($0 / n, $0 % n)] }
    for i in 0..<n { for j in 0..<n { entries(other)[i * 8 * stride + j] = whole[i * n + j] } }
    let inverse = AlignedBuffer(count: n * n)
    precondition(sweep(n, n, stride, gram, pivots, columns, inverse.floats))
    precondition(cholesky(n, stride, other))
    let factor = square(other)
    return (
      values, whole, inverse.values, (0..<n).map { pivots[$0] },
      (0..<n * n).map { $0 / n <= $0 % n ? factor[$0] : 0 }
    )
  }
}
