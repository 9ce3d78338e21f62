import Foundation
import Theory

extension Figure {
  /// Fig. 2a: −ln p(w·w*) of the neurons, sampled and by large deviations.
  static let ldtDensity = Figure(name: "ldt-density", studies: ["two-layer-density"]) { archives in
    var table = Table(
      "ldt-density", "Density p of the overlap w.w* over neurons, even in w.w*; one row a point",
      columns: [
        .init("width", "N"), .init("dimension", "d"),
        .init(
          "series",
          "sampled: histogram over neurons, draws and data sets; full, frozen: large-deviation density at the sampled mean alignment, |w_perp|^2 integrated or frozen at its prior mean"
        ),
        .init("overlap", "|w.w*|, the middle of a bin of width 0.1 where sampled"),
        .init("minus_log_density", "-ln p"),
        .init("low", "-ln (p + standard error of p over data sets)"),
        .init("high", "-ln (p - standard error of p over data sets)"),
        .init("certified", "1 if every cell is certified, else 0"),
      ])
    var numbers = QuotedNumbers(figure: "ldt-density")
    for (index, point) in archives[0].replicates.enumerated() {
      let cell = point.parameters
      let certified = point.certified == point.results.count ? 1 : 0
      func append(
        _ series: String, _ x: Double, _ p: Double, _ low: Double = .nan, _ high: Double = .nan
      ) {
        table.append([
          .integer(cell.width), .integer(cell.dimension), .word(series), .real(x), .real(-log(p)),
          .real(-log(high)), .real(low > 0 ? -log(low) : .nan), .integer(certified),
        ])
      }

      for (x, density, error) in histogram(point, binWidth: 0.1) where density > 0 {
        append("sampled", x, density, density - error, density + error)
      }
      let (alignment, error) = meanAndError(point.alignments)
      for (series, transverse) in [("full", LargeDeviation.Transverse.full), ("frozen", .frozen)] {
        let theory = try LargeDeviation(
          dimension: cell.dimension, width: cell.width, degree: cell.degree,
          weightVariance: cell.weightVariance, readoutVariance: cell.readoutVariance,
          transverse: transverse
        ).solve(alignment: alignment)
        let overlaps = stride(from: 0.0, through: 2.2, by: 0.02).map { $0 }
        for (x, density) in zip(overlaps, theory.density(at: overlaps)) {
          append(series, x, density)
        }
      }
      numbers.append(
        "width_\(index + 1)", Double(cell.width), meaning: "N of panel \(index + 1)")
      numbers.append(
        "ratio_\(index + 1)", Double(cell.width) / Double(cell.dimension),
        meaning: "N/d of panel \(index + 1)")
      numbers.append(
        "alignment_\(index + 1)", alignment, interval: (alignment - error, alignment + error),
        meaning: "mean alignment of panel \(index + 1) and one standard error over data sets")
    }
    return [table, numbers.table]
  }

  /// Density of w·w* in bins of |w·w*|: mean and standard error over data sets.
  private static func histogram(
    _ point: Replicates, binWidth: Double
  ) -> [(overlap: Double, density: Double, error: Double)] {
    let bins = 30
    let densities = point.results.map { result in
      var counts = [Double](repeating: 0, count: bins)
      for w in result.overlap {
        let bin = Int(Double(abs(w)) / binWidth)
        if bin < bins { counts[bin] += 1 }
      }
      // Both signs share a bin: p is even because (a, w) → (−a, −w) leaves the network as it is.
      return counts.map { $0 / (2 * binWidth * Double(result.overlap.count)) }
    }
    return (0..<bins).map { bin in
      let (mean, error) = meanAndError(densities.map { $0[bin] })
      return ((Double(bin) + 0.5) * binWidth, mean, error)
    }
  }
}
