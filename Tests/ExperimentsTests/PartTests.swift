import Experiments
import Foundation
import Kernels
import Studies
import TestSupport
import Testing

/// A cell whose parts are left and gone on with, by anybody in any order, is the cell.
@Suite struct PartTests {
  /// Computes a cell the parts of which are left at moments of a generator, in any order, and have
  /// one to three threads.
  ///
  /// - Returns: the result, the numbers of its rounds, and how often a part was left.
  func computeInTurns(
    _ cell: Cell, seed: UInt64
  ) throws -> (result: CellResult, rounds: [Int], pauses: Int) {
    var state = seed
    func random(below bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let streams = cell.streams(kernels: .best)
    var (round, rounds, pauses) = (cell.task.firstRound, [Int](), 0)
    while true {
      rounds.append(round.number)
      var states = round.states
      var open = Array(states.indices)
      while !open.isEmpty {
        let place = Int(random(below: UInt64(open.count)))
        let index = open[place]
        let part = try cell.task.part(index, of: round.number, from: states[index], streams)
        var steps = 1 + random(below: 9)
        let hasEnded = try part.advance {
          steps -= 1
          return steps == 0
        } threads: {
          1 + Int(random(below: 3))
        }
        states[index] = try part.state()
        if hasEnded { open.remove(at: place) } else { pauses += 1 }
      }
      // What has ended stays as it is.
      for index in states.indices {
        let part = try cell.task.part(index, of: round.number, from: states[index], streams)
        #expect(try part.advance { true } && part.state() == states[index])
      }
      switch try cell.task.continuation(after: round.number, states) {
      case .round(let next): round = next
      case .result(let result): return (result, rounds, pauses)
      }
    }
  }

  static let methods =
    SamplerTests.methods + ["kind: hmc, trajectory: 2, readout: integrated"]

  @Test(arguments: methods) func everyMethod(_ method: String) async throws {
    let text = tinyStudy.with("[3, 5]", as: "3").with("doublings: 0", as: "doublings: 2")
    let cell = try await StudySpec.of(text.with("kind: hmc", as: method)).cells()[0]
    let (result, rounds, pauses) = try computeInTurns(cell, seed: 5)
    #expect(try result == cell.compute())
    // 48 draws are never certified.
    #expect(rounds == (method.contains("replicas") ? [0, 1, 2, 3, 4, 5] : [0, 1, 2]))
    #expect(pauses > 10, "\(method)")
  }

  /// With involutions where the kind of network has some.
  @Test(arguments: TinyKind.all) func everyKind(_ tiny: TinyKind) async throws {
    let involutions = tiny.kind.involutions == nil ? "none" : "all"
    let text = tiny.text.with(
      "kind: hmc", as: "kind: hmc, replicas: 3, involutions: \(involutions)")
    let cell = try await StudySpec.of(text).cells()[0]
    let (result, _, pauses) = try computeInTurns(cell, seed: 6)
    #expect(try result == cell.compute())
    #expect(pauses > 2)
  }

  /// A repeated cell has the parts of the original one; one that is computed at one go has one.
  @Test func otherTasks() async throws {
    try withFolder { folder in
      try Data(tinyStudy.utf8).write(to: URL(filePath: "\(folder)/x.yml"))
      let file = "\(folder)/again.yml"
      try Data(ReplicationTests.text(cells: 1).utf8).write(to: URL(filePath: file))
      let again = try StudySpec(reading: file).cells()[0]
      #expect(again.partCount == 2)
      let (result, rounds, pauses) = try computeInTurns(again, seed: 7)
      #expect(try result == again.compute())
      #expect(rounds == [0] && pauses > 2)
    }
    for experiment in Experiments.all where experiment != PosteriorExperiment.self {
      guard let text = try example(of: experiment) else { continue }
      let spec = try await StudySpec.of(text, smoke: true)
      let cell = spec.cells().min { $0.cost < $1.cost }!
      #expect(cell.partCount == 1, "\(experiment.name)")
      let (result, rounds, pauses) = try computeInTurns(cell, seed: 8)
      #expect(try result == cell.compute(), "\(experiment.name)")
      #expect(rounds == [0] && pauses == 0, "\(experiment.name)")
    }
  }

  /// A study of the archive of an experiment, but for those that name other files.
  func example(of experiment: any Experiment.Type) throws -> String? {
    let folder = "\(projectFolder)/data"
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".yml") }
      .map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
      .first {
        $0.contains("\nexperiment: \(experiment.name)\n") && !$0.contains(".csv")
          && !$0.contains("studies:")
      }
  }

  /// Of a state of another part, another round or another cell nothing is taken.
  @Test func foreignStates() async throws {
    let text = tinyStudy.with("doublings: 0", as: "doublings: 1").with(
      "kind: hmc", as: "kind: hmc, replicas: 3")
    let cells = try await StudySpec.of(text).cells()
    let task = cells[0].task
    let streams = cells[0].streams(kernels: .best)
    func end(_ round: Int, from state: [UInt8]) throws -> [UInt8] {
      let part = try task.part(0, of: round, from: state, streams)
      #expect(try part.advance { false })
      return try part.state()
    }
    let chain = try end(0, from: [])
    let doubled = try end(1, from: chain)
    let ladder = try end(2, from: doubled)
    for (round, state, why) in [
      (0, doubled, "a later round"), (1, ladder, "a ladder"), (0, Array(chain.dropLast()), "cut"),
      (0, chain + [0], "longer"), (0, [1], "a byte"),
      (0, try cells[3].task.part(0, of: 0, from: [], streams).state(), "another width"),
    ] {
      #expect(throws: DamagedState.self, "\(why)") {
        _ = try task.part(0, of: round, from: state, streams)
      }
    }
    // A part that has not ended decides nothing, and no round follows from it.
    let begun = try task.part(0, of: 0, from: [], streams)
    #expect(try !begun.advance { true })
    let open = try begun.state()
    #expect(throws: DamagedState.self) { _ = try task.part(0, of: 1, from: open, streams) }
    #expect(throws: DamagedState.self) { _ = try task.part(0, of: 2, from: open, streams) }
    #expect(throws: DamagedState.self) { _ = try task.continuation(after: 0, [chain, open]) }
    #expect(throws: DamagedState.self) { _ = try task.continuation(after: 0, [chain, doubled]) }
  }
}
