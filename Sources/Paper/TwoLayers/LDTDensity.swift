import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies
import Theory

extension Figure {
  /// Fig. 2a: −ln p(w·w*) of the neurons, sampled, by large deviations and at finite size.
  static let ldtDensity = Figure(
    name: "ldt-density", studies: ["two-layer-density"], axes: ["width"]
  ) {
    archives in
    var table = Table(
      "ldt-density", "Density p of the overlap w.w* over neurons, even in w.w*; one row a point",
      columns: [
        .init("width", "N"), .init("dimension", "d"),
        .init(
          "series",
          "sampled: histogram over neurons, draws and data sets; full, frozen: large-deviation density at the sampled mean alignment, |w_perp|^2 integrated or frozen at its prior mean; finite: posterior of all N neurons at finite size, given w*.x of the data sets"
        ),
        .init("overlap", "|w.w*|, the middle of a bin of width 0.1 where sampled or finite"),
        .init("minus_log_density", "-ln p"),
        .init("low", "-ln (p + standard error of p over data sets)"),
        .init(
          "high",
          "-ln (p - standard error of p over data sets), 99 where that p is not positive"
        ),
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
          .real(-log(high)), .real(low > 0 ? -log(low) : low.isNaN ? .nan : 99),
          .integer(certified),
        ])
      }

      let histograms = point.results.map { Histogram($0) }
      for bin in 0..<Histogram.bins {
        let (density, error) = meanAndError(histograms.map { $0.density[bin] })
        guard density > 0 else { continue }
        append("sampled", Histogram.middle(of: bin), density, density - error, density + error)
      }
      let (alignment, error) = meanAndError(point.alignments)
      guard alignment > 0 else {
        throw UserError(
          "\(archives[0].file): width \(cell.width): got a mean alignment of \(alignment); expected a "
            + "positive one, for a large-deviation density: raise data.samples", exitCode: 1)
      }
      for (series, transverse) in [("full", LargeDeviation.Transverse.full), ("frozen", .frozen)] {
        let theory = try point.largeDeviation(transverse: transverse).solve(alignment: alignment)
        let overlaps = stride(from: 0.0, through: 2.2, by: 0.02).map { $0 }
        for (x, density) in zip(overlaps, theory.density(at: overlaps)) {
          append(series, x, density)
        }
        let predicted = Histogram(theory)
        let divergence = { (datasets: [Int]) -> Double? in
          Histogram(meanOf: datasets.map { histograms[$0] }).divergence(from: predicted)
        }
        numbers.append(
          "divergence_\(series)_\(index + 1)", divergence(Array(histograms.indices)) ?? .nan,
          interval: Bootstrap.interval(datasets: histograms.count, divergence),
          meaning:
            "Kullback-Leibler divergence of the sampled histogram from the \(series) density, in nats, panel \(index + 1)"
        )
      }
      let finite = try finiteWidth(point, archives[0])
      for (bin, density) in finite.density.enumerated() where density.value > 0 {
        append(
          "finite", Histogram.middle(of: bin), density.value, density.value - density.error,
          density.value + density.error)
      }
      numbers.append(histograms, point.alignments, finite, panel: index + 1)
      numbers.append(
        "width_\(index + 1)", Double(cell.width), meaning: "N of panel \(index + 1)")
      numbers.append(
        "ratio_\(index + 1)", Double(cell.width) / Double(cell.dimension),
        meaning: "N/d of panel \(index + 1)")
      numbers.append(
        "alignment_\(index + 1)", alignment, meaning: "mean alignment of panel \(index + 1)")
      numbers.append(
        "alignment_error_\(index + 1)", error,
        meaning: "standard error over data sets of the mean alignment of panel \(index + 1)")
    }
    numbers.append(
      "panel_count", Double(archives[0].replicates.count), meaning: "how many N there are")
    return [table, numbers.table]
  }
}

/// The posterior of a point's network at finite size, on its data sets.
private func finiteWidth(
  _ point: Replicates, _ archive: Archive
) throws -> FiniteWidthPosterior.Estimate {
  let width = point.parameters.width
  do {
    // Wide networks have more neurons to average over, and few data sets average over less.
    return try point.finiteWidth(
      sweeps: min(200, max(32, 4000 / width)), binWidth: Histogram.binWidth, bins: Histogram.bins)
  } catch {
    throw UserError("\(archive.file): width \(width): theory at finite size: \(error)", exitCode: 1)
  }
}

