import Kernels

/// What an experiment computes in one cell at one go: one round of one part, which cannot be left
/// before its end.
package protocol UndividedTask: CellTask {
  /// Computes the cell: a function of the cell alone, whose random numbers are those of `streams`.
  ///
  /// - Throws: an error that says why there is no result.
  func compute(_ streams: CellStreams) throws -> CellResult
}

extension UndividedTask {
  package var firstRound: Round { Round(number: 0, states: [[]]) }

  package func part(
    _ index: Int, of round: Int, from state: [UInt8], _ streams: CellStreams
  ) throws -> any CellPart {
    UndividedPart(result: state.isEmpty ? nil : try result(in: state)) { try compute(streams) }
  }

  package func continuation(after round: Int, _ states: [[UInt8]]) throws -> Continuation {
    .result(try result(in: states[0]))
  }

  private func result(in state: [UInt8]) throws(DamagedState) -> CellResult {
    var result = CellResult(layout, parameters, labels: labels)
    var coder = StateCoder(reading: state)
    try result.code(&coder)
    try coder.requireEnd()
    return result
  }
}

private final class UndividedPart: CellPart {
  private var result: CellResult?
  private let compute: () throws -> CellResult

  init(result: CellResult?, compute: @escaping () throws -> CellResult) {
    self.result = result
    self.compute = compute
  }

  func advance(until pause: () -> Bool, threads: () -> Int) throws -> Bool {
    if result == nil { result = try compute() }
    return true
  }

  func state() throws -> [UInt8] {
    var coder = StateCoder()
    try result?.code(&coder)
    return coder.bytes
  }
}

extension CellResult {
  /// Writes or reads the numbers of all arrays.
  fileprivate mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    for column in layout.columns where !column.isDerived {
      // A number for each type of array; an array that is not there is a mistake of the program.
      switch column.type {
      case .double:
        var values = coder.isReading ? [] : doubles(column.name)
        try coder.code(&values)
        numbers[column.name] = .double(values)
      case .single:
        var values = coder.isReading ? [] : singles(column.name)
        try coder.code(&values)
        numbers[column.name] = .single(values)
      case .integer:
        var values = coder.isReading ? [] : integers(column.name)
        try coder.code(&values)
        numbers[column.name] = .integer(values)
      case .text: preconditionFailure(column.name)
      }
    }
  }
}
