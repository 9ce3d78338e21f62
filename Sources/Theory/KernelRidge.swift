import Kernels

/// Kernel ridge regression on given samples: (K + κ)⁻¹ by Cholesky's factor, in double precision,
/// with the same bits on every machine.
///
/// *Complexity:* n³/3 operations for the factor, n² for each solution; two matrices of n² numbers.
package final class KernelRidge {
  /// The number of samples n.
  package let count: Int
  /// The ridge κ.
  package let ridge: Double
  /// Vectors of eight in a row.
  private let stride: Int
  /// K, row by row, the lower triangle.
  private let kernel: UnsafeMutablePointer<Double>
  /// K + κ before, and its upper factor R after it is factorised.
  private let factor: UnsafeMutablePointer<SIMD8<Double>>

  /// Creates the regression of a kernel, and factorises it.
  ///
  /// - Parameters:
  ///   - count: n.
  ///   - kernel: K_ij for j ≤ i.
  /// - Returns: `nil` if K + κ is not positive definite to rounding.
  package init?(
    count: Int, ridge: Double, kernels: KernelSet, kernel value: (Int, Int) -> Double
  ) {
    self.count = count
    self.ridge = ridge
    stride = 2 * ((count + 15) / 16)
    kernel = .allocate(capacity: count * (count + 1) / 2)
    factor = .allocate(capacity: count * stride)
    factor.initialize(repeating: SIMD8(repeating: 0), count: count * stride)
    let entries = UnsafeMutableRawPointer(factor).assumingMemoryBound(to: Double.self)
    var place = 0
    for i in 0..<count {
      for j in 0...i {
        kernel[place] = value(i, j)
        entries[8 * stride * i + j] = kernel[place] + (i == j ? ridge : 0)
        place += 1
      }
    }
    guard kernels.cholesky(count, stride, factor) else { return nil }
  }

  deinit {
    kernel.deallocate()
    factor.deallocate()
  }

  /// A solution and how well it solves its equation.
  package struct Solution {
    /// (K + κ)⁻¹ y.
    package let weights: [Double]
    /// max |(K + κ) weights − y|/max |y|, 0 for y = 0.
    package let residual: Double
  }

  /// Returns (K + κ)⁻¹ y, refined once by its residual.
  package func solve(_ y: [Double]) -> Solution {
    let first = substitute(y)
    let correction = substitute(residual(first, y))
    let weights = zip(first, correction).map { $0 + $1 }
    let size = y.reduce(0) { max($0, abs($1)) }
    let error = residual(weights, y).reduce(0) { max($0, $1.isNaN ? .infinity : abs($1)) }
    return Solution(weights: weights, residual: size > 0 ? error / size : 0)
  }

  /// R⁻¹ R⁻ᵀ y.
  private func substitute(_ y: [Double]) -> [Double] {
    let r = UnsafeMutableRawPointer(factor).assumingMemoryBound(to: Double.self)
    let row = 8 * stride
    var x = y
    x.withUnsafeMutableBufferPointer { x in
      for i in 0..<count {
        x[i] /= r[row * i + i]
        for j in i + 1..<max(count, i + 1) { x[j] -= r[row * i + j] * x[i] }
      }
      for i in (0..<count).reversed() {
        var sum = x[i]
        for j in i + 1..<max(count, i + 1) { sum -= r[row * i + j] * x[j] }
        x[i] = sum / r[row * i + i]
      }
    }
    return x
  }

  /// y − (K + κ) x.
  private func residual(_ x: [Double], _ y: [Double]) -> [Double] {
    var result = y
    var place = 0
    for i in 0..<count {
      var sum = ridge * x[i]
      for j in 0..<i {
        sum += kernel[place] * x[j]
        result[j] -= kernel[place] * x[i]
        place += 1
      }
      sum += kernel[place] * x[i]
      place += 1
      result[i] -= sum
    }
    return result
  }
}
