import Host

// Lists and mappings whose keys are free.

extension YAMLNode {
  /// The members of a mapping whose keys are free, in their order, at least one.
  package func entries(_ what: String) throws -> [(name: String, node: YAMLNode)] {
    guard case .mapping(let mapping) = node, !mapping.isEmpty else {
      throw error(expected: "a mapping of \(what)")
    }
    return try mapping.map { key, value in
      guard let name = key.scalar?.string, !name.isEmpty else {
        throw error(expected: "a mapping of \(what), whose keys are names")
      }
      return (
        name,
        YAMLNode(file: file, key: self.key.isEmpty ? name : "\(self.key).\(name)", node: value)
      )
    }
  }

  /// The items of a list, or what stands in its place.
  package var elements: [YAMLNode] {
    guard case .sequence(let items) = node else { return [self] }
    return items.map { YAMLNode(file: file, key: key, node: $0) }
  }

  /// A number, "0.1", or a fraction, "3/4".
  ///
  /// - Parameter expected: what is expected besides the number, in words: ", or auto".
  package func real(or expected: String = "") throws -> Double {
    guard let text = node.scalar?.string, let match = text.wholeMatch(of: Self.fraction),
      !looksOctal(match.output.1), !looksOctal(match.output.2 ?? ""),
      let top = Double(match.output.1), let bottom = Double(match.output.2 ?? "1"), bottom != 0
    else { throw error(expected: "a number, as 0.75, or a fraction, as 3/4\(expected)") }
    return top / bottom
  }

  // A literal is compiled each time that it is evaluated, so this one is evaluated once.
  private nonisolated(unsafe) static let fraction =
    #/(-?\d{1,6}(?:\.\d{1,6})?)(?:\/(\d{1,6}(?:\.\d{1,6})?))?/#.asciiOnlyDigits()

  /// The items of a list.
  ///
  /// - Parameters:
  ///   - what: what the items are, in an error: "layers".
  ///   - numbered: whether an item's key says which it is, "layers[2]".
  package func items(_ what: String? = nil, numbered: Bool = false) throws -> [YAMLNode] {
    guard case .sequence(let items) = node else {
      throw error(expected: what.map { "a list of \($0)" } ?? "a list")
    }
    return items.enumerated().map { index, item in
      YAMLNode(file: file, key: numbered ? "\(key)[\(index + 1)]" : key, node: item)
    }
  }
}
