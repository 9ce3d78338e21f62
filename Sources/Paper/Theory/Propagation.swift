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
    func run(_ panel: Int, _ repeats: Int) -> [KernelPropagation] {
      (0..<repeats).map {
        KernelPropagation(stream: RandomStream(key: UInt64(0x5EED_0000 + 1000 * panel + $0)))
      }
    }
    /// Geometric mean with the interval of one standard error of the logarithm.
    func summary(_ values: [Double]) -> [Table.Value] {
      let (mean, error) = meanAndError(values.map { log($0) })
      return [.real(exp(mean)), .real(exp(mean - error)), .real(exp(mean + error))]
    }
    func columns(_ x: String, _ y: String) -> [Table.Column] {
      [
        .init("degree", "m"), .init("x", x), .init("y", y),
        .init("low", "less one standard error over kernels"),
        .init("high", "plus one standard error"), .init("predicted", "with nothing fitted"),
      ]
    }

    var spike = Table(
      "propagation",
      "(i) Squared norm of erf(He_m) when M of N neurons compute it; one row a point",
      columns: columns("M/N", "f.K^-1 f, geometric mean over kernels"))
    let (width, inputs) = (600, 150)
    let pinned = [0, 1, 3, 10, 30, 100, 300]
    for degree in degrees {
      let norms = run(1, 6).map {
        $0.squaredNorms(
          dimension: 30, width: width, inputs: inputs, degree: degree, pinned: pinned)
      }
      guard norms.allSatisfy({ $0.allSatisfy { $0 != nil } }) else {
        throw UserError("propagation: a sampled kernel is singular", exitCode: 1)
      }
      // R, of the same kernels without pinned neurons.
      let bare = meanAndError(norms.map { log($0[0]!) }).mean
      for (i, count) in pinned.enumerated() where count > 0 {
        let share = Double(count) / Double(width)
        spike.append(
          [.integer(degree), .real(share)] + summary(norms.map { $0[i]! })
            + [.real(1 / (exp(-bare) + share))])
      }
    }

    var power = Table(
      "propagation-power",
      "(ii) Growth of the eigenvalue of He_m when that of x_1 grows D-fold; one row a point",
      columns: columns("D", "lambda_m(D)/lambda_m(1), ratio of means over kernels") + [
        .init("saturating", "the ratio at this d and infinite width, where large w_1 saturates erf")
      ])
    let dimension = 400
    for degree in degrees {
      func eigenvalues(_ amplification: Double, _ offset: Int) -> [Double] {
        run(2 + offset, 16).map {
          $0.eigenvalue(
            dimension: dimension, width: degree == 5 ? 6000 : 2000, degree: degree,
            amplification: amplification)
        }
      }
      let (base, baseError) = meanAndError(eigenvalues(1, 0))
      for (i, amplification) in [2.0, 4, 8, 16].enumerated() {
        let (mean, error) = meanAndError(eigenvalues(amplification, i + 1))
        let relative = ((error / mean) * (error / mean) + (baseError / base) * (baseError / base))
          .squareRoot()
        power.append([
          .integer(degree), .real(amplification), .real(mean / base),
          .real(mean / base * exp(-relative)), .real(mean / base * exp(relative)),
          .real(pow(amplification, Double(degree))),
          .real(
            saturating(degree, dimension, amplification) / saturating(degree, dimension, 1)),
        ])
      }
    }

    var lazy = Table(
      "propagation-lazy",
      "(iii) The eigenvalue of erf(He_m) after a lazy layer against the one before; one row a point",
      columns: columns("before", "after"))
    for degree in degrees {
      for count in [2, 6, 20, 60] {
        let layers = run(8, 6).map {
          $0.lazyLayer(dimension: 30, width: 200, inputs: 1000, degree: degree, pinned: count)
        }
        let before = meanAndError(layers.map { log($0.before) }).mean
        let gain = meanAndError(layers.map(\.gain)).mean
        lazy.append(
          [.integer(degree), .real(exp(before))] + summary(layers.map(\.after))
            + [.real(gain * exp(before))])
      }
    }
    var numbers = QuotedNumbers(figure: "propagation")
    // At these sizes erf saturates, and D^m is the limit of small D.
    for (table, column, name, prediction) in [
      (spike, 5, "spike", "its prediction"), (power, 6, "power", "the saturating prediction"),
      (lazy, 5, "lazy", "its prediction"),
    ] {
      let deviation = table.rows.map { row -> Double in
        guard case .real(let y) = row[2], case .real(let predicted) = row[column] else {
          return .nan
        }
        return abs(log(y / predicted))
      }.max()!
      numbers.append(
        "\(name)_deviation", exp(deviation) - 1,
        meaning: "largest relative deviation of a point from \(prediction), panel \(name)")
    }
    for amplification in [2, 16] {
      let deviation = power.rows.filter { $0[1] == .real(Double(amplification)) }.map { row in
        guard case .real(let y) = row[2], case .real(let limit) = row[5] else { return Double.nan }
        return abs(log(y / limit))
      }.max()!
      numbers.append(
        "power_limit_deviation_\(amplification)", exp(deviation) - 1,
        meaning:
          "largest relative deviation of a point from D^m, panel power, at D = \(amplification)")
    }
    return [spike, power, lazy, numbers.table]
  }
}

/// E c² up to a factor, with w₁ ~ N(0, D/d) and |w_⊥|² at its mean, which at large d is all of it.
private func saturating(_ degree: Int, _ d: Int, _ amplification: Double) -> Double {
  let rest = 2 - 2 / Double(d)
  return GaussLegendre(count: 32, on: 0...16, panels: 8).integral { x in
    let u = amplification * x * x / Double(d)
    return exp(-x * x / 2) * pow(u / (1 + 2 * u + rest), Double(degree))
  }
}
