import Experiments
import Studies
import TestSupport
import Testing

/// A study's grid: every scalar or list is an axis, and the order of the cells is fixed.
@Suite struct GridTests {
  /// A cell in one line.
  func line(_ cell: Cell) -> String {
    let at = cell.parameters
    return "d \(at.dimension) N \(at.width) P \(at.samples) m \(at.degree) "
      + "σw² \(at.weightVariance) σa² \(at.readoutVariance) "
      + "κ \(cell.parameters.ridge) set \(cell.parameters.dataset)"
  }

  @Test func dataSetsVaryFastestAndDimensionsSlowest() async throws {
    let cells = try await StudySpec.of(tinyStudy).cells()
    #expect(
      cells.map(line) == [
        "d 4 N 3 P 10 m 3 σw² 1.0 σa² 1.0 κ 0.1 set 0",
        "d 4 N 3 P 10 m 3 σw² 1.0 σa² 1.0 κ 0.1 set 1",
        "d 4 N 5 P 10 m 3 σw² 1.0 σa² 1.0 κ 0.1 set 0",
        "d 4 N 5 P 10 m 3 σw² 1.0 σa² 1.0 κ 0.1 set 1",
      ])
  }

  @Test func everyListIsAnAxis() async throws {
    let text =
      tinyStudy
      .with("dimension: 4", as: "dimension: [4, 2]").with("samples: 10", as: "samples: [10, 6]")
      .with("degree: 3", as: "degree: [3, 1]")
      .with("weight_variance: 1", as: "weight_variance: [1, 0.5]")
      .with("readout_variance: 1", as: "readout_variance: [1, 2]")
      .with("ridge: 0.1", as: "ridge: [0.1, 1]")
    let lines = try await StudySpec.of(text).cells().map(line)
    var expected: [String] = []
    for d in [4, 2] {
      for n in [3, 5] {
        for p in [10, 6] {
          for m in [3, 1] {
            for w in [1, 0.5] {
              for a in [1.0, 2] {
                for k in [0.1, 1] {
                  for set in 0..<2 {
                    expected.append(
                      "d \(d) N \(n) P \(p) m \(m) σw² \(w) σa² \(a) κ \(k) set \(set)")
                  }
                }
              }
            }
          }
        }
      }
    }
    #expect(lines == expected)
  }

  @Test func sizesPerDimensionAreRoundedAndAtLeastOne() async throws {
    let text =
      tinyStudy
      .with("dimension: 4", as: "dimension: [4, 10]")
      .with("width: [3, 5]", as: "width: {per_dimension: 0.125}")
      .with("samples: 10, datasets: 2", as: "samples: {per_dimension: [2.625, 4]}")
    let cells = try await StudySpec.of(text).cells()
    #expect(cells.map(\.parameters.width) == [1, 1, 1, 1])
    #expect(cells.map(\.parameters.samples) == [11, 16, 26, 40])
  }

  /// Mean-field scaling, σ_a² = 1/N, and a variance of its own beside it.
  @Test func variancesInUnitsOfSizes() async throws {
    let text =
      tinyStudy
      .with("readout_variance: 1", as: "readout_variance: {factors: [1, 3], of: width^-1}")
      .with("weight_variance: 1", as: "weight_variance: {factors: 2, of: dimension^-3/2 width}")
    let spec = try await StudySpec.of(text)
    #expect(
      spec.cells().filter { $0.parameters.dataset == 0 }.map(line) == [
        "d 4 N 3 P 10 m 3 σw² 0.75 σa² \(1.0 / 3) κ 0.1 set 0",
        "d 4 N 3 P 10 m 3 σw² 0.75 σa² \(3 * (1.0 / 3)) κ 0.1 set 0",
        "d 4 N 5 P 10 m 3 σw² 1.25 σa² \(1.0 / 5) κ 0.1 set 0",
        "d 4 N 5 P 10 m 3 σw² 1.25 σa² \(3 * (1.0 / 5)) κ 0.1 set 0",
      ])
    // The same numbers written out are the same cells.
    let own = tinyStudy.with("[3, 5]", as: "5").with(
      "readout_variance: 1", as: "readout_variance: 0.2")
    let scaled = tinyStudy.with("[3, 5]", as: "5").with(
      "readout_variance: 1", as: "readout_variance: {factors: 1, of: width^-1}")
    #expect(
      try await StudySpec.of(own).cells().map(\.key)
        == StudySpec.of(scaled).cells().map(\.key))
  }

  @Test func whatMayBeLeftOutHasItsDefault() async throws {
    let text =
      tinyStudy
      .with("prior: {weight_variance: 1, readout_variance: 1}\n", as: "")
      .with(", datasets: 2", as: "").with("activation: erf, ", as: "")
      .with("chains: {cold: 1, planted: 1}, ", as: "").with(", doublings: 0, thin: 5", as: "")
    let spec = try await StudySpec.of(text)
    #expect(
      spec.cells().map(line) == [
        "d 4 N 3 P 10 m 3 σw² 1.0 σa² 1.0 κ 0.1 set 0",
        "d 4 N 5 P 10 m 3 σw² 1.0 σa² 1.0 κ 0.1 set 0",
      ])
    #expect(spec.posterior.sampler.starts == [.cold, .planted])
    #expect(spec.posterior.sampler.doublings == 0)
    #expect(spec.posterior.sampler.kept == 12, "the neurons of every draw are kept")
    #expect(
      spec.posterior.sampler.method
        == .hmc(trajectory: nil, integrated: false, replicas: 0, involutions: false))
    #expect(spec.posterior.sampler.certification == .usual)
  }

  @Test(arguments: [(1, 12), (4, 3), (5, 3), (12, 1), (100, 1)])
  func draws12Thin(_ thin: Int, kept: Int) async throws {
    let spec = try await StudySpec.of(tinyStudy.with("thin: 5", as: "thin: \(thin)"))
    #expect(spec.posterior.sampler.kept == kept)
  }

  @Test func smokeIsLaidOverKeyByKey() async throws {
    let text = tinyStudy.with(
      "  network: {width: 3}",
      as:
        "  network: {width: 3}\n  data: {datasets: 1}\n  sampler: {chains: {planted: 3}, draws: 8}")
    let (full, smoke) = (try await StudySpec.of(text), try await StudySpec.of(text, smoke: true))
    #expect(full.cells().count == 4)
    #expect(full.posterior.sampler.planted == 1)
    #expect(smoke.cells().map(line) == ["d 4 N 3 P 10 m 3 σw² 1.0 σa² 1.0 κ 0.1 set 0"])
    #expect(smoke.posterior.sampler.cold == 1, "a key beside the overlaid one")
    #expect(smoke.posterior.sampler.planted == 3)
    #expect(smoke.posterior.sampler.draws == 8)
    #expect(smoke.posterior.sampler.warmup == 20, "a key beside the overlaid one")
  }

  @Test func smokeMayTurnASizeIntoAnotherKind() async throws {
    let text = tinyStudy.with("{width: 3}", as: "{width: {per_dimension: [1, 2]}}")
    #expect(
      try await StudySpec.of(text, smoke: true).cells().map(\.parameters.width) == [4, 4, 8, 8])
    #expect(try await StudySpec.of(text).cells().map(\.parameters.width) == [3, 3, 5, 5])
  }
}
