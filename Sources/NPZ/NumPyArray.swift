import Foundation
import Host

/// An array as NumPy keeps it in a file: its shape, the type of its numbers, and their values.
///
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", versions 1 to 3.
package struct NumPyArray: Equatable, Sendable {
  /// Extents, slowest first; empty for a single number.
  package let shape: [Int]
  /// The type of the numbers in the file.
  package let element: Element
  /// The numbers in row-major order, whatever the file's order is.
  package let values: [Double]

  package enum Element: Equatable, Sendable {
    case float32, float64
    /// Integers of any size, and truth values.
    case integer
  }

  package init(shape: [Int], element: Element, values: [Double]) {
    precondition(shape.reduce(1, *) == values.count)
    self.shape = shape
    self.element = element
    self.values = values
  }
}

/// What is wrong with the bytes of an array, in words that follow its name.
struct NumPyFault: Error {
  let words: String
  init(_ words: String) { self.words = words }
}

extension NumPyArray {
  /// Reads the bytes of an `.npy` file.
  ///
  /// - Throws: `NumPyFault` if they are damaged, or hold what is no number.
  init(_ bytes: Data) throws(NumPyFault) {
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual([0x93] + Array("NUMPY".utf8)),
      let version = bytes.number(1, at: 6)
    else { throw NumPyFault("is no array of NumPy") }
    guard (1...3).contains(version) else {
      throw NumPyFault("is of format version \(version); expected 1, 2 or 3")
    }
    let width = version == 1 ? 2 : 4
    guard let length = bytes.number(width, at: 8), length <= bytes.count - 8 - width else {
      throw NumPyFault("is cut in its head")
    }
    let first = bytes.startIndex + 8 + width
    let head = try NumPyHead(bytes[first..<first + length])
    let type = try StoredNumber(head.type)
    var count = 1
    for extent in head.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= bytes.count else {
        throw NumPyFault("declares more numbers than it has: \(head.shapeText)")
      }
      count = product
    }
    let body = bytes[(first + length)...]
    guard body.count == count * type.size else {
      throw NumPyFault(
        "has \(body.count) bytes of numbers; expected \(count * type.size) for \(head.shapeText)")
    }
    let stored = body.withUnsafeBytes { buffer in
      (0..<count).map { type.value(buffer, $0 * type.size) }
    }
    self.init(
      shape: head.shape, element: type.element,
      values: head.isFortranOrder ? Self.rowMajor(stored, head.shape) : stored)
  }

  /// Numbers whose first index varies fastest, in row-major order.
  private static func rowMajor(_ values: [Double], _ shape: [Int]) -> [Double] {
    guard shape.count > 1, !values.isEmpty else { return values }
    var strides = [1]
    for extent in shape.dropLast() { strides.append(strides.last! * extent) }
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    return values.indices.map { _ in
      let value = values[place]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        index[axis] = 0
      }
      return value
    }
  }
}

// MARK: - Numbers

/// How the numbers of an array are stored.
private struct StoredNumber {
  let element: NumPyArray.Element
  let size: Int
  private let isBigEndian: Bool
  private let kind: Character

  /// - Parameter type: "<f4": the byte order, the kind and the bytes of a number.
  init(_ type: String) throws(NumPyFault) {
    guard let match = type.wholeMatch(of: #/([<>|=])([a-zA-Z])([0-9]{1,4})/#),
      let size = Int(match.output.3), let kind = match.output.2.first
    else { throw NumPyFault("holds no numbers, but \(shown(type)); \(Self.expected)") }
    switch (kind, size) {
    case ("f", 4): element = .float32
    case ("f", 8): element = .float64
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8), ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1):
      element = .integer
    default: throw NumPyFault("holds \(shown(type)); \(Self.expected)")
    }
    self.size = size
    self.kind = kind
    isBigEndian = match.output.1 == ">"
  }

  private static let expected = "expected float32, float64 or integers"

  /// The number that begins at a byte.
  func value(_ buffer: UnsafeRawBufferPointer, _ place: Int) -> Double {
    var bits: UInt64 = 0
    for i in 0..<size {
      bits = bits << 8 | UInt64(buffer[place + (isBigEndian ? i : size - 1 - i)])
    }
    switch (kind, size) {
    case ("f", 4): return Double(Float(bitPattern: UInt32(bits)))
    case ("f", _): return Double(bitPattern: bits)
    case ("i", _):
      let unused = UInt64(64 - 8 * size)
      return Double(Int64(bitPattern: bits << unused) >> Int64(unused))
    default: return Double(bits)
    }
  }
}

// MARK: - The head

/// The head of an array: a dictionary as Python spells it.
private struct NumPyHead {
  let type: String
  let isFortranOrder: Bool
  let shape: [Int]
  var shapeText: String { "shape \(shape)" }

  init(_ bytes: Data) throws(NumPyFault) {
    let text = String(decoding: bytes, as: UTF8.self)
    let damage = NumPyFault("has a head that is no dictionary of descr, fortran_order and shape")
    guard let inside = text.wholeMatch(of: #/\s*\{(.*)\}\s*/#.dotMatchesNewlines())?.output.1 else {
      throw damage
    }
    let entry =
      #/\s*['"](?<key>\w+)['"]\s*:\s*(?<value>'[^']*'|"[^"]*"|True|False|\([\d\sL,]*\)|\[.*?\])\s*(?:,|$)/#
      .dotMatchesNewlines()
    var values: [String: String] = [:]
    var rest = inside
    while !rest.allSatisfy(\.isWhitespace) {
      guard let match = rest.prefixMatch(of: entry),
        values.updateValue(String(match.output.value), forKey: String(match.output.key)) == nil
      else { throw damage }
      rest = rest[match.range.upperBound...]
    }
    guard values.count == 3, let type = values["descr"], let order = values["fortran_order"],
      ["True", "False"].contains(order), let shape = values["shape"], shape.hasPrefix("(")
    else { throw damage }
    self.type = type.trimmingCharacters(in: CharacterSet(charactersIn: "'\""))
    isFortranOrder = order == "True"
    var extents: [Int] = []
    for word in shape.dropFirst().dropLast().split(separator: ",") {
      let digits = word.trimmingCharacters(in: .whitespaces)
      if digits.isEmpty { continue }
      guard let extent = Int(digits.hasSuffix("L") ? String(digits.dropLast()) : digits),
        extent >= 0, extents.count < 32
      else { throw damage }
      extents.append(extent)
    }
    self.shape = extents
  }
}
