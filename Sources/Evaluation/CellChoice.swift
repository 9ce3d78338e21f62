import Experiments
import Host
import Studies

/// What is known of a cell besides its study: values of its coordinates.
package struct CellChoice {
  /// A value, and where it is from: "--at".
  struct Condition {
    let name: String
    let value: Parameters.Value
    let origin: String
  }

  private let study: String
  private let coordinates: [Layout.TypedCoordinate]
  private(set) var conditions: [Condition] = []

  /// - Parameter text: "samples=400,dataset=3", as the command line has it.
  /// - Throws: `UserError` naming what is no coordinate of the study's cells, or no value of it.
  package init(in spec: StudySpec, at text: String?) throws {
    study = spec.file
    _ = try spec.networkKind()
    coordinates = spec.layout.coordinates
    let names = coordinates.map(\.name)
    for item in text?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
      let parts = item.split(separator: "=", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2 else {
        throw UserError("--at: got '\(item)'; expected NAME=VALUE, as in samples=400")
      }
      guard let coordinate = coordinates.first(where: { $0.name == parts[0] }) else {
        throw UserError("--at: got '\(parts[0])'; expected one of \(names.joined(separator: ", "))")
      }
      let value: Parameters.Value? =
        switch coordinate.type {
        case .integer: Int(parts[1]).map { .integer($0) }
        case .real: Double(parts[1]).map { .real($0) }
        case .word: .word(parts[1])
        }
      guard let value else {
        throw UserError("--at: got '\(item)'; expected a number after \(parts[0])=")
      }
      guard !conditions.contains(where: { $0.name == parts[0] }) else {
        throw UserError("--at: got '\(parts[0])' twice; expected each name once")
      }
      conditions.append(Condition(name: parts[0], value: value, origin: "--at"))
    }
  }

  /// Names of the coordinates.
  var names: [String] { coordinates.map(\.name) }

  /// Names of the coordinates that are numbers, which a file of weights may hold.
  var numbers: [String] {
    coordinates.filter { $0.type != .word }.map(\.name)
  }

  /// Adds the numbers that a file of weights holds.
  mutating func add(_ values: [String: Double], from file: String) {
    for name in numbers {
      guard let value = values[name] else { continue }
      conditions.append(Condition(name: name, value: .real(value), origin: "\(file): \(name)"))
    }
  }

  /// The cells that meet all conditions, at least one.
  ///
  /// - Throws: `UserError` naming the condition that none of them meets, and what they have.
  package func cells(of cells: [Cell]) throws -> [Cell] {
    try conditions.reduce(cells) { cells, condition in
      let found = cells.filter { $0.parameters[condition.name].agrees(with: condition.value) }
      guard !found.isEmpty else {
        throw UserError(
          "\(condition.origin): got \(condition.name) \(condition.value.text); expected that of a "
            + "cell of \(study): \(Self.values(condition.name, cells))")
      }
      return found
    }
  }

  /// The cells that meet all conditions, if these leave nothing open.
  ///
  /// - Parameter names: the coordinates that have to be the same in all of them.
  /// - Throws: `UserError` naming what has to be said as well.
  package func cells(of cells: [Cell], alikeIn names: [String]) throws -> [Cell] {
    let found = try self.cells(of: cells)
    let differing = names.filter { name in
      Set(found.map { $0.parameters[name] }).count > 1
    }
    guard differing.isEmpty else {
      let missing = differing.map { "\($0) (\(Self.values($0, found)))" }
      let example = differing.map { "\($0)=\(found[0].parameters.text($0))" }
      throw UserError(
        "\(study): \(found.count) cells fit, which differ in \(missing.joined(separator: ", ")); "
          + "expected --at \(example.joined(separator: ",")) or the like")
    }
    return found
  }

  /// The values of a coordinate, "20, 40, … 320".
  private static func values(_ name: String, _ cells: [Cell]) -> String {
    let values = Set(cells.map { $0.parameters[name] }).sorted().map(\.text)
    guard values.count > 8 else { return values.joined(separator: ", ") }
    return values.prefix(3).joined(separator: ", ") + ", … \(values.last!)"
  }
}

extension Parameters.Value {
  /// Whether it is the other value, but for the rounding of single precision.
  fileprivate func agrees(with other: Parameters.Value) -> Bool {
    guard let a = number, let b = other.number else { return self == other }
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b))
  }

  private var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .word: nil
    }
  }
}
