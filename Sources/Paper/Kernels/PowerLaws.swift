import Archives
import Experiments
import Figures
import Foundation
import Studies

extension Figure {
  /// Spectra of real data: counts of words by rank, and eigenvalues of digits.
  static let powerLaws = Figure(
    name: "power-laws", studies: ["word-ranks", "digit-covariance", "digit-kernel"],
    experiments: [Spectrum.name], networks: Spectrum.models, axes: ["ranks"],
    tables: ["-spectra"]
  ) { archives in
    let fits = Dictionary(grouping: archives[0].results) { $0.parameters.integer("ranks") }
      .map { WordFit(ranks: $0, results: $1) }.sorted { $0.ranks < $1.ranks }
    let (fit, whole) = (fits[fits.count / 2], fits.last!)
    let ranks = Spectrum.keptRanks(whole.ranks)
    let frequencies = whole.whole.singles("value").map { Double($0) / whole.total }
    // The talk's curve, as it is drawn, and with the prefactor of least squares of logarithms.
    let talk = { (r: Int) in pow(Double(r) + 2, -1.08) }
    let inside = ranks.indices.filter { ranks[$0] <= fit.ranks }
    let prefactor = exp(meanAndError(inside.map { log(frequencies[$0] / talk(ranks[$0])) }).mean)
    let law = { (r: Int) in fit.frequency(ofRank: r) * fit.total / whole.total }
    func spread(_ curve: (Int) -> Double) -> Double {
      let residuals = inside.map { log(frequencies[$0] / curve(ranks[$0])) }
      let mean = meanAndError(residuals).mean
      return (residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(residuals.count))
        .squareRoot()
    }
    let table = Table(
      "power-laws", "How often words occur by their rank, of all words; one row a rank",
      of: Array(zip(ranks, frequencies)),
      columns: [
        TypedColumn("rank", "r") { $0.0 },
        TypedColumn("frequency", "count over all words") { $0.1 },
        TypedColumn("law", "(r + b)^-a, by maximum likelihood over ranks 1 to \(fit.ranks)") {
          law($0.0)
        },
        TypedColumn("talk", "1/(r + 2)^1.08") { talk($0.0) },
        TypedColumn("talk_scaled", "the same with the prefactor of least squares of logarithms") {
          prefactor * talk($0.0)
        },
      ])
    var spectra = Table(
      "power-laws-spectra", "Eigenvalues of digits, all rows; one row a spectrum and place",
      columns: [
        .init("spectrum", "1: covariance of the pixels, 2: arcsine kernel"), .init("place", "k"),
        .init("value", "eigenvalue"),
      ])
    var numbers = QuotedNumbers(figure: "power-laws")
    for fit in fits {
      for name in ["exponent", "shift"] {
        numbers.append(
          "\(name)_\(fit.ranks)", fit.whole.doubles(name)[0], interval: fit.interval(name),
          meaning: "\(name == "exponent" ? "a" : "b") over ranks 1 to \(fit.ranks); the interval "
            + "is 1.96 standard deviations over words drawn anew")
      }
    }
    numbers.append("ranks", Double(fit.ranks), meaning: "ranks of the law that is drawn")
    numbers.append("words", whole.total, meaning: "words of the text")
    numbers.append(
      "spread_talk", spread(talk),
      meaning: "standard deviation of ln(frequency/talk's curve) over kept ranks to \(fit.ranks)")
    numbers.append(
      "spread_law", spread(law),
      meaning: "the same of the law by maximum likelihood")
    numbers.append("talk_first", talk(1), meaning: "the talk's curve at rank 1, as drawn")
    numbers.append("first", frequencies[0], meaning: "the frequency of rank 1")
    let ranges = [
      ("covariance", 1, [(2, 20), (10, 40)]), ("kernel", 2, [(10, 100), (30, 300), (100, 1000)]),
    ]
    for (name, index, ranges) in ranges {
      let results = archives[index].results
      for (k, value) in results[0].singles("value").enumerated()
      where k < 50 || (k + 1) % (1 << Int(log2(Double(k + 1) / 25))) == 0 {
        spectra.append([.integer(index), .integer(k + 1), .real(Double(value))])
      }
      for (first, last) in ranges {
        let slopes = results.map { slope($0.singles("value"), first, last) }
        // Halves of the rows are drawn without replacement, so that their scatter is that of the
        // whole (Shao and Wu 1989). Those that end within the range tell nothing.
        let halves = slopes.dropFirst().compactMap { $0 }
        let deviation =
          halves.count == slopes.count - 1
          ? meanAndError(halves).error * Double(halves.count).squareRoot() : .nan
        let value = slopes[0] ?? .nan
        numbers.append(
          "\(name)_slope_\(first)_\(last)", value,
          interval: (value - 1.96 * deviation, value + 1.96 * deviation),
          meaning: "slope of ln eigenvalue against ln k, k from \(first) to \(last); the interval "
            + "is 1.96 standard deviations over halves of the rows, NaN where these are too few")
      }
    }
    return [table, spectra, numbers.table]
  }
}

/// The slope of ln value against ln k over a range of places, `nil` if the spectrum ends near it.
private func slope(_ values: [Float], _ first: Int, _ last: Int) -> Double? {
  guard values.count > last, values[last - 1] > 0 else { return nil }
  let places = Array(first...last)
  return leastSquares(
    places.map { log(Double($0)) }, places.map { log(Double(values[$0 - 1])) }
  ).slope
}

/// The law of Zipf and Mandelbrot over a number of ranks: of the whole, and of resamples.
private struct WordFit {
  let ranks: Int
  let whole: CellResult
  private let resamples: [CellResult]

  init(ranks: Int, results: [CellResult]) {
    self.ranks = ranks
    whole = results.first { $0.parameters.integer("repetition") == 0 }!
    resamples = results.filter { $0.parameters.integer("repetition") > 0 }
  }

  /// Words of these ranks.
  var total: Double { whole.doubles("total")[0] }

  /// The law's share of a rank among the words of these ranks.
  func frequency(ofRank r: Int) -> Double {
    pow(Double(r) + whole.doubles("shift")[0], -whole.doubles("exponent")[0])
      / whole.doubles("normalisation")[0]
  }

  func interval(_ name: String) -> (low: Double, high: Double) {
    let values = resamples.map { $0.doubles(name)[0] }
    let deviation = meanAndError(values).error * Double(values.count).squareRoot()
    let value = whole.doubles(name)[0]
    return (value - 1.96 * deviation, value + 1.96 * deviation)
  }
}
