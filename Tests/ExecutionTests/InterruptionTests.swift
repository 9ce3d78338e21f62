import Archives
import Execution
import Experiments
import Foundation
import Host
import Studies
import TestSupport
import Testing

/// Runs that are stopped, wherever they are, end with the bytes of one that never was.
@Suite struct InterruptionTests {
  /// Two cells of three chains each, whose chains go on and are tempered.
  static let text =
    tinyStudy.with("width: [3, 5]", as: "width: [3]").with("planted: 1", as: "planted: 2")
    .with("doublings: 0", as: "doublings: 1").with("kind: hmc", as: "kind: hmc, replicas: 3")

  /// Runs that are stopped, one after the other, until one is done.
  ///
  /// - Parameter stopping: has a run of this number, from 1, stop at some moment.
  /// - Returns: how many there were, and the most files of parts that one left.
  func runs(
    _ spec: StudySpec, to output: String, workers: Int, interval: Duration = .seconds(120),
    stopping: (StopRequest, Int) -> (SimulationProgress) -> Void
  ) async throws -> (count: Int, parts: Int) {
    var (count, parts) = (0, 0)
    while count < 500 {
      count += 1
      var simulation = Simulation(spec: spec, output: output, workers: workers, kernels: .best)
      simulation.interval = interval
      let outcome = try await simulation.run(progress: stopping(simulation.stop, count))
      parts = max(parts, files(besides: output).count)
      guard case .stopped = outcome.state else { break }
      #expect(!FileManager.default.fileExists(atPath: output))
    }
    return (count, parts)
  }

  func files(besides output: String) -> [String] {
    let folder = "\(parentFolder(of: output))/.cells/parts"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  func calm(_ spec: StudySpec, _ folder: String) async throws -> Data {
    try await simulate(spec, to: "\(folder)/calm/study.h5")
    #expect(files(besides: "\(folder)/calm/study.h5") == [], "nothing was long enough to be saved")
    return try Data(contentsOf: URL(filePath: "\(folder)/calm/study.h5"))
  }

  /// After each report in turn, of a part of a first round or of a cell.
  @Test(arguments: [1, 3]) func afterEveryPart(workers: Int) async throws {
    let spec = try await StudySpec.of(Self.text)
    try await withFolder { folder in
      let calm = try await calm(spec, folder)
      let output = "\(folder)/study.h5"
      let (count, parts) = try await runs(spec, to: output, workers: workers) { stop, run in
        var reports = 0
        return { _ in
          // The first report comes before anything is done; ended parts are reported anew.
          reports += 1
          if reports == 1 + run { stop.make() }
        }
      }
      #expect(try Data(contentsOf: URL(filePath: output)) == calm)
      #expect(count > (workers == 1 ? 4 : 1), "\(count) runs")
      #expect(parts > 0)
      #expect(files(besides: output) == [], "removed with their cells")
    }
  }

  /// A chain that has ended is kept when a run is stopped, however short it was.
  @Test func whatHasEndedIsKept() async throws {
    let spec = try await StudySpec.of(Self.text)
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      let simulation = Simulation(spec: spec, output: output, workers: 1, kernels: .best)
      var reports = 0
      _ = try await simulation.run { _ in
        reports += 1
        if reports == 2 { simulation.stop.make() }
      }
      let store = CellStore(besides: output)
      let kept = store.parts().values.joined()
      #expect(kept.contains { store.hasEnded($0) }, "\(kept)")
    }
  }

  /// At any moment, with states saved after every move.
  @Test(arguments: [1, 3]) func atAnyMoment(workers: Int) async throws {
    let spec = try await StudySpec.of(Self.text)
    try await withFolder { folder in
      let calm = try await calm(spec, folder)
      let output = "\(folder)/study.h5"
      var microseconds: UInt32 = 500
      let (count, parts) = try await runs(
        spec, to: output, workers: workers, interval: .zero
      ) { stop, _ in
        microseconds = microseconds * 7 % 60_000 + 2000
        let delay = microseconds
        return { _ in
          Thread.detachNewThread {
            usleep(delay)
            stop.make()
          }
        }
      }
      #expect(try Data(contentsOf: URL(filePath: output)) == calm)
      #expect(count > 2, "\(count) runs")
      #expect(parts > 0)
      #expect(files(besides: output) == [])
    }
  }

