/// A place (ε, ln v), with Chebyshev's polynomials of ε²/(1 + ε²) and of v there.
struct PatternPlace {
  let epsilon: Double
  let logVariance: Double
  /// v.
  let variance: Double
  /// Of degrees 0, 1, …: the value and two derivatives by ε.
  fileprivate let inEpsilon: InlineArray<5, SIMD4<Double>>
  /// The same, by ln v.
  fileprivate let inVariance: InlineArray<4, SIMD4<Double>>

  init(epsilon: Double, logVariance: Double, variance: Double) {
    self.epsilon = epsilon
    self.logVariance = logVariance
    self.variance = variance
    let one = 1 + epsilon * epsilon
    // The largest ε²/(1 + ε²) of a node is 0.69.
    let scale = 2 / 0.72
    inEpsilon = chebyshev(
      SIMD4(
        scale * epsilon * epsilon / one - 1, scale * 2 * epsilon / (one * one),
        scale * 2 * (1 - 3 * epsilon * epsilon) / (one * one * one), 0))
    let x = variance / 0.625
    inVariance = chebyshev(SIMD4(x - 1, x, x, 0))
  }
}

/// Returns T₀(x), T₁(x), … with their derivatives, for x with its derivatives.
private func chebyshev<let n: Int>(_ x: SIMD4<Double>) -> InlineArray<n, SIMD4<Double>> {
  var values = InlineArray<n, SIMD4<Double>>(repeating: SIMD4(1, 0, 0, 0))
  values[1] = x
  for k in 2..<n {
    let t = values[k - 1]
    let slope: Double = x[1] * t[0] + x[0] * t[1]
    let curvature: Double = x[2] * t[0] + 2 * x[1] * t[1] + x[0] * t[2]
    let product = SIMD4(x[0] * t[0], slope, curvature, 0)
    values[k] = product + product - values[k - 2]
  }
  return values
}

/// A function of ε and v known at a few nodes with noise, fitted by polynomials of ε²/(1 + ε²) and
/// of v. It is even in ε. Every batch of draws has a fit of its own, and their mean is the fit of
/// all.
struct PatternSurface {
  /// A node.
  struct Node {
    let epsilon: Double
    let variance: Double
  }

  /// ε and v of the nodes, between which values are interpolated: 0.1 to 1.5 and 0.1 to 1.2.
  static let nodes = [0.1, 0.35, 0.65, 1, 1.5].flatMap { epsilon in
    [0.1, 0.3, 0.8, 1.2].map { Node(epsilon: epsilon, variance: $0) }
  }

  private let degrees: (epsilon: Int, variance: Int)
  /// Coefficients of the mean, and then of each batch.
  private let coefficients: [[Double]]

  /// The number of batches.
  var batches: Int { coefficients.count - 1 }

  /// Fits polynomials.
  ///
  /// - Parameters:
  ///   - degrees: of the polynomials, at most 4 and 3.
  ///   - values: batches × nodes.
  ///   - weights: one a node, inverse to what errors of values are.
  /// - Returns: `nil` if a value is not finite.
  init?(
    degrees: (epsilon: Int, variance: Int), values: [[Double]], weights: [Double]
  ) {
    guard values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    let rows = zip(Self.nodes, weights).map { node, weight in
      let place = PatternPlace(epsilon: node.epsilon, logVariance: 0, variance: node.variance)
      return (0...degrees.epsilon).flatMap { i in
        (0...degrees.variance).map { j in
          weight * place.inEpsilon[i][0] * place.inVariance[j][0]
        }
      }
    }
    let n = rows[0].count
    let normal = (0..<n * n).map { k in rows.reduce(0) { $0 + $1[k / n] * $1[k % n] } }
    var fits: [[Double]] = []
    for batch in values {
      let right = (0..<n).map { i in
        rows.indices.reduce(0) { $0 + rows[$1][i] * weights[$1] * batch[$1] }
      }
      guard let fit = solved(normal, right) else { return nil }
      fits.append(fit)
    }
    self.degrees = degrees
    let mean = (0..<n).map { i in fits.reduce(0) { $0 + $1[i] } / Double(fits.count) }
    coefficients = [mean] + fits
  }

  /// Returns the fit with its derivatives by ε and ln v.
  ///
  /// - Parameter batch: the batch of draws, or `nil` for all.
  func value(at place: PatternPlace, batch: Int? = nil) -> SecondOrder {
    let coefficients = coefficients[batch.map { $0 + 1 } ?? 0]
    var sum = SecondOrder(value: 0)
    var k = 0
    for i in 0...degrees.epsilon {
      var inner = SIMD4<Double>(repeating: 0)
      for j in 0...degrees.variance {
        inner += coefficients[k] * place.inVariance[j]
        k += 1
      }
      let outer = place.inEpsilon[i]
      sum.value += outer[0] * inner[0]
      sum.x += outer[1] * inner[0]
      sum.y += outer[0] * inner[1]
      sum.xx += outer[2] * inner[0]
      sum.xy += outer[1] * inner[1]
      sum.yy += outer[0] * inner[2]
    }
    return sum
  }
}
