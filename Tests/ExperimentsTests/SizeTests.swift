import Experiments
import Studies
import TestSupport
import Testing

/// A study is refused by what its own cells need.
@Suite struct SizeTests {
  /// Wide convolutions: of erf they make N_w C = 10⁶ numbers of a sample, linear ones N_w S = 10³.
  func wide(_ activation: String) -> String {
    """
    question: How wide?
    source: a test
    network: {kind: convolution, activation: \(activation), patch: 100, patches: 10, channels: 100000}
    target: {kind: hermite, degree: 1}
    data: {samples: 200}
    ridge: 0.1
    sampler: {kind: hmc, warmup: 8, draws: 8, thin: 8}
    """
  }

  @Test func linearConvolutionsNeedTheirInputsAlone() async throws {
    let spec = try await StudySpec.of(wide("linear"))
    #expect(spec.cells().count == 1)
  }

  @Test(arguments: ["erf", "[linear, erf]"])
  func convolutionsOfErfNeedTheirFeatures(_ activation: String) async {
    let line = await errorLine { _ = try await StudySpec.of(wide(activation)) }
    #expect(
      line.hasSuffix(
        ": data.samples × what a network makes of one: got 2e+08; expected at most 1e+08"),
      "\(line)")
  }

  /// Words count as every other axis does: 2 × 60000 cells are beyond 100000.
  @Test func wordsMultiplyTheGrid() async {
    let text = wide("[erf, linear]").with("channels: 100000", as: "channels: 2")
      .with("samples: 200", as: "samples: 2, datasets: 60000")
    let line = await errorLine { _ = try await StudySpec.of(text) }
    #expect(line.hasSuffix(": cells on the grid: got 120000; expected at most 100000"), "\(line)")
  }
}