extension QuotedNumbers {
  /// Adds how far the density and the alignments at finite size are from those sampled, on the same
  /// data sets.
  fileprivate mutating func append(
    _ sampled: [Histogram], _ alignments: [Double], _ finite: FiniteWidthPosterior.Estimate,
    panel: Int
  ) {
    let predicted = finite.densities.map(Histogram.init(density:))
    let all = Array(sampled.indices)
    func append(_ name: String, _ meaning: String, _ statistic: ([Int]) -> Double) {
      self.append(
        "\(name)_\(panel)", statistic(all),
        interval: Bootstrap.interval(datasets: all.count, statistic),
        meaning: "\(meaning), panel \(panel)")
    }
    append(
      "divergence_finite",
      "Kullback-Leibler divergence of the sampled histogram from the density at finite size, in nats"
    ) { datasets in
      Histogram(meanOf: datasets.map { sampled[$0] })
        .divergence(from: Histogram(meanOf: datasets.map { predicted[$0] }))
    }
    append("finite_alignment", "mean alignment at finite size, nothing fitted") {
      mean(finite.alignments, over: $0)
    }
    append("finite_ratio", "that over the mean sampled alignment") {
      mean(finite.alignments, over: $0) / mean(alignments, over: $0)
    }
    append("finite_correlation", "correlation of the two alignments over data sets") { datasets in
      correlation(datasets.map { finite.alignments[$0] }, datasets.map { alignments[$0] })
    }
    self.append(
      "finite_specialists_\(panel)", finite.meanSpecialists,
      meaning: "mean number of specialists at finite size, panel \(panel)")
  }
}

/// Pearson's correlation.
private func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let (mx, my) = (mean(x, over: nil), mean(y, over: nil))
  var (xx, xy, yy) = (0.0, 0.0, 0.0)
  for (a, b) in zip(x, y) {
    xx += (a - mx) * (a - mx)
    xy += (a - mx) * (b - my)
    yy += (b - my) * (b - my)
  }
  return xy / (xx * yy).squareRoot()
}

/// A density of w·w*, which is even, in bins of |w·w*|.
private struct Histogram {
  static let bins = 30
  static let binWidth = 0.1
  static func middle(of bin: Int) -> Double { (Double(bin) + 0.5) * binWidth }

  let density: [Double]

  init(density: [Double]) { self.density = density }

  /// The histogram of all neurons and kept draws of a cell.
  init(_ result: CellResult) {
    var counts = [Double](repeating: 0, count: Self.bins)
    for w in result.unit("overlap") {
      let bin = Int(Double(abs(w)) / Self.binWidth)
      if bin < Self.bins { counts[bin] += 1 }
    }
    // Both signs share a bin: p is even because (a, w) → (−a, −w) leaves the network as it is.
    density = counts.map { $0 / (2 * Self.binWidth * Double(result.unit("overlap").count)) }
  }

  init(meanOf histograms: [Histogram]) {
    density = (0..<Self.bins).map { bin in
      histograms.reduce(0) { $0 + $1.density[bin] } / Double(histograms.count)
    }
  }

  /// A theory's density, averaged over each bin.
  init(_ theory: LargeDeviation.Solution) {
    density = (0..<Self.bins).map { bin in
      let (low, high) = (Double(bin) * Self.binWidth, Double(bin + 1) * Self.binWidth)
      return GaussLegendre(count: 4, on: low...high).integral { theory.density(at: $0) }
        / Self.binWidth
    }
  }

  /// The least density of a bin that is told from zero.
  private static let least = 1e-6

  /// The Kullback-Leibler divergence from another density: Σ p ln(p/q) over the bins of both signs.
  func divergence(from other: Histogram) -> Double {
    zip(density, other.density).reduce(0) { sum, bin in
      bin.0 > 0 ? sum + 2 * Self.binWidth * bin.0 * log(bin.0 / max(bin.1, Self.least)) : sum
    }
  }
}
