import Foundation
import Kernels

/// The power of a curve in a window: the least-squares slope of ln y on ln x, and how much the
/// slope drifts there.
///
/// A curve that is computed has no statistical error. Its interval is the drift: half the spread of
/// the slope over pieces of the window, on either side.
struct WindowSlope {
  let value: Double
  /// Half of the spread.
  let drift: Double

  var interval: (low: Double, high: Double) { (value - drift, value + drift) }

  /// The slope less what a law says.
  func less(_ law: Double) -> WindowSlope { WindowSlope(value: value - law, drift: drift) }

  init(value: Double, drift: Double) {
    self.value = value
    self.drift = drift
  }

  /// The slope between two ends, over points that are uniform in ln x.
  ///
  /// - Parameter pieces: how many pieces the window has for the drift.
  init(
    _ points: [(x: Double, y: Double)], from first: Double, to last: Double, pieces: Int = 10
  ) {
    // Ends belong to the window but for rounding.
    let inside = points.filter { $0.x >= first * (1 - 1e-9) && $0.x <= last * (1 + 1e-9) }
      .map { (x: naturalLogarithm($0.x), y: naturalLogarithm($0.y)) }
    func slope(_ part: ArraySlice<(x: Double, y: Double)>) -> Double {
      leastSquares(part.map(\.x), part.map(\.y)).slope
    }
    value = slope(inside[...])
    let size = max(1, (inside.count - 1) / pieces)
    let slopes = stride(from: 0, through: inside.count - 1 - size, by: size).map {
      slope(inside[$0...$0 + size])
    }
    drift = ((slopes.max() ?? .nan) - (slopes.min() ?? .nan)) / 2
  }
}

/// Times from one power of ten to another, as many in each decade.
func decades(_ first: Int, _ last: Int, perDecade: Int) -> [Double] {
  (first * perDecade...last * perDecade).map {
    naturalExponential(Double($0) / Double(perDecade) * naturalLogarithm(10))
  }
}
