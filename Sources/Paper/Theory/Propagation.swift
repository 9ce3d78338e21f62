import Figures
import Foundation
import Host
import Kernels
import Theory

extension Figure {
  /// The paper's claims (i)–(iii) on how features pass through kernels, on sampled kernels.
  static let propagation = Figure(
    name: "propagation", studies: [], axes: [], tables: ["-power", "-lazy"]
  ) { _ in
    let degrees = [1, 3, 5]
    let spike = try degrees.flatMap(spike)
    let power = degrees.flatMap(power)
    let lazy = degrees.flatMap(lazy)

    var numbers = QuotedNumbers(figure: "propagation")
    // At these sizes erf saturates, and D^m is the limit of small D.
    for (name, deviations, prediction) in [
      ("spike", spike.map { $0.deviation(from: $0.predicted) }, "its prediction"),
      ("power", power.map { $0.point.deviation(from: $0.saturating) }, "the saturating prediction"),
      ("lazy", lazy.map { $0.deviation(from: $0.predicted) }, "its prediction"),
    ] {
      numbers.append(
        "\(name)_deviation", exp(deviations.max()!) - 1,
        meaning: "largest relative deviation of a point from \(prediction), panel \(name)")
    }
    for amplification in [2, 16] {
      let points = power.map(\.point).filter { $0.x == Double(amplification) }
      numbers.append(
        "power_limit_deviation_\(amplification)",
        exp(points.map { $0.deviation(from: $0.predicted) }.max()!) - 1,
        meaning:
          "largest relative deviation of a point from D^m, panel power, at D = \(amplification)")
    }
    return [
      Table(
        "propagation",
        "(i) Squared norm of erf(He_m) when M of N neurons compute it; one row a point",
        of: spike, columns: KernelPoint.columns("M/N", "f.K^-1 f, geometric mean over kernels")),
      Table(
        "propagation-power",
        "(ii) Growth of the eigenvalue of He_m when that of x_1 grows D-fold; one row a point",
        of: power,
        columns: KernelPoint.columns(
          "D", "lambda_m(D)/lambda_m(1), ratio of means over kernels"
        ).map { $0.of(\.point) } + [
          TypedColumn(
            "saturating", "the ratio at this d and infinite width, where large w_1 saturates erf"
          ) { $0.saturating }
        ]),
      Table(
        "propagation-lazy",
        "(iii) The eigenvalue of erf(He_m) after a lazy layer against the one before; one row a point",
        of: lazy, columns: KernelPoint.columns("before", "after")),
      numbers.table,
    ]
  }

  /// Kernels of a panel, each with its own random numbers.
  private static func kernels(_ panel: Int, _ repeats: Int) -> [KernelPropagation] {
    (0..<repeats).map {
      KernelPropagation(stream: RandomStream(key: UInt64(0x5EED_0000 + 1000 * panel + $0)))
    }
  }

  /// Claim (i), at one degree.
  private static func spike(degree: Int) throws -> [KernelPoint] {
    let (width, inputs) = (600, 150)
    let pinned = [0, 1, 3, 10, 30, 100, 300]
    let norms = kernels(1, 6).map {
      $0.squaredNorms(
        dimension: 30, width: width, inputs: inputs, degree: degree, pinned: pinned)
    }
    guard norms.allSatisfy({ $0.allSatisfy { $0 != nil } }) else {
      throw UserError("propagation: a sampled kernel is singular", exitCode: 1)
    }
    // R, of the same kernels without pinned neurons.
    let bare = meanAndError(norms.map { log($0[0]!) }).mean
    return pinned.indices.dropFirst().map { i in
      let share = Double(pinned[i]) / Double(width)
      return KernelPoint(
        degree: degree, x: share, meanOf: norms.map { $0[i]! },
        predicted: 1 / (exp(-bare) + share))
    }
  }

  /// Claim (ii), at one degree; `saturating` is what infinite width has at this d.
  private static func power(degree: Int) -> [(point: KernelPoint, saturating: Double)] {
    let dimension = 400
    func eigenvalue(_ amplification: Double, _ offset: Int) -> (mean: Double, error: Double) {
      meanAndError(
        kernels(2 + offset, 16).map {
          $0.eigenvalue(
            dimension: dimension, width: degree == 5 ? 6000 : 2000, degree: degree,
            amplification: amplification)
        })
    }
    let (base, baseError) = eigenvalue(1, 0)
    return [2.0, 4, 8, 16].enumerated().map { i, amplification in
      let (mean, error) = eigenvalue(amplification, i + 1)
      let relative = ((error / mean) * (error / mean) + (baseError / base) * (baseError / base))
        .squareRoot()
      let point = KernelPoint(
        degree: degree, x: amplification, y: mean / base, low: mean / base * exp(-relative),
        high: mean / base * exp(relative), predicted: pow(amplification, Double(degree)))
      return (
        point,
        saturated(degree, dimension, amplification) / saturated(degree, dimension, 1)
      )
    }
  }

  /// Claim (iii), at one degree.
  private static func lazy(degree: Int) -> [KernelPoint] {
    [2, 6, 20, 60].map { count in
      let layers = kernels(8, 6).map {
        $0.lazyLayer(dimension: 30, width: 200, inputs: 1000, degree: degree, pinned: count)
      }
      let before = exp(meanAndError(layers.map { log($0.before) }).mean)
      let gain = meanAndError(layers.map(\.gain)).mean
      return KernelPoint(
        degree: degree, x: before, meanOf: layers.map(\.after), predicted: gain * before)
    }
  }
}

/// A quantity of sampled kernels, with an interval of one standard error, and as predicted.
private struct KernelPoint {
  let degree: Int
  let x, y, low, high, predicted: Double

  /// |ln y/y′|.
  func deviation(from expected: Double) -> Double { abs(log(y / expected)) }

  static func columns(_ x: String, _ y: String) -> [TypedColumn<KernelPoint>] {
    [
      TypedColumn("degree", "m") { $0.degree },
      TypedColumn("x", x) { $0.x },
      TypedColumn("y", y) { $0.y },
      TypedColumn("low", "less one standard error over kernels") { $0.low },
      TypedColumn("high", "plus one standard error") { $0.high },
      TypedColumn("predicted", "with nothing fitted") { $0.predicted },
    ]
  }
}

extension KernelPoint {
  /// The geometric mean, with the interval of one standard error of the logarithm.
  init(degree: Int, x: Double, meanOf values: [Double], predicted: Double) {
    let (mean, error) = meanAndError(values.map { log($0) })
    self.init(
      degree: degree, x: x, y: exp(mean), low: exp(mean - error), high: exp(mean + error),
      predicted: predicted)
  }
}

/// E c² up to a factor, with w₁ ~ N(0, D/d) and |w_⊥|² at its mean, which at large d is all of it.
private func saturated(_ degree: Int, _ d: Int, _ amplification: Double) -> Double {
  let rest = 2 - 2 / Double(d)
  return GaussLegendre(count: 32, on: 0...16, panels: 8).integral { x in
    let u = amplification * x * x / Double(d)
    return exp(-x * x / 2) * pow(u / (1 + 2 * u + rest), Double(degree))
  }
}
