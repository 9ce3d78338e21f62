import Archives
import Experiments
import Figures
import Foundation
import Sampling
import Studies
import Theory

extension Figure {
  /// What a quartic part of the loss changes: sampled, and by a renormalised ridge alone.
  static let quarticIrrelevance = Figure(
    name: "quartic-irrelevance", studies: ["quartic-strong", "quartic-weak"],
    experiments: [QuarticLoss.name], networks: QuarticLoss.models,
    axes: ["exponent", Parameters.Name.samples], tables: ["-hartree"]
  ) { archives in
    let points = archives.flatMap { archive in
      archive.points.map { QuarticPoint(archive, $0.parameters, $0.cells) }
    }
    let table = Table(
      "quartic-irrelevance",
      "Squared error D = <int (f - y)^2> under a quartic loss; one row an exponent, coupling and P",
      of: points,
      columns: [
        TypedColumn("exponent", "alpha") { $0.exponent },
        TypedColumn("quartic", "u") { $0.quartic },
        TypedColumn("samples", "P") { $0.samples },
        TypedColumn("shift", "1 - D(u)/D(0), mean over targets") { meanAndError($0.shifts).mean },
        TypedColumn("standard_error", "over targets") { meanAndError($0.shifts).error },
        TypedColumn("hartree", "the same in the Hartree approximation, of the same targets") {
          meanAndError($0.hartreeShifts).mean
        },
        TypedColumn("ratio", "sampled D over that of Hartree, mean over targets") {
          meanAndError($0.ratios).mean
        },
        TypedColumn("ratio_error", "standard error over targets") {
          meanAndError($0.ratios).error
        },
        TypedColumn("kurtosis", "<int (f - y)^4>/<int (f - y)^2>^2, mean over targets") {
          meanAndError($0.kurtoses).mean
        },
        .isCertified { $0.isCertified },
      ])
    let curves = [
      HartreeCurve(name: "linear", exponent: 1, quartic: 1),
      HartreeCurve(name: "rough", exponent: 0.5, quartic: 1),
      HartreeCurve(name: "weak", exponent: 1, quartic: 0.1),
    ]
    var lines = Table(
      "quartic-irrelevance-hartree",
      "Hartree approximation of a target of y_k^2 = lambda_k, all modes; one row a curve and P",
      columns: [
        .init("curve", "index of exponent and coupling"), .init("samples", "P"),
        .init("shift", "1 - D(u)/D(0)"),
      ])
    for (index, curve) in curves.enumerated() {
      for step in 0...54 {
        let samples = 4 * exp2(Double(step) / 3)
        lines.append([
          .integer(index + 1), .real(samples), .real(-(try curve.solution(samples).shift)),
        ])
      }
    }

    var numbers = QuotedNumbers(figure: "quartic-irrelevance")
    for (index, curve) in curves.enumerated() {
      let own = points.filter { $0.exponent == curve.exponent && $0.quartic == curve.quartic }
        .sorted { $0.samples < $1.samples }
      let all = Array(own[0].shifts.indices)
      numbers.append(
        "exponent_\(index + 1)", curve.exponent, meaning: "alpha of curve \(index + 1)")
      numbers.append("quartic_\(index + 1)", curve.quartic, meaning: "u of curve \(index + 1)")
      let deviation = { (chosen: [Int]) -> Double? in
        own.map { abs($0.mean($0.ratios, chosen) - 1) }.max()
      }
      numbers.append(
        "\(curve.name)_deviation", deviation(all) ?? .nan,
        interval: Bootstrap.interval(datasets: all.count, deviation),
        meaning: "largest |D/D of Hartree - 1| over P, curve \(index + 1)")
      let last = { (chosen: [Int]) -> Double? in
        abs(own.last!.mean(own.last!.ratios, chosen) - 1)
      }
      numbers.append(
        "\(curve.name)_last_deviation", last(all) ?? .nan,
        interval: Bootstrap.interval(datasets: all.count, last),
        meaning: "the same at the largest P, curve \(index + 1)")
      // Exponents drift with P: those at its end are the nearest to the limit.
      let fitted = own.suffix(2)
      let slope = { (value: @escaping (QuarticPoint) -> [Double]) in
        { (chosen: [Int]) -> Double? in
          let shifts = fitted.map { $0.mean(value($0), chosen) }
          guard shifts.allSatisfy({ $0 > 0 }) else { return nil }
          return leastSquares(fitted.map { log(Double($0.samples)) }, shifts.map { log($0) }).slope
        }
      }
      numbers.append(
        "\(curve.name)_slope", slope(\.shifts)(all) ?? .nan,
        interval: Bootstrap.interval(datasets: all.count, slope(\.shifts)),
        meaning:
          "slope of ln of the sampled shift against ln P at the two largest P, curve \(index + 1)")
      numbers.append(
        "\(curve.name)_hartree_slope", slope(\.hartreeShifts)(all) ?? .nan,
        interval: Bootstrap.interval(datasets: all.count, slope(\.hartreeShifts)),
        meaning: "the same in the Hartree approximation, of the same targets")
      let (low, high) = (try curve.solution(5e5), try curve.solution(2e6))
      numbers.append(
        "\(curve.name)_limit_slope", log(high.shift / low.shift) / log(4),
        meaning: "local slope of the Hartree approximation at P = 1e6, curve \(index + 1)")
      numbers.append(
        "\(curve.name)_limit", -curve.exponent / (1 + curve.exponent),
        meaning: "-alpha/(1 + alpha), curve \(index + 1)")
      numbers.append(
        "\(curve.name)_kurtosis_first", meanAndError(own[0].kurtoses).mean,
        meaning: "<int (f - y)^4>/<int (f - y)^2>^2 at the least P, curve \(index + 1)")
      numbers.append(
        "\(curve.name)_kurtosis_last", meanAndError(own.last!.kurtoses).mean,
        meaning: "the same at the largest P; 3 for a Gaussian")
    }
    numbers.append("curve_count", Double(curves.count), meaning: "how many curves there are")
    return [table, lines, numbers.table]
  }
}

