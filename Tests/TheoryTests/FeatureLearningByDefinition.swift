import Foundation
import Theory

/// F(K, Σ) of Gaussian feature learning as it is written, in plain loops: what tests compare the
/// library with. K is that of all given inputs, n × n, or Ω of a linear network.
struct FeatureLearningByDefinition {
  let network: GaussianFeatureLearning
  let inputs: [[Double]]
  let targets: [Double]
  let ridge: Double
  let level: GaussianFeatureLearning.Level

  typealias Matrix = [[Double]]

  static func identity(_ n: Int, _ c: Double = 1) -> Matrix {
    (0..<n).map { i in (0..<n).map { $0 == i ? c : 0 } }
  }

  static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    a.map { row in
      b[0].indices.map { j in row.indices.reduce(0) { $0 + row[$1] * b[$1][j] } }
    }
  }

  static func transpose(_ a: Matrix) -> Matrix {
    a[0].indices.map { j in a.map { $0[j] } }
  }

  /// The lower Cholesky factor; `nil` if the matrix is not positive definite.
  static func factor(_ a: Matrix) -> Matrix? {
    var l = identity(a.count, 0)
    for i in a.indices {
      for j in 0...i {
        var sum = a[i][j]
        for k in 0..<j { sum -= l[i][k] * l[j][k] }
        if i == j {
          guard sum > 0 else { return nil }
          l[i][i] = sum.squareRoot()
        } else {
          l[i][j] = sum / l[j][j]
        }
      }
    }
    return l
  }

  static func solve(_ l: Matrix, _ b: [Double]) -> [Double] {
    var x = b
    for i in x.indices {
      for k in 0..<i { x[i] -= l[i][k] * x[k] }
      x[i] /= l[i][i]
    }
    for i in x.indices.reversed() {
      for k in i + 1..<max(i + 1, x.count) { x[i] -= l[k][i] * x[k] }
      x[i] /= l[i][i]
    }
    return x
  }

  static func logDeterminant(_ l: Matrix) -> Double {
    2 * l.indices.reduce(0) { $0 + log(l[$1][$1]) }
  }

  static func divergence(_ a: Matrix, _ b: Matrix) -> Double? {
    guard let la = factor(a), let lb = factor(b) else { return nil }
    let columns = transpose(a)
    let trace = columns.indices.reduce(0) { $0 + solve(lb, columns[$1])[$1] }
    return (trace - Double(a.count) + logDeterminant(lb) - logDeterminant(la)) / 2
  }

  func kernel(_ s: Matrix) -> Matrix {
    guard network.activation == .erf else { return s }
    return s.indices.map { i in
      s.indices.map {
        2 / .pi * asin(2 * s[i][$0] / ((1 + 2 * s[i][i]) * (1 + 2 * s[$0][$0])).squareRoot())
      }
    }
  }

  static func scaled(_ a: Matrix, _ c: Double) -> Matrix { a.map { $0.map { c * $0 } } }

  /// Q(Σ).
  func hidden(_ sigma: Matrix) -> Matrix {
    if network.activation == .linear { return Self.scaled(sigma, network.hiddenVariance) }
    let s = Self.product(Self.product(inputs, sigma), Self.transpose(inputs))
    return Self.scaled(kernel(s), network.hiddenVariance)
  }

  /// Q_f(K).
  func output(_ k: Matrix) -> Matrix {
    if network.activation == .linear {
      return Self.scaled(
        Self.product(Self.product(inputs, k), Self.transpose(inputs)), network.readoutVariance)
    }
    return Self.scaled(kernel(k), network.readoutVariance)
  }

  /// F; `nil` where a matrix is not positive definite.
  func freeEnergy(_ k: Matrix, _ sigma: Matrix) -> Double? {
    let d = inputs[0].count
    var c = output(k)
    for i in c.indices { c[i][i] += ridge }
    guard let l = Self.factor(c), let second = Self.divergence(k, hidden(sigma)),
      let first = Self.divergence(
        sigma, Self.identity(d, network.weightVariance / Double(d)))
    else { return nil }
    let quadratic = zip(targets, Self.solve(l, targets)).reduce(0) { $0 + $1.0 * $1.1 } / 2
    return quadratic + (level == .full ? Self.logDeterminant(l) / 2 : 0)
      + Double(network.secondWidth) * second + Double(network.firstWidth) * first
  }

  /// The least F over Cholesky factors of K and Σ, by the method of Broyden, Fletcher, Goldfarb and
  /// Shanno with central differences, from the lazy state.
  func minimum(steps: Int = 400) -> (freeEnergy: Double, k: Matrix, sigma: Matrix)? {
    let d = inputs[0].count
    let start = Self.identity(d, network.weightVariance / Double(d))
    let q = hidden(start)
    guard let lk = Self.factor(q), let ls = Self.factor(start) else { return nil }
    func pack(_ l: Matrix) -> [Double] {
      l.indices.flatMap { i in (0...i).map { i == $0 ? log(l[i][i]) : l[i][$0] } }
    }
    func unpack(_ x: ArraySlice<Double>, _ n: Int) -> Matrix {
      var l = Self.identity(n, 0)
      var next = x.startIndex
      for i in 0..<n {
        for j in 0...i {
          l[i][j] = i == j ? exp(x[next]) : x[next]
          next += 1
        }
      }
      return Self.product(l, Self.transpose(l))
    }
    let split = pack(lk).count
    func value(_ x: [Double]) -> Double {
      freeEnergy(unpack(x[..<split], q.count), unpack(x[split...], d)) ?? .infinity
    }
    func gradient(_ x: [Double]) -> [Double] {
      x.indices.map { i in
        var (a, b) = (x, x)
        a[i] += 1e-5
        b[i] -= 1e-5
        return (value(a) - value(b)) / 2e-5
      }
    }
    var x = pack(lk) + pack(ls)
    var inverse = Self.identity(x.count, 1e-2)
    var (f, g) = (value(x), gradient(x))
    for _ in 0..<steps {
      let direction = inverse.map { row in -zip(row, g).reduce(0) { $0 + $1.0 * $1.1 } }
      var length = 1.0
      var (next, value0) = (x, f)
      repeat {
        next = zip(x, direction).map { $0 + length * $1 }
        value0 = value(next)
        length /= 2
      } while !(value0 < f) && length > 1e-12
      guard value0 < f else { break }
      let slope = gradient(next)
      let step = zip(next, x).map { $0 - $1 }
      let change = zip(slope, g).map { $0 - $1 }
      let curvature = zip(step, change).reduce(0) { $0 + $1.0 * $1.1 }
      if curvature > 0 {
        let image = inverse.map { row in zip(row, change).reduce(0) { $0 + $1.0 * $1.1 } }
        let size = zip(change, image).reduce(0) { $0 + $1.0 * $1.1 }
        for i in x.indices {
          for j in x.indices {
            inverse[i][j] +=
              (1 + size / curvature) * step[i] * step[j] / curvature
              - (image[i] * step[j] + step[i] * image[j]) / curvature
          }
        }
      }
      (x, f, g) = (next, value0, slope)
    }
    return (f, unpack(x[..<split], q.count), unpack(x[split...], d))
  }
}
