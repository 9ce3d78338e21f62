import Archives
import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// Studies of networks on a circle: what they refuse, and what they archive.
@Suite struct CircleNetworkTests {
  static let study = """
    question: Does it turn?
    source: a test
    experiment: circle-network
    circle:
      {width: 64, richness: 0.0001, exponent: 1, phases: [cosine, random], modes: 8, points: 32}
    step: 0.1
    time: {from: 0.1, to: 10, per_decade: 2}
    datasets: 2
    smoke:
      datasets: 1
    """

  static let size = "expected a multiple of 32, from 32 to 65536"

  static let mistakes = [
    Mistake("width: 64", "width: 65", ":5: circle.width: got '65'; " + size),
    Mistake("points: 32", "points: 30", ":5: circle.points: got '30'; " + size),
    Mistake(
      "modes: 8", "modes: 16",
      ":5: circle.modes: got '16'; expected an integer from 1 to 15, fewer than half of the "
        + "points"),
    Mistake(
      "width: 64", "width: 64, depth: 1",
      ":5: circle.depth: got '1'; expected an integer from 2 to 8"),
    Mistake(
      "exponent: 1", "exponent: 0",
      ":5: circle.exponent: got '0'; expected a positive number up to 20"),
    Mistake(
      "[cosine, random]", "sine",
      ":5: circle.phases: got 'sine'; expected one of cosine, random"),
    Mistake(
      "step: 0.1\ntime: {from: 0.1", "step: 5\ntime: {from: 5",
      ":6: step: got '5'; expected a step below 4.987, from which on descent by the kernel "
        + "diverges"),
  ]

  @Test(arguments: mistakes) func aMistake(_ mistake: Mistake) async throws {
    try await withFolder { folder in
      let file = "\(folder)/study.yml"
      try Data(Self.study.with(mistake.part, as: mistake.replacement).utf8)
        .write(to: URL(filePath: file))
      let line = await errorLine { _ = try StudySpec(reading: file) }
      #expect(line == file + mistake.message, "after \(mistake.part) became \(mistake.replacement)")
    }
  }

  /// Lazy networks follow the kernel beside them up to their width, and their kernels stay.
  @Test func lazyNetworks() async throws {
    let text = Self.study.with("width: 64", as: "width: 2048")
    for cell in try await StudySpec.of(text).cells() {
      let result = try cell.compute()
      #expect(result.isSound)
      for (found, exact) in zip(result.doubles("loss"), result.doubles("kernel_loss")) {
        expect(found / exact, near: 1, within: 0.1, "loss")
      }
      let diagonal = result.doubles("kernel_diagonal")
      expect(diagonal.last! / diagonal[0], near: 1, within: 1e-3, "kernel")
      expect(diagonal[0], near: 2, within: 0.1, "kernel")
      let frontier = result.doubles("frontier")
      #expect(frontier.first! < frontier.last!)
      #expect(zip(frontier, frontier.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  /// A network that diverges has no numbers: it says when, and is not sound.
  @Test func divergence() async throws {
    let text = Self.study.with("0.0001", as: "10000").with("step: 0.1", as: "step: 4")
      .with("from: 0.1, to: 10", as: "from: 4, to: 4000").with("per_decade: 2", as: "per_decade: 1")
    for cell in try await StudySpec.of(text).cells() {
      let result = try cell.compute()
      #expect(!result.isSound)
      for name in ["loss", "kernel_diagonal", "frontier"] {
        #expect(result.doubles(name).allSatisfy { $0.isNaN }, "\(name)")
      }
      #expect(result.doubles("kernel_loss").allSatisfy { $0.isFinite })
    }
  }
}
