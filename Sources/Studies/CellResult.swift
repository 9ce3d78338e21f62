/// The numbers of one cell: its share of every array with a row a cell.
///
/// What each array means is said by its layout. Asking for one that the layout does not have is a
/// mistake of the program.
package struct CellResult: Sendable {
  package let layout: Layout
  /// The cell's coordinates.
  package let parameters: Parameters
  /// Texts along axes, by name.
  package let labels: [String: [String]]
  /// The numbers of all arrays but the derived ones, by name.
  package var numbers: [String: Numbers] = [:]

  /// A cell's share of an array, in the array's order.
  package enum Numbers: Sendable {
    case double([Double])
    case single([Float])
    case integer([Int])
  }

  package init(_ layout: Layout, _ parameters: Parameters, labels: [String: [String]] = [:]) {
    self.layout = layout
    self.parameters = parameters
    self.labels = labels
  }

  /// Whether the cell is sound, by the rule of its layout, which may take a while.
  package var isSound: Bool { layout.isSound(self) }
}

extension CellResult {
  /// Numbers of an array in double precision.
  package func doubles(_ name: String) -> [Double] {
    guard case .double(let values)? = numbers[name] else {
      preconditionFailure("no array '\(name)'")
    }
    return values
  }

  /// Numbers of an array in single precision.
  package func singles(_ name: String) -> [Float] {
    guard case .single(let values)? = numbers[name] else {
      preconditionFailure("no array '\(name)'")
    }
    return values
  }

  /// Numbers of an array of whole numbers.
  package func integers(_ name: String) -> [Int] {
    guard case .integer(let values)? = numbers[name] else {
      preconditionFailure("no array '\(name)'")
    }
    return values
  }

  /// Numbers of an array, whatever their type.
  package func reals(_ name: String) -> [Double] {
    switch numbers[name] {
    case .double(let values): values
    case .single(let values): values.map { Double($0) }
    case .integer(let values): values.map { Double($0) }
    case nil: preconditionFailure("no array '\(name)'")
    }
  }
}

extension CellResult: Equatable {
  /// Results are equal if their bits are: also where they are not a number.
  package static func == (a: Self, b: Self) -> Bool {
    a.parameters == b.parameters && a.labels == b.labels && a.numbers == b.numbers
  }
}

extension CellResult.Numbers: Equatable {
  package static func == (a: Self, b: Self) -> Bool {
    func same<T>(_ x: [T], _ y: [T]) -> Bool {
      x.withUnsafeBytes { x in y.withUnsafeBytes { x.elementsEqual($0) } }
    }
    return switch (a, b) {
    case (.double(let x), .double(let y)): same(x, y)
    case (.single(let x), .single(let y)): same(x, y)
    case (.integer(let x), .integer(let y)): x == y
    default: false
    }
  }
}
