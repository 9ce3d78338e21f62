import Kernels
import Theory

/// The action of a function on a circle, S[f] = ½ Σ_k f_k²/λ_k + P ∫ [(f − y)²/2κ + u (f − y)⁴/4],
/// in whitened coordinates θ_k = f_k/√λ_k.
///
/// Modes are √2 cos kx and √2 sin kx with λ = k^{−1−α}. The integral is a mean over so many
/// equidistant points that it is exact for fourth powers.
package struct QuarticAction: Energy, ~Copyable {
  /// Twice the number of frequencies.
  package let dimension: Int
  /// How many points there are, a multiple of sixteen above four times the largest frequency.
  private let points: Int
  private let samples, ridge, quartic: Double
  private let kernels: KernelSet
  /// √λ_k φ_k at the points, a mode a row, and the transpose of it.
  private let basis, transposed: AlignedBuffer
  /// The target at the points.
  private let target: AlignedBuffer
  /// Room for a function at the points.
  private let field: AlignedBuffer

  /// - Parameters:
  ///   - target: y_k/√λ_k in the order cos 1, sin 1, cos 2 …
  ///   - samples: P.
  package init(
    exponent: Double, target coefficients: [Double], samples: Double, ridge: Double,
    quartic: Double, kernels: KernelSet
  ) {
    let n = coefficients.count
    let m = 16 * ((2 * n + 16) / 16)
    (dimension, points, self.kernels) = (n, m, kernels)
    (self.samples, self.ridge, self.quartic) = (samples, ridge, quartic)
    basis = AlignedBuffer(count: n * m)
    let width = 16 * ((n + 15) / 16)
    transposed = AlignedBuffer(count: m * width)
    target = AlignedBuffer(count: m)
    field = AlignedBuffer(count: m)
    let roots = Self.rootsOfUnity(m)
    let variances = RidgeRenormalization.powerLaw(exponent: exponent, modes: (n + 1) / 2)
    var values = [Double](repeating: 0, count: m)
    for k in 0..<n {
      let scale = (2 * variances[k / 2]).squareRoot()
      for j in 0..<m {
        let root = roots[(k / 2 + 1) * j % m]
        let value = scale * (k % 2 == 0 ? root.x : root.y)
        basis[k * m + j] = Float(value)
        transposed[j * width + k] = Float(value)
        values[j] += coefficients[k] * value
      }
    }
    for j in 0..<m { target[j] = Float(values[j]) }
  }

  package func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    evaluateFunction(position)
    let density = samples / Double(points)
    var sum = 0.0
    for j in 0..<points {
      let error = Double(field[j]) - Double(target[j])
      let square = error * error
      sum += square * (0.5 / ridge + 0.25 * quartic * square)
      field[j] = Float(density * error * (1 / ridge + quartic * square))
    }
    let width = transposed.count / points / 16
    kernels.product(
      1, points, width, field.floats, points, 1, transposed.lanes, width, gradient.lanes, width,
      false)
    return density * sum
      + kernels.addStandardNormalPrior(position.vectors, position.lanes, gradient.lanes)
  }

  /// Returns ∫(f − y)² and ∫(f − y)⁴.
  package func moments(_ position: borrowing AlignedBuffer) -> (square: Double, fourth: Double) {
    evaluateFunction(position)
    var (square, fourth) = (0.0, 0.0)
    for j in 0..<points {
      let error = Double(field[j]) - Double(target[j])
      square += error * error
      fourth += error * error * error * error
    }
    return (square / Double(points), fourth / Double(points))
  }

  /// Writes f at the points into `field`.
  private func evaluateFunction(_ position: borrowing AlignedBuffer) {
    kernels.product(
      1, dimension, points / 16, position.floats, dimension, 1, basis.lanes, points / 16,
      field.lanes, points / 16, false)
  }

  /// Returns cosine and sine of 2πj/m for j from 0, of m from 16 on, without the system's
  /// functions.
  private static func rootsOfUnity(_ m: Int) -> [SIMD2<Double>] {
    let angle = 2 * Double.pi / Double(m)
    // Taylor's series to the 19th power leaves less than 1e-24 at 2π/16.
    var (cosine, sine, term) = (0.0, 0.0, 1.0)
    for power in 0..<20 {
      switch power % 4 {
      case 0: cosine += term
      case 1: sine += term
      case 2: cosine -= term
      default: sine -= term
      }
      term *= angle / Double(power + 1)
    }
    var root = SIMD2(1.0, 0.0)
    return (0..<m).map { _ in
      defer {
        root = SIMD2(root.x * cosine - root.y * sine, root.y * cosine + root.x * sine)
      }
      return root
    }
  }
}
