import Kernels

/// The Hermite component μ_m(s) = E[σ(s g + b) He_m(g)]/√m! of an activation σ over g ~ N(0, 1),
/// and with it the overlap of a neuron with a target of one direction.
///
/// For x ~ N(0, I) a neuron σ(w·x + b) has ⟨σ(w·x + b), He_m(v·x)/√m!⟩ = (w·v/|w|)^m μ_m(|w|) for
/// every unit vector v. So one function of one variable is all that theory, targets and observables
/// need of an activation.
///
/// erf, relu and gelu have closed forms. Price's theorem, μ_m = s^m E[σ^(m)(s g + b)]/√m!, and
/// the recurrences of He_m reduce each to derivatives of a Gaussian. tanh is summed by the
/// trapezoidal rule, whose step resolves its nearest poles, at g = (±iπ/2 − b)/s.
///
/// *Guarantee:* values are good to 2e-15 times the larger of 1, s and |b|, and slopes to ten times
/// that over s. Without a bias values keep ten digits down to s = 1e-9. Bits are the same
/// everywhere.
public struct HermiteOverlap: Hashable, Sendable {
  /// An activation σ(z).
  public enum Activation: String, CaseIterable, Hashable, Sendable {
    /// The error function; the hyperbolic tangent; max(0, z); z Φ(z) with Φ the normal
    /// distribution's function.
    case erf, tanh, relu, gelu

    /// Returns σ(z).
    public func callAsFunction(_ z: Double) -> Double {
      switch self {
      case .erf: errorFunction(z)
      case .tanh: hyperbolicTangent(z)
      case .relu: max(0, z)
      case .gelu: z * normalDistribution(z)
      }
    }
  }

  /// The activation σ.
  public let activation: Activation
  /// The degree m, from 0 to 12.
  public let degree: Int
  /// The coefficients of σ^(m) of tanh as a polynomial in tanh, from the constant on.
  private let derivative: [Double]

  /// The degrees for which errors are as stated.
  public static let degrees = 0...12

  /// Creates the component of a degree from 0 to 12.
  public init(_ activation: Activation, degree: Int) {
    precondition(Self.degrees.contains(degree), "the degree is from 0 to 12")
    self.init(activation, uncheckedDegree: degree)
  }

  private init(_ activation: Activation, uncheckedDegree degree: Int) {
    self.activation = activation
    self.degree = degree
    derivative = activation == .tanh ? tangentDerivative(degree) : []
  }

  /// The reason why the component vanishes for every neuron without a bias; `nil` if it does not.
  public var obstacle: String? { Self.obstacle(of: activation, degree: degree) }

  /// The same of any degree.
  package static func obstacle(of activation: Activation, degree: Int) -> String? {
    switch activation {
    case .erf, .tanh:
      degree % 2 == 0
        ? "\(activation.rawValue) is odd, so without a bias it has no component of even degree"
        : nil
    case .relu, .gelu:
      degree % 2 == 1 && degree > 1
        ? "\(activation.rawValue)(z) − \(activation.rawValue)(−z) is z, so without a bias it has no "
          + "component of odd degree above 1"
        : nil
    }
  }

  /// Returns μ_m(s).
  ///
  /// *Complexity:* a few exponentials; for tanh 70, or 140 s where that is more.
  ///
  /// - Parameters:
  ///   - s: |w|, finite and not negative.
  ///   - b: the neuron's bias.
  public func value(norm s: Double, bias b: Double = 0) -> Double {
    precondition(s >= 0, "a norm is not negative")
    if b == 0 && obstacle != nil { return 0 }
    if s == 0 { return degree == 0 ? activation(b) : 0 }
    switch activation {
    case .erf: return erfValue(s, b)
    case .tanh: return tangentValue(s, b)
    case .relu: return rectifierValue(s, b, smoothing: 0)
    case .gelu: return rectifierValue(s, b, smoothing: 1)
    }
  }

  /// Returns dμ_m/ds = (m μ_m + √((m + 1)(m + 2)) μ_{m+2})/s.
  ///
  /// At s = 0 it is the derivative from above.
  ///
  /// - Parameters:
  ///   - s: |w|, finite and not negative.
  ///   - b: the neuron's bias.
  public func slope(norm s: Double, bias b: Double = 0) -> Double {
    guard s > 0 else {
      // relu is homogeneous: its slope at b = 0 is the same at every s.
      if activation == .relu && b == 0 { return slope(norm: 1) }
      return degree == 1 ? derivative(at: b) : 0
    }
    let m = Double(degree)
    if activation == .erf && b == 0 {
      return m * value(norm: s) / (s * (1 + 2 * s * s))
    }
    let further = HermiteOverlap(activation, uncheckedDegree: degree + 2)
    return
      (m * value(norm: s, bias: b)
      + ((m + 1) * (m + 2)).squareRoot() * further.value(norm: s, bias: b)) / s
  }

  /// Returns ⟨σ(w·x + b), He_m(v·x)/√m!⟩ over x ~ N(0, I), for a unit vector v.
  ///
  /// - Parameters:
  ///   - overlap: w·v.
  ///   - squaredNorm: |w|².
  ///   - bias: b.
  public func value(overlap: Double, squaredNorm: Double, bias: Double = 0) -> Double {
    if activation == .erf && bias == 0 && degree % 2 == 1 {
      return ErfCoupling(degree: degree).value(overlap: overlap, squaredNorm: squaredNorm)
    }
    let norm = squaredNorm.squareRoot()
    let cosine = norm > 0 ? overlap / norm : 0
    return power(cosine, degree) * value(norm: norm, bias: bias)
  }
}

