import Kernels

/// A linear regression of targets on features with a ridge, in double precision. It sweeps the
/// matrix [B, Φy; yᵀΦᵀ, y·y] with B = ΦΦᵀ + λ I.
final class RidgeRegression {
  /// The number of features K.
  let count: Int
  /// The ridge λ.
  let shift: Double
  /// The logarithm of det B, after `solve`.
  private(set) var logDeterminant = 0.0
  /// The inverse B⁻¹, K × K, after `solve`.
  let inverse: AlignedBuffer
  private let kernels: KernelSet
  /// The number of vectors of eight in a row.
  private let stride: Int
  private let matrix: UnsafeMutablePointer<SIMD8<Double>>
  /// The matrix before the sweep, for `solveFactor`.
  private let original: UnsafeMutablePointer<SIMD8<Double>>
  private let columns: UnsafeMutablePointer<SIMD8<Double>>
  private let pivots: UnsafeMutablePointer<Double>

  init(count: Int, shift: Double, kernels: KernelSet) {
    self.count = count
    self.shift = shift
    self.kernels = kernels
    stride = 2 * ((count + 16) / 16)
    inverse = AlignedBuffer(count: count * count)
    matrix = .allocate(capacity: (count + 1) * stride)
    original = .allocate(capacity: (count + 1) * stride)
    columns = .allocate(capacity: 8 * stride)
    pivots = .allocate(capacity: count)
    matrix.initialize(repeating: SIMD8(repeating: 0), count: (count + 1) * stride)
    original.initialize(repeating: SIMD8(repeating: 0), count: (count + 1) * stride)
    columns.initialize(repeating: SIMD8(repeating: 0), count: 8 * stride)
    pivots.initialize(repeating: 0, count: count)
  }

  deinit {
    matrix.deallocate()
    original.deallocate()
    columns.deallocate()
    pivots.deallocate()
  }

  /// The lower triangle of the sums over samples, K + 1 rows, to which `addGram` adds.
  var sums: KernelSet.MutableDoubles { matrix }

  private func entries(
    _ matrix: UnsafeMutablePointer<SIMD8<Double>>
  ) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(matrix).assumingMemoryBound(to: Double.self)
  }

  func clear() { matrix.update(repeating: SIMD8(repeating: 0), count: (count + 1) * stride) }

  /// Solves for the readout and returns the least value of |y − Φᵀa|² + λ |a|².
  ///
  /// Rounding does not make B indefinite, short of overflow. If features are not finite the result
  /// is not a number, and the trajectory is rejected.
  func solve() -> Double {
    let a = entries(matrix)
    let row = 8 * stride
    for i in 0..<count { a[i * row + i] += shift }
    original.update(from: matrix, count: (count + 1) * stride)
    guard kernels.sweep(count, count + 1, stride, matrix, pivots, columns, inverse.floats) else {
      logDeterminant = .nan
      return .nan
    }
    // One logarithm suffices for the product of significands, kept below 2^501. An entry that
    // overflowed in single precision is an infinite pivot.
    var (product, exponent) = (1.0, 0)
    for i in 0..<count {
      guard pivots[i].isFinite else {
        logDeterminant = .nan
        return .nan
      }
      product *= pivots[i].significand
      exponent += Int(pivots[i].exponent)
      if product > 0x1p500 {
        product *= 0x1p-500
        exponent += 500
      }
    }
    logDeterminant = naturalLogarithm(product) + Double(exponent) * 0.6931471805599453
    return a[count * row + count]
  }

  /// Returns component k of â = B⁻¹Φy.
  func readout(_ k: Int) -> Double { entries(matrix)[k * 8 * stride + count] }

  /// Returns R⁻¹ z for the upper Cholesky factor R of B. It has covariance B⁻¹ if z is standard
  /// normal.
  func solveFactor(_ z: [Double]) -> [Double] {
    guard kernels.cholesky(count, stride, original) else { return z.map { _ in .nan } }
    let a = entries(original)
    let row = 8 * stride
    var x = z
    for i in (0..<count).reversed() {
      var sum = x[i]
      for j in i + 1..<count { sum -= a[i * row + j] * x[j] }
      x[i] = sum / a[i * row + i]
    }
    return x
  }
}
