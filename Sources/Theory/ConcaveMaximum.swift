/// A concave function and its derivatives at one place.
protocol ConcavePoint {
  /// The function.
  var value: Double { get }
  /// Its gradient.
  var gradient: [Double] { get }
  /// Its negative second derivatives, row by row.
  var curvature: [Double] { get }
  /// A bound of what rounding changes about the function.
  var rounding: Double { get }
}

/// Finds the maximum of a concave function by Newton's method, shortening a step until it gains a
/// tenth of what the gradient promises.
///
/// - Parameters:
///   - start: the place to begin with.
///   - size: the size of the gradient's terms; at the maximum they cancel to 1e-12 of it.
///   - evaluate: the function at a place.
/// - Returns: `nil` if the method does not converge.
func concaveMaximum<Point: ConcavePoint, Failure: Error>(
  from start: [Double], size: Double, evaluate: ([Double]) throws(Failure) -> Point
) throws(Failure) -> (place: [Double], point: Point)? {
  var place = start
  var point = try evaluate(place)
  var polished = false
  for _ in 0..<200 {
    guard let step = solved(point.curvature, point.gradient) else { return nil }
    let gain = zip(step, point.gradient).reduce(0) { $0 + $1.0 * $1.1 }
    let length = zip(step, place).map { abs($0) / (abs($1) + 1e-300) }.max()!
    // The line search now sees only rounding of the function, and convergence is quadratic here.
    if gain < max(1e-13 * (1 + abs(point.value)), point.rounding) {
      place = zip(place, step).map { $0 + $1 }
      point = try evaluate(place)
      let error = point.gradient.map { abs($0) }.max()!
      if polished && (error < 1e-12 * size || length < 1e-14) { return (place, point) }
      polished = true
      continue
    }
    var share = 1.0
    while true {
      let trial = zip(place, step).map { $0 + share * $1 }
      let next = try evaluate(trial)
      if next.value >= point.value + 0.1 * share * gain {
        (place, point) = (trial, next)
        break
      }
      share /= 2
      guard share > 1e-12 else { return nil }
    }
  }
  return nil
}

/// Returns the solution of A x = b for a symmetric positive definite A, row by row, by Cholesky
/// factorisation; `nil` if A is not positive definite.
func solved(_ matrix: [Double], _ b: [Double]) -> [Double]? {
  let n = b.count
  var l = matrix
  for j in 0..<n {
    for i in j..<n {
      var sum = l[i * n + j]
      for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
      if i == j {
        guard sum > 0 else { return nil }
        l[j * n + j] = sum.squareRoot()
      } else {
        l[i * n + j] = sum / l[j * n + j]
      }
    }
  }
  var x = b
  for i in 0..<n {
    for k in 0..<i { x[i] -= l[i * n + k] * x[k] }
    x[i] /= l[i * n + i]
  }
  for i in (0..<n).reversed() {
    for k in i + 1..<n { x[i] -= l[k * n + i] * x[k] }
    x[i] /= l[i * n + i]
  }
  return x
}
