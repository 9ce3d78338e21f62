import Host
import Sampling
import Studies
import YAML

extension RecordTimes {
  /// The most moves of a run, and the most records.
  static let mostMoves = 1_000_000_000.0
  static let mostRecords = 100_000

  /// Reads times of record: a mapping of `from`, `to`, `per_decade` and, where the experiment has
  /// them, `readings`.
  ///
  /// - Parameter readings: the standard number of readings; `nil` if a record is one reading.
  init(reading node: YAMLNode, readings: Int?) throws {
    let members = try node.members(
      ["from", "to", "per_decade"] + (readings == nil ? [] : ["readings"]))
    let first = try node.required("from", in: members).number()
    let lastNode = try node.required("to", in: members)
    let last = try lastNode.number()
    guard last >= first else { throw lastNode.error(expected: "a time from \(first.spelt) on") }
    let perDecade = try node.required("per_decade", in: members).integer()
    self.init(
      first: first, last: last, perDecade: min(perDecade, Self.mostRecords),
      readings: try members["readings"]?.integer() ?? readings ?? 1)
    guard perDecade <= Self.mostRecords, count <= Self.mostRecords else {
      throw node.error(expected: "at most \(Self.mostRecords) times of record")
    }
  }

  /// Reads a step of which moves reach each time of record.
  func step(reading node: YAMLNode) throws -> Double {
    let step = try node.number()
    guard last / step <= Self.mostMoves else {
      throw node.error(
        expected: "a step of which at most \(Self.mostMoves.spelt) reach \(last.spelt)")
    }
    guard moves(step: step) != nil else {
      throw node.error(expected: "a step shorter than the times between records")
    }
    return step
  }
}

extension Double {
  /// The number with three decimals, or four below 0.1, rounded down: a bound that holds as told.
  var roundedDown: String {
    let scale = self < 0.1 ? 1e4 : 1e3
    return ((self * scale).rounded(.down) / scale).spelt
  }
}
