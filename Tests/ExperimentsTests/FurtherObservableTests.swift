import Archives
import Experiments
import HDF5
import Studies
import TestSupport
import Testing

/// A study may ask for observables besides those that its kind of network always archives.
@Suite struct FurtherObservableTests {
  let asking = tinyStudy.with("ridge: 0.1", as: "observe: [largest_overlap]\nridge: 0.1")

  @Test func itIsArchivedBesideTheOthers() async throws {
    let spec = try await StudySpec.of(asking.with("thin: 5", as: "thin: 1"))
    try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try await simulate(spec, to: path)
      let root = try File(reading: path).root()
      let observe: String = try root.attribute("observe")
      let namesExperiment = root.hasAttribute("experiment")
      #expect(observe == "largest_overlap")
      #expect(!namesExperiment, "files of the default stay as they were")
      let archive = try Archive(reading: path)
      for (cell, result) in zip(archive.cells, archive.results) {
        let overlaps = result.unit("overlap")
        let largest = stride(from: 0, to: overlaps.count, by: cell.width).map {
          overlaps[$0..<($0 + cell.width)].map(abs).max()!
        }
        let found = result.observable("largest_overlap")
        #expect(found.count == 24 && zip(found, largest).allSatisfy { abs($0 - Double($1)) < 1e-6 })
      }
      let fields = Summary(archive).cells[0].digest.fields.map(\.name)
      #expect(fields.contains("largest_overlap"))
    }
  }

  static let threeLayers = """
    question: Is it tiny?
    source: a test
    network: {kind: three-layer, dimension: 4, first_width: 5, second_width: 3}
    target: {kind: hermite, degree: 1}
    data: {samples: 12, datasets: 1, test: 64}
    ridge: 0.5
    observe: [target_kernel, squared_overlap]
    sampler: {kind: hmc, chains: {cold: 1, planted: 1}, warmup: 12, draws: 12, thin: 1}
    """

  /// Both kernels of three layers along the target: of the first from its neurons, and of the
  /// second at least what its exact overlaps with the target's direction leave in the draws.
  @Test func kernelsOfThreeLayers() async throws {
    let cells = try await StudySpec.of(Self.threeLayers).cells()
    let plain = try await StudySpec.of(
      Self.threeLayers.with("observe: [target_kernel, squared_overlap]\n", as: "")
    ).cells()
    var result = try cells[0].compute()
    let overlaps = result.unit("first_overlap").map { Double($0) }
    for (i, square) in result.observable("squared_overlap").enumerated() {
      let mean = overlaps[5 * i..<5 * i + 5].reduce(0) { $0 + $1 * $1 } / 5
      #expect(abs(square - mean) < 1e-6 * mean)
    }
    let kernel = result.observable("target_kernel")
    #expect(kernel.count == 24 && kernel.allSatisfy { $0 > 0 } && Set(kernel).count > 12)
    // The draws themselves are those of a study that asks for nothing.
    for name in ["target_kernel", "squared_overlap"] {
      #expect(result.numbers.removeValue(forKey: name) != nil)
    }
    #expect(try result == plain[0].compute())
  }

  /// What is asked for changes the keys, and nothing of the draws.
  @Test func theDrawsStayWhatTheyAre() async throws {
    let (plain, asked) = (
      try await StudySpec.of(tinyStudy).cells(), try await StudySpec.of(asking).cells()
    )
    #expect(Set(plain.map(\.key)).isDisjoint(with: asked.map(\.key)))
    var result = try asked[0].compute()
    #expect(result.numbers.removeValue(forKey: "largest_overlap") != nil)
    #expect(try result == plain[0].compute())
  }

  @Test(arguments: [
    (
      "observe: [largest_overlap]", "observe: [overlap]",
      "got 'overlap'; expected one of largest_overlap, test_error, projection"
    ),
    (
      "observe: [largest_overlap]", "observe: [largest_overlap, largest_overlap]",
      "got 'largest_overlap'; expected each value once"
    ),
    ("observe: [largest_overlap]", "observe: []", "got an empty list; expected at least one value"),
  ])
  func aMistake(_ part: String, replacement: String, message: String) async {
    let line = await errorLine { _ = try await StudySpec.of(asking.with(part, as: replacement)) }
    #expect(line.hasSuffix("observe: \(message)"), "\(line)")
  }
}
