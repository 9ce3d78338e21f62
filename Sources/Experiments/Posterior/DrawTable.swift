import Kernels
import Studies

/// Draws of a network, one after another, reduced to what is archived of them.
package struct DrawTable {
  /// The observables that are archived, and their values, draw by draw.
  private let observables: [NetworkKind.Observable]
  private var values: [[Double]]
  /// The observables of neurons, and their values, kept draw by kept draw.
  private let kind: NetworkKind
  private var units: [[Float]]
  /// The observables of parts, draw by draw.
  private var parts: [[Float]]
  private var alignment: [Double] = []
  private var trainingLoss: [Float] = []
  private var energy: [Float] = []

  package var count: Int { alignment.count }

  /// - Parameter names: the further observables that are archived.
  package init(of kind: NetworkKind, observing names: [String] = []) {
    self.kind = kind
    observables = kind.observables + kind.further.filter { names.contains($0.name) }
    values = observables.map { _ in [] }
    units = kind.units.map { _ in [] }
    parts = kind.parts.map { _ in [] }
  }

  /// Takes in one draw, rounded as it will be archived.
  package mutating func append(
    _ observation: Observation, trainingLoss loss: Double, energy: Double
  ) {
    for (i, values) in observation.units.enumerated() { units[i] += values }
    for (i, values) in observation.parts.enumerated() { parts[i] += values }
    alignment.append(observation.alignment)
    trainingLoss.append(Float(loss))
    self.energy.append(Float(energy))
    for (i, value) in (observation.observables + observation.further).enumerated() {
      values[i].append(value)
    }
  }

  /// Writes or reads all draws.
  ///
  /// - Throws: `DamagedState` if the bytes are those of other observables.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&alignment)
    try coder.code(&trainingLoss)
    try coder.code(&energy)
    try coder.code(&values)
    try coder.code(&units)
    try coder.code(&parts)
  }

  /// Drops draws 1, 3, 5 … Of those whose neurons are kept every second one stays too.
  mutating func dropEverySecond(_ cell: Parameters) {
    func half<T>(_ values: [T], block: Int = 1) -> [T] {
      values.indices.filter { $0 / block % 2 == 0 }.map { values[$0] }
    }
    alignment = half(alignment)
    trainingLoss = half(trainingLoss)
    energy = half(energy)
    values = values.map { half($0) }
    for (i, unit) in kind.units.enumerated() {
      units[i] = half(units[i], block: cell.integer(unit.size))
    }
    for (i, part) in kind.parts.enumerated() {
      parts[i] = half(parts[i], block: cell.integer(part.size))
    }
  }

  /// The arrays of several tables, one after another.
  package static func numbers(_ tables: [DrawTable]) -> [String: CellResult.Numbers] {
    var numbers: [String: CellResult.Numbers] = [
      "alignment": .double(tables.flatMap(\.alignment)),
      "training_loss": .single(tables.flatMap(\.trainingLoss)),
      "energy": .single(tables.flatMap(\.energy)),
    ]
    for (i, observable) in tables[0].observables.enumerated() {
      let values = tables.flatMap { $0.values[i] }
      numbers[observable.name] =
        observable.isInteger
        ? .integer(values.map { $0.isNaN ? Layout.undefinedCount : Int($0) })
        : .single(values.map { Float($0) })
    }
    for (i, unit) in tables[0].kind.units.enumerated() {
      numbers[unit.name] = .single(tables.flatMap { $0.units[i] })
    }
    for (i, part) in tables[0].kind.parts.enumerated() {
      numbers[part.name] = .single(tables.flatMap { $0.parts[i] })
    }
    return numbers
  }
}
