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
    try task.compute(streams(kernels: kernels))
  }

  /// The cell's random numbers.
  package func streams(kernels: KernelSet) -> CellStreams {
    CellStreams(key: Digest.sha256(Data(task.canonicalDraws.utf8)), kernels: kernels)
  }

  /// Expected cost in arbitrary units, for the order of work and the share of it that is done.
  package var cost: Double { task.expectedSteps[0] * task.stepWork }
}

/// What an experiment computes in one cell.
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

  /// Computes the cell: a function of the cell alone, whose random numbers are those of `streams`.
  ///
  /// - Throws: an error that says why there is no result.
  func compute(_ streams: CellStreams) throws -> CellResult

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
  /// Bytes that computing it needs, besides those of its results.
  var workingBytes: Double { get }
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
