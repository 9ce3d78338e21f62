/// The bytes of a state that another run goes on from: written and read by one description.
///
/// A type describes its state once, by a method that hands each of its variables to a coder. A
/// coder that writes appends a variable's bytes, one that reads replaces the variable. So what is
/// read is what was written, bit for bit, and in one order.
public struct StateCoder {
  /// What was written, or is read.
  public private(set) var bytes: [UInt8]
  /// Whether variables are replaced.
  public let isReading: Bool
  private var place = 0

  /// Creates a coder that writes.
  public init() { (bytes, isReading) = ([], false) }

  /// Creates a coder that reads.
  public init(reading bytes: [UInt8]) { (self.bytes, isReading) = (bytes, true) }

  /// Writes or reads a number.
  ///
  /// - Throws: `DamagedState` if nothing is left to read.
  public mutating func code<Number: StateNumber>(_ number: inout Number) throws(DamagedState) {
    if isReading {
      number = try read(count: 1)[0]
    } else {
      append([number])
    }
  }

  /// Writes or reads numbers, with their count before them.
  ///
  /// - Throws: `DamagedState` if there are fewer left.
  public mutating func code<Number: StateNumber>(_ numbers: inout [Number]) throws(DamagedState) {
    var count = numbers.count
    try code(&count)
    if isReading {
      numbers = try read(count: count)
    } else {
      append(numbers)
    }
  }

  /// Writes or reads lists, of which there have to be as many.
  ///
  /// - Throws: `DamagedState` if there is another number of them.
  public mutating func code<Number: StateNumber>(_ lists: inout [[Number]]) throws(DamagedState) {
    try require(lists.count)
    for i in lists.indices { try code(&lists[i]) }
  }

  /// Writes or reads a number that may be missing.
  ///
  /// - Throws: `DamagedState` if nothing is left to read.
  public mutating func code<Number: StateNumber>(_ number: inout Number?) throws(DamagedState) {
    var numbers = number.map { [$0] } ?? []
    try code(&numbers)
    number = numbers.first
  }

  /// Writes or reads the values of a buffer, which has to have as many.
  ///
  /// - Throws: `DamagedState` if it has another number of them.
  public mutating func code(_ buffer: borrowing AlignedBuffer) throws(DamagedState) {
    try require(buffer.count)
    if isReading {
      let values: [Float] = try read(count: buffer.count)
      for (i, value) in values.enumerated() { buffer[i] = value }
    } else {
      append(buffer.values)
    }
  }

  /// Writes a number, or reads one that has to be the same: a size or a version.
  ///
  /// - Throws: `DamagedState` if it is another.
  public mutating func require(_ number: Int) throws(DamagedState) {
    var found = number
    try code(&found)
    guard found == number else { throw DamagedState() }
  }

  /// Checks that nothing is left to read.
  ///
  /// - Throws: `DamagedState` if something is.
  public func requireEnd() throws(DamagedState) {
    guard !isReading || place == bytes.count else { throw DamagedState() }
  }

  private mutating func append<Number: StateNumber>(_ numbers: [Number]) {
    numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  private mutating func read<Number: StateNumber>(count: Int) throws(DamagedState) -> [Number] {
    let size = MemoryLayout<Number>.size
    guard count >= 0, count <= (bytes.count - place) / size else { throw DamagedState() }
    defer { place += count * size }
    return [Number](unsafeUninitializedCapacity: count) { numbers, initialized in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(numbers).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[place..<place + count * size]))
      }
      initialized = count
    }
  }
}

/// A number whose bytes are all that it is.
public protocol StateNumber: BitwiseCopyable {}
extension Double: StateNumber {}
extension Float: StateNumber {}
extension Int: StateNumber {}

/// An error: the bytes are those of no such state.
public struct DamagedState: Error {
  /// Creates the error.
  public init() {}
}
