import Foundation
import Kernels
import Networks

/// The paper's claims on how features pass through kernels, measured on kernels of finitely many
/// neurons: K(x, x′) = (1/N) Σ σ_i(x) σ_i(x′) with σ = erf and Gaussian inputs.
///
/// The claims are:
/// - (i) M of N neurons that compute Φ lower the squared RKHS norm of σ(Φ) to (R⁻¹ + M/N)⁻¹.
/// - (ii) An eigenvalue raised by D raises that of the m-th power by D^m.
/// - (iii) A lazy layer keeps the relative scale of eigenvalues.
public struct KernelPropagation: Sendable {
  private let stream: RandomStream

  /// Creates measurements whose random inputs and weights come from a stream.
  public init(stream: RandomStream) { self.stream = stream }

  /// Measures claim (i): f·K⁻¹f for f = σ(He_m(x₁)/√m!) on n inputs, with the first M of N neurons
  /// computing f.
  ///
  /// - Parameters:
  ///   - d: dimension of the inputs.
  ///   - width: N.
  ///   - n: number of inputs.
  ///   - degree: m, odd.
  ///   - pinned: the values of M.
  /// - Returns: the squared norm for each M; `nil` if K is singular in double precision.
  public func squaredNorms(
    dimension d: Int, width: Int, inputs n: Int, degree: Int, pinned: [Int]
  ) -> [Double?] {
    let x = stream.standardNormals(count: n * d, step: 0)
    let w = stream.standardNormals(count: width * d, step: 1)
    let target = HermiteTarget(degree: degree)
    let f = (0..<n).map { erf(target.value(Double(x[$0 * d]))) }
    let features = (0..<width).map { i in
      (0..<n).map { row in
        erf(
          Double(product(x, row, w, i, d)) / Double(d).squareRoot())
      }
    }
    // The kernels of the last N − M neurons are built from the fewest to the most.
    var kernel = [Double](repeating: 0, count: n * n)
    var next = width
    var norms: [Int: Double?] = [:]
    for count in pinned.sorted(by: >) {
      while next > count {
        next -= 1
        let row = features[next]
        for i in 0..<n {
          let a = row[i] / Double(width)
          for j in 0...i { kernel[i * n + j] += a * row[j] }
        }
      }
      var whole = kernel
      let share = Double(count) / Double(width)
      for i in 0..<n {
        for j in 0...i {
          whole[i * n + j] += share * f[i] * f[j]
          whole[j * n + i] = whole[i * n + j]
        }
      }
      let solution = solved(whole, f)
      norms[count] = solution.map { zip($0, f).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    return pinned.map { norms[$0]! }
  }

  /// Measures claim (ii): λ_m = ⟨He_m, K He_m⟩ of N neurons whose weights along the feature have D
  /// times the variance.
  ///
  /// - Parameters:
  ///   - d: dimension of the inputs.
  ///   - width: N.
  ///   - degree: m, odd.
  ///   - amplification: D.
  public func eigenvalue(
    dimension d: Int, width: Int, degree: Int, amplification: Double
  ) -> Double {
    let coupling = ErfCoupling(degree: degree)
    let w = stream.standardNormals(count: width * d, step: 2)
    var sum = 0.0
    for i in 0..<width {
      var square = 0.0
      for j in 1..<d {
        let x = Double(w[i * d + j])
        square += x * x
      }
      let x = Double(w[i * d])
      sum += coupling.square(
        squaredOverlap: amplification * x * x / Double(d), squaredTransverse: square / Double(d))
    }
    return sum / Double(width)
  }

  /// Measures claim (iii) on ψ ∝ σ(He_m(x₁)/√m!), where M neurons of the first layer compute it.
  ///
  /// A neuron's overlap is squared as the product of two, over two halves of the inputs, so that
  /// chance overlaps average out.
  ///
  /// - Parameters:
  ///   - d: dimension of the inputs.
  ///   - width: number of neurons of either layer.
  ///   - n: number of inputs.
  ///   - degree: m, odd.
  ///   - pinned: M.
  /// - Returns: ⟨ψ, K ψ⟩ after the first layer and after a second, lazy one. The gain is what a
  ///   lazy layer of infinite width does to a small eigenvalue, the slope (4/π)/(1 + 2 K(x, x)) of
  ///   the arcsine kernel.
  public func lazyLayer(
    dimension d: Int, width: Int, inputs n: Int, degree: Int, pinned: Int
  ) -> (before: Double, after: Double, gain: Double) {
    let x = stream.standardNormals(count: n * d, step: 3)
    let w = stream.standardNormals(count: width * d, step: 4)
    let v = stream.standardNormals(count: width * width, step: 5)
    let target = HermiteTarget(degree: degree)
    let f = (0..<n).map { erf(target.value(Double(x[$0 * d]))) }
    let size = (f.reduce(0) { $0 + $1 * $1 } / Double(n)).squareRoot()
    let psi = f.map { $0 / size }
    var hidden = [Float](repeating: 0, count: n * width)
    var norm = 0.0
    for row in 0..<n {
      for i in 0..<width {
        let value =
          i < pinned
          ? f[row] : erf(Double(product(x, row, w, i, d)) / Double(d).squareRoot())
        hidden[row * width + i] = Float(value)
        norm += value * value
      }
    }
    norm /= Double(n * width)
    func rayleigh(_ value: (_ row: Int, _ neuron: Int) -> Double) -> Double {
      var sum = 0.0
      for i in 0..<width {
        var halves = (0.0, 0.0)
        for row in 0..<n / 2 { halves.0 += value(row, i) * psi[row] }
        for row in n / 2..<n { halves.1 += value(row, i) * psi[row] }
        sum += 4 * halves.0 * halves.1 / (Double(n) * Double(n))
      }
      return sum / Double(width)
    }
    let before = rayleigh { Double(hidden[$0 * width + $1]) }
    let after = rayleigh { row, i in
      erf(Double(product(hidden, row, v, i, width)) / Double(width).squareRoot())
    }
    return (before, after, 4 / Double.pi / (1 + 2 * norm))
  }

  /// Returns row `i` of a matrix with `count` columns times row `j` of another.
  private func product(_ a: [Float], _ i: Int, _ b: [Float], _ j: Int, _ count: Int) -> Float {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        // Eight sums run side by side, in a fixed order.
        var sums = SIMD8<Float>()
        let (p, q) = (a.baseAddress! + i * count, b.baseAddress! + j * count)
        var k = 0
        while k + 8 <= count {
          var (x, y) = (SIMD8<Float>(), SIMD8<Float>())
          for lane in 0..<8 {
            x[lane] = p[k + lane]
            y[lane] = q[k + lane]
          }
          sums += x * y
          k += 8
        }
        var sum = sums.sum()
        while k < count {
          sum += p[k] * q[k]
          k += 1
        }
        return sum
      }
    }
  }
}