/// What is sampled at one exponent, coupling and P, over targets.
private struct QuarticPoint {
  let exponent, quartic: Double
  let samples: Int
  /// 1 − D(u)/D(0) of every target: sampled, and in the Hartree approximation.
  let shifts, hartreeShifts: [Double]
  /// D over that of Hartree.
  let ratios: [Double]
  /// ⟨∫(f − y)⁴⟩/⟨∫(f − y)²⟩².
  let kurtoses: [Double]
  let isCertified: Bool

  init(_ archive: Archive, _ parameters: Parameters, _ cells: [Int]) {
    exponent = parameters.real("exponent")
    quartic = parameters.real("quartic")
    samples = parameters.samples
    let results = cells.map { archive.results[$0] }
    func mean(_ result: CellResult, _ name: String) -> Double {
      let values = result.singles(name)
      return values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
    let errors = results.map { mean($0, "error") }
    let (hartree, gaussian) = (
      results.map { $0.doubles("hartree")[0] }, results.map { $0.doubles("gaussian")[0] }
    )
    shifts = zip(errors, gaussian).map { 1 - $0 / $1 }
    hartreeShifts = zip(hartree, gaussian).map { 1 - $0 / $1 }
    ratios = zip(errors, hartree).map { $0 / $1 }
    kurtoses = zip(results, errors).map { mean($0, "fourth") / ($1 * $1) }
    isCertified = cells.allSatisfy { archive.isSound[$0] }
  }

  func mean(_ values: [Double], _ chosen: [Int]) -> Double {
    chosen.reduce(0) { $0 + values[$1] } / Double(chosen.count)
  }
}

/// The Hartree approximation of a circle's modes, cosine and sine of all frequencies up to 10⁷.
private struct HartreeCurve {
  let name: String
  let exponent, quartic: Double
  private let variances, counts: [Double]

  init(name: String, exponent: Double, quartic: Double) {
    self.name = name
    self.exponent = exponent
    self.quartic = quartic
    // Frequencies one by one up to 200, then in groups of a hundredth, at their middle.
    var (variances, counts) = ([Double](), [Double]())
    var frequency = 1
    while frequency <= 10_000_000 {
      let count = frequency <= 200 ? 1 : frequency / 100
      let middle = Double(frequency) + Double(count - 1) / 2
      variances.append(pow(middle, -1 - exponent))
      counts.append(2 * Double(count))
      frequency += count
    }
    self.variances = variances
    self.counts = counts
  }

  func solution(_ samples: Double) throws -> QuarticHartree.Solution {
    try QuarticHartree(
      eigenvalues: variances, squares: variances, multiplicities: counts, ridge: 1,
      quartic: quartic
    ).solution(samples: samples)
  }
}
