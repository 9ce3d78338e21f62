/// A number or word of every cell of a study.
package struct Coordinate: Sendable {
  package let name, longName, description: String

  package init(_ name: String, _ longName: String, _ description: String) {
    self.name = name
    self.longName = longName
    self.description = description
  }

  /// The name in words and what it is.
  package var meaning: String { "\(longName): \(description)" }
}
