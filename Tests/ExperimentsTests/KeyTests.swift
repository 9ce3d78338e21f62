import Archives
import Experiments
import Kernels
import Networks
import Studies
import TestSupport
import Testing

/// A cell's key follows everything that its arrays are made from, and nothing else.
@Suite struct KeyTests {
  func keys(_ text: String) async throws -> [String] {
    try await StudySpec.of(text).cells().map(\.key)
  }

  @Test func theKeysOfTwoCells() async throws {
    let keys = try await keys(tinyStudy)
    #expect(
      [keys[0], keys[3]] == [
        "8df907aad3b3a5e94f3b04c3f8ec2dace02a7406e8f673315481d98842de07aa",
        "2575f776d34986f673e84879ad5631ed6ec51e07beb8b9423d1efc3d90e976e8",
      ],
      """
      the keys of cells have changed, so every archive becomes stale and is simulated anew. If that \
      is meant, raise numericsVersion where the arrays of a cell change, and Layout.version where \
      names, axes or meanings do; then pin the new keys here
      """)
  }

  /// Samplers change, data sets stay: results of two versions are of the same posteriors.
  @Test func theDrawnDataSets() async throws {
    let inputs = try await StudySpec.of(tinyStudy).cells().prefix(2).map {
      $0.posterior.instance.trainingSet(kernels: .best).inputs.prefix(2).map(\.bitPattern)
    }
    #expect(
      inputs == [[1_058_274_169, 3_214_021_221], [1_061_167_702, 1_060_767_896]],
      "the training sets have changed. If that is meant, raise dataVersion and pin them here")
  }

  @Test(arguments: [
    ("question: Is it tiny?", "# a comment\nquestion: Or not?  # another"),
    ("source: a test", "source: another"),
    ("ridge: 0.1", "ridge: 1.0e-1"),
    ("kind: hmc, chains: {cold: 1, planted: 1}", "chains: {planted: 1, cold: 1}, kind: hmc"),
    ("weight_variance: 1", "weight_variance: 1.0"),
    ("activation: erf, ", ""),
    ("ridge: 0.1", "ridge: \"0.1\""),
    (", doublings: 0", ""),
    ("thin: 5", "thin: 5, trajectory: adapted, readout: sampled, replicas: 0"),
    ("thin: 5", "thin: 5, involutions: none, certificate: usual, slices: 1"),
    ("{width: 3}", "{width: 4}"),
  ])
  func whatDoesNotChangeThem(_ part: String, replacement: String) async throws {
    #expect(try await keys(tinyStudy) == keys(tinyStudy.with(part, as: replacement)))
  }

  @Test func theOrderOfKeysDoesNotChangeThem() async throws {
    let lines = tinyStudy.split(separator: "\n")
    let reversed = (lines.suffix(2) + lines.dropLast(2).reversed()).joined(separator: "\n")
    #expect(try await keys(tinyStudy) == keys(reversed))
  }

  @Test(arguments: [
    ("dimension: 4", "dimension: 5"),
    ("width: [3, 5]", "width: [4, 6]"),
    ("degree: 3", "degree: 5"),
    ("samples: 10", "samples: 11"),
    ("weight_variance: 1", "weight_variance: 1.5"),
    ("readout_variance: 1", "readout_variance: 1.5"),
    ("ridge: 0.1", "ridge: 0.10000000000000002"),
    ("cold: 1", "cold: 2"),
    ("planted: 1", "planted: 0"),
    ("warmup: 20", "warmup: 21"),
    ("draws: 12", "draws: 14"),
    ("doublings: 0", "doublings: 1"),
    ("thin: 5", "thin: 6"),
    ("thin: 5", "thin: 5, trajectory: 2.5"),
    ("thin: 5", "thin: 5, readout: integrated"),
    ("thin: 5", "thin: 5, replicas: 8"),
    ("cold: 1, planted: 1}", "cold: 2, planted: 2}, certificate: strict"),
    ("kind: hmc", "kind: langevin, step: 0.01"),
    ("thin: 5", "thin: 5, slices: 2"),
  ])
  func whatChangesThem(_ part: String, replacement: String) async throws {
    let (old, new) = (
      try await keys(tinyStudy), try await keys(tinyStudy.with(part, as: replacement))
    )
    #expect(Set(old).isDisjoint(with: new), "some cell keeps its key")
  }

  /// Chains of one kind are never doubled, so what is asked of doubling decides nothing.
  @Test(arguments: ["cold: 1, planted: 0", "cold: 0, planted: 2"])
  func doublingsOfOneKindOfStart(_ chains: String) async throws {
    let text = tinyStudy.with("cold: 1, planted: 1", as: chains)
    let doubled = text.with("doublings: 0", as: "doublings: 4")
    #expect(try await keys(text) == keys(doubled))
    let cautions = try await StudySpec.of(doubled).experiment.cautions
    let kind = chains.hasPrefix("cold: 0") ? "cold" : "planted"
    #expect(
      cautions.count == 1
        && cautions[0].hasSuffix(
          "study.yml:8: sampler.chains: got no \(kind) chain; without chains of both kinds no cell "
            + "can be certified, so doublings: 4 is left out"),
      "\(cautions)")
    #expect(try await StudySpec.of(tinyStudy).experiment.cautions.isEmpty)
  }

  @Test func neighboursOnTheGridDiffer() async throws {
    let keys = try await keys(tinyStudy.with("datasets: 2", as: "datasets: 40"))
    #expect(Set(keys).count == 80)
  }
}
