import Studies

/// A study file in numbers: one row a cell.
package struct Summary: Encodable, Sendable {
  package let cells: [Row]
  /// What the rows tell.
  package let layout: Layout

  /// Number of the cells that are sound.
  package let soundCells: Int

  private enum CodingKeys: String, CodingKey { case cells }

  package init(_ archive: Archive) {
    layout = archive.layout
    soundCells = archive.isSound.count { $0 }
    cells = zip(archive.cells, archive.results).map {
      Row(parameters: $0, digest: archive.layout.digest.row($1))
    }
  }

  package struct Row: Encodable, Sendable {
    package let parameters: Parameters
    package let digest: Layout.Digest.Row

    private struct Key: CodingKey {
      let stringValue: String
      init(stringValue: String) { self.stringValue = stringValue }
      var intValue: Int? { nil }
      init?(intValue: Int) { nil }
    }

    /// The cell's parameters and what was found, side by side in one object. JSON has no
    /// infinities: a number that is not finite, as R-hat of chains that never moved, is null.
    package func encode(to encoder: any Encoder) throws {
      try parameters.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
      for (name, field) in digest.fields {
        let key = Key(stringValue: name)
        switch field {
        case .flag(let value): try container.encode(value, forKey: key)
        case .integer(let value): try container.encode(value, forKey: key)
        case .number(let value): try container.encode(finite(value), forKey: key)
        case .numbers(let values):
          var inner = container.nestedContainer(keyedBy: Key.self, forKey: key)
          for (name, value) in values {
            try inner.encode(finite(value), forKey: Key(stringValue: name))
          }
        }
      }
    }
  }
}
