import Archives
import Audit
import Foundation
import Kernels
import TestSupport
import Testing

/// Errors of points split into the scatter of data sets and Monte Carlo.
@Suite struct AllocationTests {
  /// Draws m + n of known scatter of m and independent normal n: the file of a study of two points
  /// with eight data sets each, two chains of 400 draws.
  static func allocation(scatter: Double, noise: Double, error: Double? = nil) async throws
    -> Allocation?
  {
    try await withFolder { folder in
      let (path, copy) = ("\(folder)/old.h5", "\(folder)/study.h5")
      try await simulate(
        try await .of(mixingStudy.with("datasets: 2", as: "datasets: 8")), to: path)
      let normals = RandomStream(key: 11).standardNormals(count: 16 * 800 + 16, step: 0)
        .map(Double.init)
      try forge(path, as: copy) { name, values in
        guard name == "alignment" else { return }
        values = values.indices.map {
          scatter * normals[16 * 800 + $0 / 800] + noise * normals[$0]
        }
      }
      return Allocation(of: try Archive(reading: copy), error: error)
    }
  }

  /// 800 independent draws of variance σ² leave σ²/800 in a mean: with σ² = 800/9 times the
  /// scatter's variance a tenth is Monte Carlo.
  @Test func aTenth() async throws {
    let found = try #require(
      try await Self.allocation(scatter: 0.1, noise: 0.1 * (800.0 / 9).squareRoot(), error: 0.05))
    #expect(found.points == 2 && found.datasets == 8 && found.quantity == "alignment")
    // Of sixteen data sets the variance is known to 0.38 of itself, and the share with it.
    #expect(found.monteCarloShare > 0.03 && found.monteCarloShare < 0.35, "\(found)")
    #expect(abs(found.effectiveDraws / 800 - 1) < 0.1, "\(found)")
    let share = found.monteCarloShare
    #expect(
      abs(found.sufficientDraws / (9 * share / (1 - share) * found.effectiveDraws) - 1) < 1e-9)
    let sets = try #require(found.wantedDatasets)
    // n₂/n₁ = (e₁/e₂)², rounded up.
    let exact = 8 * found.error * found.error / (0.05 * 0.05)
    #expect(sets >= exact && sets < exact + 1, "\(found)")
    #expect(found.coreSeconds == nil && found.wantedCoreSeconds == nil)
  }

  /// Four times the noise has sixteen times the Monte Carlo variance.
  @Test func noiseAlone() async throws {
    let quiet = try #require(try await Self.allocation(scatter: 1, noise: 1))
    let loud = try #require(try await Self.allocation(scatter: 1, noise: 4))
    let ratio =
      loud.monteCarloShare * loud.error * loud.error
      / (quiet.monteCarloShare * quiet.error * quiet.error)
    #expect(abs(ratio / 16 - 1) < 0.02, "\(quiet), \(loud)")
    #expect(quiet.monteCarloShare < 0.01)
  }

  /// Points of one data set have no scatter.
  @Test func oneDataSet() async throws {
    try await withFolder { folder in
      let study = tinyStudy.with("datasets: 2", as: "datasets: 1")
      try await simulate(try await .of(study), to: "\(folder)/x.h5")
      #expect(Allocation(of: try Archive(reading: "\(folder)/x.h5")) == nil)
    }
  }

  /// Runs that lead somewhere have no draws of an equilibrium to allot.
  @Test(arguments: ["circle-lazy", "descent-noise", "finite-time-60", "linear-help"])
  func runsThatLeadSomewhere(study: String) throws {
    let archive = try Archive(reading: "\(projectFolder)/data/\(study).h5")
    #expect(Allocation(of: archive) == nil)
  }
}