  /// Tasks of a cluster that have a part each: whoever brings the last decides, and goes on with
  /// its own part of the next round; the others are submitted again.
  @Test func tasksOfOneChain() async throws {
    let spec = try await StudySpec.of(Self.text.with("datasets: 2", as: "datasets: 1"))
    try await withFolder { folder in
      let calm = try await calm(spec, folder)
      let output = "\(folder)/study.h5"
      let key = spec.cells()[0].key
      let store = CellStore(besides: output)
      try Data("\(key):2\n\(key):0 \(key):7\n\(key):1\n".utf8)
        .write(to: URL(filePath: "\(folder)/index"))
      func task(_ line: Int) async throws {
        var simulation = Simulation(spec: spec, output: output, workers: 2, kernels: .best)
        simulation.part = .bundle(try TaskBundle("\(folder)/index:\(line)"))
        let outcome = try await simulation.run { _ in }
        // Another task may have brought the cell meanwhile.
        if case .partial = outcome.state {} else { Issue.record("\(outcome.state), line \(line)") }
      }
      func rounds(of index: Int) -> [Int] {
        (store.parts()[key] ?? []).filter { $0.index == index && store.hasEnded($0) }
          .map(\.round).sorted()
      }
      try await task(1)
      try await task(1)
      try await task(2)
      #expect((0...2).map(rounds) == [[0], [], [0]])
      try await task(3)
      #expect((0...2).map(rounds) == [[0], [0, 1], [0]], "the last goes on")
      #expect(!store.contains(key))
      var tasks = 4
      while !store.contains(key), tasks < 40 {
        // All at once, as a cluster has them.
        try await withThrowingTaskGroup(of: Void.self) { group in
          for line in 1...3 { group.addTask { try await task(line) } }
          try await group.waitForAll()
        }
        tasks += 3
      }
      #expect(files(besides: output) == [])
      try await simulate(spec, to: output)
      #expect(try Data(contentsOf: URL(filePath: output)) == calm)
    }
  }

  @Test func twoRunsAtOnce() async throws {
    let spec = try await StudySpec.of(Self.text)
    try await withFolder { folder in
      let calm = try await calm(spec, folder)
      let output = "\(folder)/study.h5"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            var simulation = Simulation(spec: spec, output: output, workers: 1, kernels: .best)
            simulation.interval = .zero
            _ = try await simulation.run { _ in }
          }
        }
        try await group.waitForAll()
      }
      #expect(try Data(contentsOf: URL(filePath: output)) == calm)
    }
  }

  /// A state that is damaged, cut, of another part or of another version is as if it were missing.
  @Test func damagedStates() async throws {
    let spec = try await StudySpec.of(Self.text)
    let kinds: [(String, (Data, Data) -> Data)] = [
      (
        "a bit is flipped",
        { bytes, _ in bytes.prefix(200) + [bytes[200] ^ 1] + bytes.dropFirst(201) }
      ),
      ("cut", { bytes, _ in bytes.dropLast(90) }), ("empty", { _, _ in Data() }),
      ("another part's", { _, other in other }),
      (
        "another version",
        { bytes, _ in
          Data(String(decoding: bytes.prefix(10), as: UTF8.self).replacing("1", with: "0").utf8)
            + bytes.dropFirst(10)
        }
      ),
    ]
    try await withFolder { folder in
      let calm = try await calm(spec, folder)
      for (what, damage) in kinds {
        let output = "\(folder)/\(what)/study.h5"
        var simulation = Simulation(spec: spec, output: output, workers: 1, kernels: .best)
        let stop = simulation.stop
        simulation.interval = .zero
        var reports = 0
        _ = try await simulation.run { _ in
          reports += 1
          if reports == 3 { stop.make() }
        }
        let names = files(besides: output)
        try #require(names.count > 1, "\(what)")
        let paths = names.map { URL(filePath: "\(folder)/\(what)/.cells/parts/\($0)") }
        let bytes = try paths.map { try Data(contentsOf: $0) }
        for (i, path) in paths.enumerated() {
          try damage(bytes[i], bytes[(i + 1) % bytes.count]).write(to: path)
        }
        try await simulate(spec, to: output)
        #expect(try Data(contentsOf: URL(filePath: output)) == calm, "\(what)")
        #expect(files(besides: output) == [], "\(what)")
      }
    }
  }

  /// What a killed run saved of a cell that another run has brought goes with the next run.
  @Test func leftStatesAreSwept() async throws {
    let spec = try await StudySpec.of(Self.text)
    try await withFolder { folder in
      let output = "\(folder)/study.h5"
      try await simulate(spec, to: output)
      let store = CellStore(besides: output)
      let key = spec.cells()[0].key
      try store.save([1, 2], of: PartName(cell: key, round: 0, index: 1), hasEnded: false)
      let other = PartName(cell: String(repeating: "0", count: 64), round: 0, index: 0)
      try store.save([3], of: other, hasEnded: true)
      let loaded = try #require(store.load(other))
      #expect(loaded.state == [3] && loaded.hasEnded && store.hasEnded(other))
      #expect(files(besides: output).count == 2)
      try FileManager.default.removeItem(atPath: output)
      try await simulate(spec, to: output)
      #expect(files(besides: output) == ["\(other.cell)-0-0"], "another study's stays")
    }
  }
}
