import Experiments
import Foundation
import Studies
import TestSupport
import Testing

@Suite struct SpectrumTests {
  static func results(_ spectrum: String, data: String, file: String = "x.yml") throws
    -> [CellResult]
  {
    let text = """
      question: a test
      source: a test
      experiment: spectrum
      spectrum: {\(spectrum)}
      data: {\(data)}
      """
    return try StudySpec(parsing: text, of: file, smoke: false).cells().map { try $0.compute() }
  }

  /// Counts of a known law give it back, and resamples scatter about it by the errors it states.
  @Test func countsOfALaw() throws {
    let counts = (1...60).map { Int((40000 * pow(Double($0) + 1.5, -1.2)).rounded()) }
    let results = try Self.results(
      "of: counts, ranks: [40, 60]", data: "counts: \(Array(counts.reversed())), resamples: 6")
    #expect(results.count == 14)
    for result in results {
      let isWhole = result.parameters.integer("repetition") == 0
      let error = result.doubles("exponent_error")[0]
      let tolerance = isWhole ? 0.003 : 5 * error
      #expect(abs(result.doubles("exponent")[0] - 1.2) < tolerance)
      #expect(error > 1e-4 && error < 0.1 && result.isSound)
      let ranks = result.parameters.integer("ranks")
      #expect(result.singles("value").count == Spectrum.keptRanks(ranks).count)
    }
    #expect(results[0].singles("value").prefix(40).map { Int($0) } == Array(counts.prefix(40)))
    #expect(results[1].doubles("exponent") != results[2].doubles("exponent"))
  }

  @Test func keptRanks() {
    #expect(Spectrum.keptRanks(64) == Array(1...64))
    let kept = Spectrum.keptRanks(18004)
    #expect(kept == kept.sorted() && Set(kept).count == kept.count && kept.last! <= 18004)
    #expect(kept.count < 400)
  }

  /// Rows on the axes of a box: a covariance that one sees.
  @Test func covarianceOfAFile() throws {
    try withFolder { folder in
      try write("2,0,9\n-2,0,9\n0,1,9\n0,-1,9\n", to: "\(folder)/rows.csv")
      let result = try Self.results(
        "of: covariance", data: "inputs: rows.csv, centre: true, sphere: false",
        file: "\(folder)/x.yml")[0]
      #expect(result.singles("value") == [2, 0.5, 0])
    }
  }

  /// The eigenvalues of a kernel over the number of rows add up to K(1), of halves as well.
  @Test func traceOfAKernel() throws {
    let results = try Self.results(
      "of: arcsine, bias_variance: 0.25", data: "inputs: uniform, rows: 30, dimension: 4, halves: 2"
    )
    #expect(results.map { $0.parameters.integer("rows") } == [30, 15, 15])
    for result in results {
      let sum = result.singles("value").reduce(0) { $0 + Double($1) }
      #expect(abs(sum / (2 / Double.pi * asin(2.5 / 3.5)) - 1) < 1e-6)
    }
    #expect(results[1].singles("value") != results[2].singles("value"))
  }

  @Test(arguments: [
    ("of: counts", "counts: [3, 2]", "at least three counts above 0"),
    ("of: counts", "counts: [3, 2, -1]", "an integer from 0"),
    ("of: counts, ranks: 4", "counts: [3, 2, 1]", "from 3 to 3"),
    ("of: counts", "counts: [3, 2, 1], column: 1", "no such key beside data.counts"),
    ("of: counts", "resamples: 1", "inputs"),
    ("of: covariance, ranks: 4", "inputs: uniform, rows: 9, dimension: 3", "ranks"),
    ("of: words", "counts: [3, 2, 1]", "counts, covariance, arcsine"),
  ])
  func whatIsRefused(_ spectrum: String, _ data: String, _ words: String) {
    #expect { try Self.results(spectrum, data: data) } throws: {
      "\($0)".hasPrefix("x.yml:") && "\($0)".contains(words) && !"\($0)".contains("\n")
    }
  }

  @Test func aColumnThatHoldsNoCounts() throws {
    try withFolder { folder in
      try write("word,count\na,3\nb,2.5\nc,1\n", to: "\(folder)/words.csv")
      #expect {
        try Self.results(
          "of: counts", data: "inputs: words.csv, column: count", file: "\(folder)/x.yml")
      } throws: {
        "\($0)".hasSuffix(
          "words.csv:3: column 2: got 2.5; expected a count, an integer from 0")
      }
    }
  }
}
