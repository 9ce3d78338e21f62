import Kernels

/// A complex number in double precision.
struct Complex: Hashable, Sendable {
  var real: Double
  var imaginary: Double

  init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  var magnitude: Double { (real * real + imaginary * imaginary).squareRoot() }

  static func + (a: Complex, b: Complex) -> Complex {
    Complex(a.real + b.real, a.imaginary + b.imaginary)
  }

  static func - (a: Complex, b: Complex) -> Complex {
    Complex(a.real - b.real, a.imaginary - b.imaginary)
  }

  static func * (a: Complex, b: Complex) -> Complex {
    Complex(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  static func * (a: Double, b: Complex) -> Complex { Complex(a * b.real, a * b.imaginary) }

  static func / (a: Complex, b: Complex) -> Complex {
    let square = b.real * b.real + b.imaginary * b.imaginary
    return Complex(
      (a.real * b.real + a.imaginary * b.imaginary) / square,
      (a.imaginary * b.real - a.real * b.imaginary) / square)
  }
}

/// Returns sine and cosine for |x| ≤ 1000, to about 1e-15, by their series after a reduction to
/// |x| ≤ π/4.
func sineAndCosine(_ x: Double) -> (sine: Double, cosine: Double) {
  let quarter = (x * 0.6366197723675814).rounded(.toNearestOrEven)
  // π/2 stands in two parts, the first of which has trailing zeros.
  let r = (x - quarter * 1.57079632673412561417) - quarter * 6.07710050650619224932e-11
  let square = r * r
  var (sine, cosine) = (1.0, 1.0)
  for k in stride(from: 10, through: 1, by: -1) {
    sine = 1 - sine * square / Double(2 * k * (2 * k + 1))
    cosine = 1 - cosine * square / Double(2 * k * (2 * k - 1))
  }
  sine *= r
  return switch Int(quarter) & 3 {
  case 0: (sine, cosine)
  case 1: (cosine, -sine)
  case 2: (-sine, -cosine)
  default: (-cosine, sine)
  }
}
