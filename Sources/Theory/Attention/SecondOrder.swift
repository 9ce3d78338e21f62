import Kernels

/// A number with its first and second derivatives by two variables x and y.
struct SecondOrder {
  var value: Double
  var x = 0.0
  var y = 0.0
  var xx = 0.0
  var xy = 0.0
  var yy = 0.0

  static func + (a: SecondOrder, b: SecondOrder) -> SecondOrder {
    SecondOrder(
      value: a.value + b.value, x: a.x + b.x, y: a.y + b.y, xx: a.xx + b.xx, xy: a.xy + b.xy,
      yy: a.yy + b.yy)
  }

  static func - (a: SecondOrder, b: SecondOrder) -> SecondOrder { a + -1 * b }

  static func + (a: Double, b: SecondOrder) -> SecondOrder {
    var sum = b
    sum.value += a
    return sum
  }

  static func * (a: Double, b: SecondOrder) -> SecondOrder {
    SecondOrder(
      value: a * b.value, x: a * b.x, y: a * b.y, xx: a * b.xx, xy: a * b.xy, yy: a * b.yy)
  }

  static func * (a: SecondOrder, b: SecondOrder) -> SecondOrder {
    SecondOrder(
      value: a.value * b.value,
      x: a.x * b.value + a.value * b.x,
      y: a.y * b.value + a.value * b.y,
      xx: a.xx * b.value + 2 * a.x * b.x + a.value * b.xx,
      xy: a.xy * b.value + a.x * b.y + a.y * b.x + a.value * b.xy,
      yy: a.yy * b.value + 2 * a.y * b.y + a.value * b.yy)
  }

  /// The logarithm of a positive number.
  var logarithm: SecondOrder {
    let (a, b) = (x / value, y / value)
    return SecondOrder(
      value: naturalLogarithm(value), x: a, y: b, xx: xx / value - a * a, xy: xy / value - a * b,
      yy: yy / value - b * b)
  }
}
