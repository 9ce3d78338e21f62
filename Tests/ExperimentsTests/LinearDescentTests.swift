import Archives
import Experiments
import Foundation
import Kernels
import Studies
import TestSupport
import Testing

/// Studies of linear networks: what they refuse, and what they archive.
@Suite struct LinearDescentTests {
  static let study = """
    question: Does it descend?
    source: a test
    experiment: linear-descent
    spectrum: {alpha: 1.5, beta: 0.5, modes: 20}
    width: [6, 20]
    batch: infinite
    step: 0.1
    richness: 1
    time: {from: 1, to: 10, per_decade: 2}
    nets: 3
    datasets: 2
    smoke:
      datasets: 1
    """

  static let mistakes = [
    Mistake(
      "alpha: 1.5", "alpha: 0.5",
      ":4: spectrum.alpha: got '0.5'; expected a number above 0.5, at most 10"),
    Mistake(
      "alpha: 1.5", "alpha: [1.5, 11]",
      ":4: spectrum.alpha: got '11'; expected a number above 0.5, at most 10"),
    Mistake(
      "beta: 0.5", "beta: 0",
      ":4: spectrum.beta: got '0'; expected a number above 0, at most 10"),
    Mistake(
      "beta: 0.5", "beta: -1",
      ":4: spectrum.beta: got '-1'; expected a number above 0, at most 10"),
    Mistake(
      "[6, 20]", "[6, 21]",
      ":5: width: got '21'; expected an integer from 1 to spectrum.modes, which is 20"),
    Mistake(
      "batch: infinite", "batch: all",
      ":6: batch: got 'all'; expected an integer from 1, or infinite"),
    Mistake(
      "step: 0.1", "step: [0.1, 2]",
      ":7: step: got '2'; expected a step below 2, from which on descent on all data diverges"),
    Mistake(
      "batch: infinite\nstep: 0.1", "batch: [infinite, 1]\nstep: 0.6",
      ":7: step: got '0.6'; expected a step below 0.559, from which on descent on batches of 1 "
        + "diverges"),
    Mistake(
      "from: 1,", "from: 0.01,",
      ":7: step: got '0.1'; expected a step shorter than the times between records"),
    Mistake(
      "richness: 1", "richness: -1", ":8: richness: got '-1'; expected a number from 0 to 1e12"),
    Mistake("to: 10", "to: 0.5", ":9: time.to: got '0.5'; expected a time from 1 on"),
    Mistake(
      "nets: 3", "nets: 3\nkept: 4",
      ":11: kept: got '4'; expected an integer from 1 to nets, which is 3"),
    Mistake(
      "modes: 20}\nwidth: [6, 20]", "modes: 1000000}\nwidth: 1000",
      ": width × spectrum.modes: got 1e+09; expected at most 1e+08"),
    Mistake(
      "spectrum:", "network: {}\nspectrum:",
      ":4: unknown key 'network'; expected one of question, source, experiment, spectrum, width, "
        + "batch, step, richness, time, nets, kept, datasets, smoke"),
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

  /// Infinite width has no floor and no scatter without batches. At finite width networks differ,
  /// and come to their floors.
  @Test func results() async throws {
    let spec = try await StudySpec.of(
      Self.study.with("to: 10", as: "to: 3000").with("step: 0.1", as: "step: 0.3"))
    let cells = spec.cells()
    #expect(cells.count == 4)
    for cell in cells {
      let result = try cell.compute()
      #expect(result.isSound)
      let (losses, floors) = (result.runs("loss"), result.doubles("floor"))
      for (run, floor) in zip(losses, floors) {
        #expect(zip(run, run.dropFirst()).allSatisfy { $1 < $0 + 1e-12 })
        if cell.parameters.width == 20 {
          #expect(floor == 0 && run == losses[0])
        } else {
          expect(run.last! / floor, near: 1, within: 1e-3, "loss at the end, over its floor")
        }
      }
      let mean = result.doubles("mean_network_loss").last!
      if cell.parameters.width == 6 {
        #expect(Set(floors).count == 3)
        #expect(mean < floors.reduce(0, +) / 3, "the mean network is better than its networks")
        expect(
          mean / result.doubles("mean_network_floor")[0], near: 1, within: 1e-2, "mean network")
        #expect(result.runs("frontier").allSatisfy { $0.last! == 6 })
      } else {
        let first = result.doubles("mean_network_loss")[0]
        expect(first / losses[0][0], near: 1, within: 1e-9, "the mean of equal networks")
      }
    }
  }

  /// Networks depend on width and data set alone, noise on the whole cell.
  @Test func theSameNetworksAtEveryPower() async throws {
    let text = Self.study.with("beta: 0.5", as: "beta: [0.5, 1.5]").with("[6, 20]", as: "6")
    let cells = try await StudySpec.of(text).cells()
    let curvatures = try cells.map { try $0.compute().doubles("curvature") }
    #expect(curvatures[0] == curvatures[2] && curvatures[1] == curvatures[3])
    #expect(curvatures[0] != curvatures[1])
    let batches = try await StudySpec.of(text.with("infinite", as: "4")).cells()
    let losses = try batches.map { try $0.compute().doubles("loss") }
    #expect(Set(losses).count == 4)
  }

  /// A cell that diverges has no numbers: it says when, and is not sound.
  @Test func divergence() async throws {
    let text = Self.study.with("step: 0.1", as: "step: 1.5").with("from: 1", as: "from: 3")
      .with("richness: 1", as: "richness: 50").with("per_decade: 2", as: "per_decade: 1")
    let spec = try await StudySpec.of(text.with("to: 10", as: "to: 300"))
    try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try await simulate(spec, to: path)
      let archive = try Archive(reading: path)
      #expect(archive.isSound.allSatisfy { !$0 })
      for result in archive.results {
        for name in ["loss", "growth", "frontier", "squared_norm", "mean_network_loss"] {
          #expect(result.doubles(name).allSatisfy { $0.isNaN }, "\(name)")
        }
        #expect(result.integers("diverged") == [3])
        #expect(result.doubles("unstable_at").allSatisfy { $0 > 0 && $0 < 300 })
        #expect(result.doubles("floor").allSatisfy { $0.isFinite })
      }
    }
  }
}