// MARK: - Closed forms

extension HermiteOverlap {
  /// Returns √m!.
  private var factorialRoot: Double {
    stride(from: 2, through: degree, by: 1).reduce(1.0) { $0 * Double($1) }.squareRoot()
  }

  /// E erf(s g + b) = erf u with u = b/√(1 + 2s²), of which the m-th derivative by b is taken.
  private func erfValue(_ s: Double, _ b: Double) -> Double {
    if b == 0 { return ErfCoupling(degree: degree).value(overlap: s, squaredNorm: s * s) }
    let scale = 1 / (1 + 2 * s * s).squareRoot()
    let u = b * scale
    guard degree > 0 else { return errorFunction(u) }
    // The derivatives of erf are those of a Gaussian, by He_{m−1} at √2 u.
    let root = 1.41421356237309504880
    let sign = degree % 2 == 1 ? 1.0 : -1.0
    return sign * 1.12837916709551257390 * naturalExponential(-u * u)
      * hermite(degree - 1, root * u) * power(root * s * scale, degree)
      / (root * factorialRoot)
  }

  /// The activation z Φ(z/√ε), which is relu for ε = 0 and gelu for ε = 1.
  ///
  /// With E² = ε + s², k = s/E and u = b/E, E[Φ He_n] = k^n (−1)^{n−1} He_{n−1}(u) ϕ(u), ϕ the
  /// normal density. z He_m = b He_m + s (He_{m+1} + m He_{m−1}) then combines three of them.
  private func rectifierValue(_ s: Double, _ b: Double, smoothing: Double) -> Double {
    let square = smoothing + s * s
    let end = square.squareRoot()
    let (k, u, rest) = (s / end, b / end, smoothing / square)
    let density = 0.39894228040143267794 * naturalExponential(-u * u / 2)
    switch degree {
    case 0: return b * normalDistribution(u) + s * k * density
    case 1: return s * normalDistribution(u) + k * u * rest * end * density
    default:
      let m = Double(degree)
      let bracket =
        (m - (m - 1) * k * k) * hermite(degree - 2, u) - rest * u * hermite(degree - 1, u)
      let sign = degree % 2 == 0 ? 1.0 : -1.0
      return sign * s * power(k, degree - 1) * density * bracket / factorialRoot
    }
  }

  /// Returns σ′(b), for an activation that is smooth there.
  private func derivative(at b: Double) -> Double {
    switch activation {
    case .erf: 1.12837916709551257390 * naturalExponential(-b * b)
    case .tanh: polynomial(derivative, hyperbolicTangent(b))
    case .relu: b > 0 ? 1 : 0
    case .gelu:
      normalDistribution(b) + b * 0.39894228040143267794 * naturalExponential(-b * b / 2)
    }
  }
}

// MARK: - Sums for tanh

extension HermiteOverlap {
  /// Returns Price's form where its terms, s^m σ^(m)/√m!, are at most of order one, as they are for
  /// small s, of which it keeps all digits; else the definition, whose terms always are.
  private func tangentValue(_ s: Double, _ b: Double) -> Double {
    let factor = power(s, degree) / factorialRoot
    if derivative.reduce(0, { $0 + abs($1) }) * factor <= 1 {
      return factor
        * gaussianSum(s) { g in polynomial(derivative, hyperbolicTangent(s * g + b)) }
    }
    return gaussianSum(s) { g in hyperbolicTangent(s * g + b) * hermite(degree, g) }
      / factorialRoot
  }

  /// Returns E f(g), for a function whose singularities are π/(2s) from the real axis.
  ///
  /// A step h leaves exp(−π²/(s h)) from them and exp(−2π²/h²) from the Gaussian; nodes end where
  /// He_m ϕ/√m! is below 1e-18.
  private func gaussianSum(_ s: Double, _ f: (Double) -> Double) -> Double {
    let step = min(0.4, 0.2 / s)
    let count = Int((14 / step).rounded(.up))
    var sum = f(0)
    for i in 1...count {
      let g = step * Double(i)
      sum += naturalExponential(-g * g / 2) * (f(g) + f(-g))
    }
    return 0.39894228040143267794 * step * sum
  }
}

/// Returns the m-th derivative of tanh as a polynomial in t = tanh, by t′ = 1 − t².
private func tangentDerivative(_ m: Int) -> [Double] {
  var p = [0.0, 1]
  for _ in 0..<m {
    var next = [Double](repeating: 0, count: p.count + 1)
    for (i, c) in p.enumerated().dropFirst() {
      next[i - 1] += Double(i) * c
      next[i + 1] -= Double(i) * c
    }
    p = next
  }
  return p
}

/// Returns c₀ + c₁x + … by Horner's rule.
private func polynomial(_ c: [Double], _ x: Double) -> Double {
  c.reversed().reduce(0) { $0 * x + $1 }
}

/// Returns He_n(x), by He_{n+1} = x He_n − n He_{n−1}.
private func hermite(_ n: Int, _ x: Double) -> Double {
  var (previous, current) = (0.0, 1.0)
  for k in 0..<n { (previous, current) = (current, x * current - Double(k) * previous) }
  return current
}
