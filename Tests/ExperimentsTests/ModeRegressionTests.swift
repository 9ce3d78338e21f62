import Experiments
import Foundation
import Studies
import Testing

@Suite struct ModeRegressionTests {
  static func results(_ features: String, data: String, ridge: Double = 0.01, cuts: String)
    throws -> [CellResult]
  {
    let text = """
      question: a test
      source: a test
      experiment: mode-regression
      features: {\(features)}
      data: {\(data)}
      ridge: \(ridge)
      cuts: \(cuts)
      """
    return try StudySpec(parsing: text, of: "x.yml", smoke: false).cells().map {
      try $0.compute()
    }
  }

  /// One sample on a circle has K_> = Σ λ_k of whole frequencies: Wilson's ridge is exact.
  @Test func oneSampleOnACircle() throws {
    let result = try Self.results(
      "kind: circle, exponent: 0.5, modes: 60", data: "samples: 1, datasets: 3",
      cuts: "[0, 2, 20, 60]")[0]
    let (measured, wilson) = (result.doubles("measured_ridge"), result.doubles("wilson_ridge"))
    for cut in 0..<4 {
      for set in 0..<3 { #expect(abs(measured[3 * cut + set] / wilson[cut] - 1) < 1e-12) }
    }
    #expect(abs(wilson[3] / 0.01 - 1) < 1e-14)
    let sum = (1...30).reduce(0.01) { $0 + 2 * pow(Double($1), -1.5) }
    #expect(abs(wilson[0] / sum - 1) < 1e-12)
    #expect(result.isSound)
  }

  /// With every mode kept nothing is integrated out, and the ridge makes no difference.
  @Test func allModesKept() throws {
    let result = try Self.results(
      "kind: gaussian, exponent: 1, modes: 30", data: "samples: 12, datasets: 2", cuts: "[30]")[0]
    #expect(result.doubles("measured_ridge").allSatisfy { abs($0 / 0.01 - 1) < 1e-12 })
    let full = result.doubles("learned_full")
    for name in ["bare", "wilson", "flow"] {
      for (a, b) in zip(result.doubles("learned_\(name)"), full) { #expect(abs(a - b) < 1e-10) }
    }
    #expect(full.allSatisfy { (0.1...0.7).contains($0) })
  }

  /// On all rows of a data set the modes are orthogonal, so that ridge and shares are sums.
  @Test func allRowsOfData() throws {
    let (n, ridge) = (24, 0.3)
    let cuts = Array(0...n)
    let result = try Self.results(
      "kind: arcsine, bias_variance: 0.25",
      data: "inputs: uniform, rows: \(n), dimension: 3, samples: \(n)", ridge: ridge,
      cuts: "\(cuts)")[0]
    let wilson = result.doubles("wilson_ridge")
    let variances = zip(wilson, wilson.dropFirst()).map { $0 - $1 }
    let loads = variances.map { Double(n) * $0 }
    for cut in [0, 1, 5, 20, 24] {
      let trace = Double(cut) / ridge + loads.dropFirst(cut).reduce(0) { $0 + 1 / (ridge + $1) }
      #expect(abs(result.doubles("measured_ridge")[cut] * trace / Double(n) - 1) < 1e-10)
      guard cut > 0 else { continue }
      for (name, at) in [("full", ridge), ("bare", ridge), ("wilson", wilson[cut])] {
        let mean = loads.prefix(cut).reduce(0) { $0 + $1 / (at + $1) } / Double(cut)
        let got = result.doubles("learned_\(name)")[cut]
        #expect(abs(got - mean) < 1e-8, "\(name), cut \(cut)")
      }
    }
    // The variances add up to K(1).
    let whole = 2 / Double.pi * asin(2.5 / 3.5)
    #expect(abs((wilson[0] - ridge) / whole - 1) < 1e-10)
  }

  /// Gaussian features follow the self-consistent flow, and matched ridges the full regression.
  @Test func gaussianFeatures() throws {
    let result = try Self.results(
      "kind: gaussian, exponent: 1, modes: 400", data: "samples: 60, datasets: 8",
      cuts: "[0, 10, 40]")[0]
    let flow = result.doubles("flow_ridge")
    for cut in 0..<3 {
      let mean = result.doubles("measured_ridge")[8 * cut..<8 * cut + 8].reduce(0, +) / 8
      #expect(abs(mean / flow[cut] - 1) < 0.03, "\(mean) \(flow[cut])")
    }
    // Of forty modes, the last are hardly learned; without the others they look so.
    func mean(_ name: String) -> Double {
      result.doubles("learned_\(name)")[16...].reduce(0, +) / 8
    }
    #expect(abs(mean("matched") - mean("full")) < 0.03)
    #expect(mean("bare") > mean("full") + 0.02)
  }

  @Test(arguments: [
    ("kind: gaussian, exponent: 1, modes: 4", "samples: 2", "[5]", "from 0 to 4"),
    ("kind: gaussian, exponent: 1, modes: 4", "samples: 2", "[3, 1]", "ascending"),
    ("kind: gaussian, modes: 4", "samples: 2", "[1]", "exponent"),
    ("kind: circle, exponent: 1, modes: 0", "samples: 2", "[0]", "modes"),
    (
      "kind: arcsine, bias_variance: 0.25", "inputs: uniform, rows: 9, dimension: 3, samples: 10",
      "[0]", "samples"
    ),
    ("kind: arcsine, bias_variance: 0.25, modes: 3", "samples: 2", "[0]", "modes"),
  ])
  func whatIsRefused(_ features: String, _ data: String, _ cuts: String, _ word: String) {
    #expect { try Self.results(features, data: data, cuts: cuts) } throws: {
      "\($0)".hasPrefix("x.yml:") && "\($0)".contains(word) && !"\($0)".contains("\n")
    }
  }
}
