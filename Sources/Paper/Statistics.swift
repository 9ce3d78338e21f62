/// Mean, and its standard error from independent replicates.
package func meanAndError(_ x: [Double]) -> (mean: Double, error: Double) {
  let mean = x.reduce(0, +) / Double(x.count)
  let squares = x.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, x.count > 1 ? (squares / Double(x.count - 1) / Double(x.count)).squareRoot() : .nan)
}

/// Standard deviation of a sample, with n − 1.
func standardDeviation(_ x: [Double]) -> Double {
  meanAndError(x).error * Double(x.count).squareRoot()
}

/// Slope and intercept of the least-squares line.
package func leastSquares(
  _ x: [Double], _ y: [Double]
) -> (slope: Double, intercept: Double) {
  let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
  var (xx, xy) = (0.0, 0.0)
  for (a, b) in zip(x, y) {
    xx += (a - mx) * (a - mx)
    xy += (a - mx) * (b - my)
  }
  return (xy / xx, my - xy / xx * mx)
}
