import Foundation
import Sampling
import TestSupport
import Testing

/// Chains with ArviZ's diagnostics: `Reference/diagnostics.json`, written by the script beside it.
struct DiagnosticsReference: Decodable {
  struct Row: Decodable, CustomStringConvertible, Sendable {
    let name: String
    let chains: [[Double]]
    /// The R̂ of ArviZ, absent for a single chain.
    let rHat: Double?
    /// The effective sample sizes and standard error of ArviZ, absent with fewer than five draws to
    /// a half, too few for its sums.
    let bulkESS, tailESS, meanESS, standardError: Double?

    var description: String { name }
  }

  struct Quantile: Decodable, Sendable {
    let p, z: Double
  }

  let sets: [Row]
  let quantiles: [Quantile]

  static let shared: DiagnosticsReference = {
    let file = Bundle.module.url(
      forResource: "diagnostics", withExtension: "json", subdirectory: "Reference")!
    return try! JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }()
}

@Suite struct DiagnosticsTests {
  /// The same sums run in another order, and normal quantiles are good to 1e-15, so 1e-8 leaves
  /// ample room.
  @Test(arguments: DiagnosticsReference.shared.sets)
  func agreesWithArviZ(row: DiagnosticsReference.Row) {
    let got = Diagnostics(row.chains)
    let meanESS = pow(got.standardDeviation / got.standardError, 2)
    if let rHat = row.rHat { expect(got.rHat, near: rHat, within: 1e-8, "R̂, \(row)") }
    if let bulkESS = row.bulkESS, let tailESS = row.tailESS, let exact = row.meanESS,
      let error = row.standardError
    {
      expect(got.bulkESS, near: bulkESS, within: 1e-8, "bulk ESS, \(row)")
      expect(got.tailESS, near: tailESS, within: 1e-8, "tail ESS, \(row)")
      expect(meanESS, near: exact, within: 1e-8, "ESS of the mean, \(row)")
      expect(got.standardError, near: error, within: 1e-8, "standard error, \(row)")
    }
    let all = Array(row.chains.joined())
    let mean = all.reduce(0, +) / Double(all.count)
    #expect(abs(got.mean - mean) <= 1e-12 * all.map(abs).max()!)
  }

  /// Sums of these numbers round, so means of equal numbers need not equal them.
  @Test(arguments: [0, 1, 0.1, -1e9 / 7])
  func aConstantHasConverged(value: Double) {
    let got = Diagnostics([[Double]](repeating: .init(repeating: value, count: 37), count: 3))
    #expect(got.rHat == 1, "R̂: got \(got.rHat)")
    #expect(got.bulkESS == 3 * 36, "bulk ESS: got \(got.bulkESS), one for each draw of a half")
    #expect(got.tailESS == 3 * 36, "tail ESS: got \(got.tailESS)")
    #expect(got.standardError == 0, "standard error: got \(got.standardError)")
    #expect(got.mean == value && got.standardDeviation == 0)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func whatIsNotFiniteHasNotConverged(value: Double) {
    var chains = [[Double]](repeating: (0..<40).map { Double($0 * 7 % 11) }, count: 2)
    chains[1][17] = value
    let got = Diagnostics(chains)
    #expect(got.rHat == .infinity && got.bulkESS == 0 && got.tailESS == 0)
    #expect(got.mean.isNaN && got.standardError.isNaN)
  }

  @Test(arguments: [(0, 1), (0.1, 0.7), (1e9 / 7, 1e9 / 3)])
  func differentConstantsHaveNot(first: Double, second: Double) {
    let got = Diagnostics([first, second].map { .init(repeating: $0, count: 30) })
    #expect(got.rHat == .infinity, "R̂: got \(got.rHat)")
  }

  /// Draws that drift slowly over the whole chain count as few independent ones.
  @Test func fewDrawsAreNotTakenForMany() {
    let chains = DiagnosticsReference.shared.sets.first { $0.name == "eight drifting draws" }!
      .chains
    let got = Diagnostics(chains)
    #expect((1...8).contains(got.bulkESS), "bulk ESS of 16 drifting draws: got \(got.bulkESS)")
  }

  /// The rank-normalised quantities depend on the order alone.
  @Test func monotoneMapsChangeNothing() {
    let chains = DiagnosticsReference.shared.sets[1].chains
    let (before, after) = (Diagnostics(chains), Diagnostics(chains.map { $0.map { exp(3 * $0) } }))
    #expect(before.bulkESS == after.bulkESS)
    expect(after.tailESS, near: before.tailESS, within: 1e-12, "tail ESS of e^{3x}")
    #expect(before.standardError != after.standardError)
  }

  @Test(arguments: [[[]], [], [[1, 2, 3]], [[1, 2, 3, 4], [1, 2, 3]]] as [[[Double]]])
  func tooFewOrUnequalDrawsAreRefused(chains: [[Double]]) async {
    await #expect(processExitsWith: .failure) { [chains] in _ = Diagnostics(chains) }
  }

  /// The expected values are those of scipy's `norm.ppf`, themselves good to a few ulps.
  @Test func normalQuantiles() {
    for row in DiagnosticsReference.shared.quantiles {
      expect(normalQuantile(row.p), near: row.z, within: 4e-15, "Φ⁻¹(\(row.p))")
      if row.p > 1e-5 {
        // 1 − p holds p to 1e-16, and the quantile moves by 1/density times that.
        expect(normalQuantile(1 - row.p), near: -row.z, within: 1e-11, "Φ⁻¹(1 − \(row.p))")
      }
    }
    #expect(normalQuantile(0.5) == 0)
  }
}
