/// A matrix of doubles, zero at first, whose rows have whole vectors of sixteen: what the kernels
/// of descent work on.
struct DoubleMatrix: ~Copyable {
  /// Vectors of eight of a row.
  let stride: Int
  let vectors: UnsafeMutablePointer<SIMD8<Double>>

  init(rows: Int, columns: Int) {
    stride = 2 * ((columns + 15) / 16)
    vectors = .allocate(capacity: rows * stride)
    vectors.initialize(repeating: SIMD8(repeating: 0), count: rows * stride)
  }

  /// A row of the given numbers.
  init(_ row: [Double]) {
    self.init(rows: 1, columns: row.count)
    for (i, value) in row.enumerated() { numbers[i] = value }
  }

  deinit { vectors.deallocate() }

  /// The numbers, of which a row has 8 · `stride`.
  var numbers: UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
  }

  func row(_ i: Int) -> UnsafeMutablePointer<Double> { numbers + 8 * stride * i }
}
