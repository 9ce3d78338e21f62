import Foundation

/// A value as JSON with sorted keys, over several lines.
///
/// - Parameter isSnakeCase: whether the property exactTail has the key exact_tail.
/// - Throws: `UserError` that names the key of what JSON does not hold.
package func jsonText(_ value: some Encodable, isSnakeCase: Bool = false) throws -> String {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = isSnakeCase ? .convertToSnakeCase : .useDefaultKeys
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch EncodingError.invalidValue(let value, let context) {
    let path = context.codingPath.map { key in
      isSnakeCase
        ? key.stringValue.replacing(#/[A-Z]/#) { "_" + $0.output.lowercased() } : key.stringValue
    }
    let key = path.joined(separator: ".")
    guard let number = value as? any BinaryFloatingPoint, !isFinite(number) else {
      throw UserError("\(key): \(context.debugDescription)", exitCode: 1)
    }
    throw UserError(
      "\(key): got \(number), a result beyond double precision; expected smaller sizes",
      exitCode: 1)
  }
}

private func isFinite(_ number: some BinaryFloatingPoint) -> Bool { number.isFinite }
