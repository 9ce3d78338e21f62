import Foundation
import Host
import Kernels

/// One point of a study's grid, complete: what it is computed from and nothing else.
package struct Cell: Sendable {
  /// What its experiment computes.
  package let task: any CellTask
  /// SHA-256 over everything that decides its bits: its identity, in hexadecimal.
  package let key: String

  package init(_ task: some CellTask) {
    self.task = task
    key = Digest.sha256(Data(task.canonical.utf8))
  }

  package var parameters: Parameters { task.parameters }
  package var layout: Layout { task.layout }

  /// Computes the cell. The result depends on the cell alone.
  ///
  /// - Throws: an error that says why there is no result.
  package func compute(kernels: KernelSet = .best) throws -> CellResult {
    try task.result(streams(kernels: kernels))
  }

  /// The cell's random numbers.
  package func streams(kernels: KernelSet) -> CellStreams {
    CellStreams(key: Digest.sha256(Data(task.canonicalDraws.utf8)), kernels: kernels)
  }

  /// Expected cost in arbitrary units, for the order of work and the share of it that is done.
  package var cost: Double { task.expectedSteps[0] * task.stepWork }
  /// How many parts the first round has.
  package var partCount: Int { task.firstRound.states.count }

  /// Returns how many cores shorten each part's time, where all parts share some of them.
  package func coresOfPart(of cores: Int) -> Int {
    max(1, min(task.partThreads, cores / partCount))
  }
}

/// What an experiment computes in one cell: rounds of independent parts, as `Round` says.
package protocol CellTask: Sendable {
  var layout: Layout { get }
  var parameters: Parameters { get }
  /// Texts along axes, by name.
  var labels: [String: [String]] { get }
  /// Everything that decides the bits of the result, the numerics version among it, in a fixed
  /// order and spelling.
  var canonical: String { get }
  /// What of `canonical` decides the random numbers: all of it, but for what is only read of them.
  var canonicalDraws: String { get }

  /// How far the cell's own numbers reach along an axis whose extent no coordinate says.
  func extent(along axis: Layout.Axis) -> Int
  /// What the index of an axis counts in.
  func stride(of axis: Layout.Axis) -> Int

  /// The round that the computation begins with, which always has the same parts. They are
  /// expected to take equally long.
  var firstRound: Round { get }
  /// How many threads can share the work of a part of the first round.
  var partThreads: Int { get }
  /// A part of a round.
  ///
  /// - Parameters:
  ///   - state: the state from which the round has it begin, or one that it was left in.
  ///   - streams: the cell's random numbers.
  /// - Throws: `DamagedState` if the state is not one of this part.
  func part(
    _ index: Int, of round: Int, from state: [UInt8], _ streams: CellStreams
  ) throws -> any CellPart
  /// What follows after a round.
  ///
  /// - Parameter states: those in which its parts ended.
  /// - Throws: `DamagedState` if they are not those of this round.
  func continuation(after round: Int, _ states: [[UInt8]]) throws -> Continuation

  /// Words that cells share of which one's number of steps tells another's.
  var family: String { get }
  /// Numbers of the steps that are expected, the costliest kind first: gradients, then draws.
  var expectedSteps: [Double] { get }
  /// Numbers of the steps that a result took.
  func steps(of result: CellResult) -> [Double]
  /// Operations of a step of the first kind, roughly.
  var stepWork: Double { get }
  /// Seconds of this core that a step of each kind takes, measured.
  func secondsPerStep(_ streams: CellStreams) -> [Double]
  /// Bytes that computing one of its parts needs, besides those of its results.
  var workingBytes: Double { get }
}

extension CellTask {
  package var partThreads: Int { 1 }

  /// Computes the cell, one part after another: a function of the cell alone, whose random numbers
  /// are those of `streams`.
  ///
  /// - Throws: an error that says why there is no result.
  package func result(_ streams: CellStreams) throws -> CellResult {
    var round = firstRound
    while true {
      let states = try round.states.enumerated().map { index, state in
        let part = try part(index, of: round.number, from: state, streams)
        while try !part.advance(until: { false }) {}
        return try part.state()
      }
      switch try continuation(after: round.number, states) {
      case .round(let next): round = next
      case .result(let result): return result
      }
    }
  }
}

extension CellTask {
  package var canonicalDraws: String { canonical }
  package var labels: [String: [String]] { [:] }
  package func stride(of axis: Layout.Axis) -> Int { 1 }
  package var family: String { "\(layout.experiment) \(layout.model)" }
}

extension Cell {
  /// How far the cell's own numbers reach along an axis.
  package func extent(along axis: Layout.Axis) -> Int {
    if let size = axis.size { return parameters.integer(size) }
    return axis == .cell ? 1 : task.extent(along: axis)
  }

  /// Bytes of the cell's share of an array.
  package func bytes(of column: Layout.Column) -> Int {
    column.axes.reduce(column.type.size) { $0 * extent(along: $1) }
  }
}

/// The random numbers of a cell, one stream for each purpose.
package struct CellStreams: Sendable {
  package let key: String
  package let kernels: KernelSet

  package init(key: String, kernels: KernelSet) {
    self.key = key
    self.kernels = kernels
  }

  /// The random numbers of one chain for one purpose, which depend on nothing but the cell.
  package func stream(chain: Int, purpose: String) -> RandomStream {
    Self.stream("\(key) chain \(chain) \(purpose)", kernels: kernels)
  }

  /// The random numbers that a text is the name of.
  package static func stream(_ text: String, kernels: KernelSet) -> RandomStream {
    RandomStream(
      key: UInt64(Digest.sha256(Data(text.utf8)).prefix(16), radix: 16)!, kernels: kernels)
  }
}
