import Kernels
import Studies

/// What reduces draws to what is archived of them. One thread at a time.
package protocol Observer: AnyObject {
  /// What all observables of a draw are computed from, once for all of them.
  associatedtype Reading

  /// The observables of a draw, in the order of the archive.
  static var observables: [Observed<Reading>] { get }
  /// Observables that are archived where a study asks for them.
  static var further: [FurtherObserved<Self>] { get }
  /// The observables of single neurons, in the order of the archive.
  static var units: [ObservedUnits<Reading>] { get }
  /// The observables of single parts of every draw, as of features, in the order of the archive.
  static var parts: [ObservedUnits<Reading>] { get }

  /// A = ⟨f, y⟩/⟨y, y⟩ over x ~ N(0, I), alone: what warm-up asks for.
  func alignment(_ draw: borrowing AlignedBuffer) -> Double
  /// The alignment and what else is read of a draw.
  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading)
}

/// What is archived of a draw.
package struct Observation {
  package let alignment: Double
  /// Values of the kind's observables, in their order.
  package let observables: [Double]
  /// Values of the further observables that were asked for, in the kind's order.
  package let further: [Double]
  /// Values of its observables of single neurons, in their order; none where they are not kept.
  package let units: [[Float]]
  /// Values of its observables of single parts, in their order.
  package let parts: [[Float]]
}

extension Observer {
  package static var further: [FurtherObserved<Self>] { [] }
  package static var parts: [ObservedUnits<Reading>] { [] }

  /// Reduces a draw.
  ///
  /// - Parameter further: names of the further observables that are asked for.
  package func observe(
    _ draw: borrowing AlignedBuffer, keepingUnits: Bool, further: [String] = []
  ) -> Observation {
    let (alignment, reading) = read(draw)
    let asked = Self.further.filter { further.contains($0.observable.name) }
    return Observation(
      alignment: alignment, observables: Self.observables.map { $0.value(reading) },
      further: asked.map { $0.value(self, reading, draw) },
      units: keepingUnits ? Self.units.map { $0.values(reading) } : [],
      parts: Self.parts.map { $0.values(reading) })
  }
}

/// An observable of draws and its value.
package struct Observed<Reading>: Sendable {
  let observable: NetworkKind.Observable
  let value: @Sendable (Reading) -> Double

  /// - Parameters:
  ///   - certifies: whether chains must agree on it, besides the alignment.
  ///   - tellsMost: whether it tells most of how the network learns; one of a kind does.
  init(
    _ name: String, _ longName: String, _ description: String, isInteger: Bool = false,
    certifies: Bool = false, tellsMost: Bool = false,
    _ value: @escaping @Sendable (Reading) -> Double
  ) {
    observable = NetworkKind.Observable(
      coordinate: .init(name, longName, description), isInteger: isInteger, certifies: certifies,
      tellsMost: tellsMost)
    self.value = value
  }
}

/// An observable that is archived where a study asks for it, and its value. It may cost more than
/// others, and sees the draw itself.
package struct FurtherObserved<Source: Observer>: Sendable {
  typealias Value =
    @Sendable (Source, Source.Reading, _ draw: borrowing AlignedBuffer) -> Double

  let observable: NetworkKind.Observable
  let value: Value

  init(
    _ name: String, _ longName: String, _ description: String, _ value: @escaping Value
  ) {
    observable = NetworkKind.Observable(
      coordinate: .init(name, longName, description), isInteger: false, certifies: false,
      tellsMost: false)
    self.value = value
  }
}

/// An observable of every neuron of a layer, or of every part of what is learned, and its values.
package struct ObservedUnits<Reading>: Sendable {
  let unit: NetworkKind.Unit
  let values: @Sendable (Reading) -> [Float]

  /// - Parameters:
  ///   - axis: the axis that neurons are counted on.
  ///   - size: the size that says how many there are.
  ///   - counted: what is counted.
  init(
    _ name: String, _ longName: String, _ description: String, axis: String, size: String,
    of counted: String = "neuron", _ values: @escaping @Sendable (Reading) -> [Float]
  ) {
    unit = NetworkKind.Unit(
      coordinate: .init(name, longName, description), axis: axis, size: size, counted: counted)
    self.values = values
  }
}
