import Foundation
import Host
import Yams

/// A value of a YAML file that knows where it stands, so that every complaint about it names the
/// file, the line, the key and the value.
package struct YAMLNode {
  package let file: String
  /// Keys from the top, "network.width".
  package let key: String
  package let node: Node

  /// Reads and parses a file.
  package static func read(
    _ file: String, as kind: String = "a study"
  ) throws -> (root: YAMLNode, text: String) {
    let text = try utf8Text(of: file, as: "\(kind) in YAML", atMost: largestFile)
    return (try parse(text, file, as: kind), text)
  }

  /// Bytes of the largest file that is read.
  private static let largestFile = 1 << 18
  /// The largest number of aliases in a file. Lists of aliases of lists of aliases … make of a few
  /// lines more than any memory holds.
  private static let mostAliases = 8

  /// Parses the text of a file.
  package static func parse(_ text: String, _ file: String, as kind: String = "a study") throws
    -> YAMLNode
  {
    let aliases =
      text.utf8.contains(UInt8(ascii: "*"))
      ? text.matches(of: #/(?:^|[\s\[{,:?-])\*[^\s*,\]}]/#).count : 0
    guard aliases <= mostAliases else {
      throw UserError("\(file): got \(aliases) aliases, as *name; expected at most \(mostAliases)")
    }
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw UserError("\(file): empty; expected \(kind) in YAML")
      }
      let root = YAMLNode(file: file, key: "", node: node)
      try root.requirePrintable()
      return root
    } catch let error as YamlError {
      throw UserError("\(file): not YAML: \(oneLine(error))")
    }
  }

  /// Throws if a value has a tag of its own, whose meaning nobody knows, or if a text or a key has
  /// a control character, which YAML can spell: it would command the terminal that shows it, and a
  /// NUL ends a text where other programs read it.
  private func requirePrintable() throws {
    func require(_ text: String, _ place: String) throws {
      guard let scalar = text.unicodeScalars.first(where: \.isCommand) else { return }
      throw UserError(
        "\(place): got the control character \(scalar.codePoint); expected a text without one")
    }
    let tag = node.tag.description
    guard tag.isEmpty || tag == "!" || tag.hasPrefix("tag:yaml.org,2002:") else {
      throw UserError("\(place): got the tag \(printable(tag)); expected a value without one")
    }
    switch node {
    case .scalar(let scalar): try require(scalar.string, place)
    case .sequence(let items):
      for item in items { try YAMLNode(file: file, key: key, node: item).requirePrintable() }
    case .mapping(let mapping):
      for (name, value) in mapping {
        let text = name.scalar?.string ?? "?"
        let child = YAMLNode(file: file, key: key.isEmpty ? text : "\(key).\(text)", node: value)
        try require(text, YAMLNode(file: file, key: printable(child.key), node: name).place)
        try child.requirePrintable()
      }
    case .alias: break
    }
  }

  private static func oneLine(_ error: YamlError) -> String {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      "line \(mark.line): \(context.map { "\($0.text) " } ?? "")\(problem)"
    case .reader(let problem, let offset, _, let yaml):
      "line \(1 + yaml.prefix(offset ?? 0).count(where: \.isNewline)): \(problem)"
    case .duplicatedKeysInMapping(let keys, let context):
      "line \(context.mark.line): key '\(keys.first ?? "?")' appears twice"
    default: "\(error)".split(separator: "\n").first.map(String.init) ?? "malformed"
    }
  }

  /// An error about this value.
  package func error(expected: String) -> UserError {
    UserError("\(place): got \(got); expected \(expected)")
  }

  /// File, line and key.
  package var place: String {
    "\(file)\(line): \(key.isEmpty ? "top level" : key)"
  }

  /// The value as YAML, the same for equal values; `nil` if it cannot be written.
  package var spelling: String? { try? Yams.serialize(node: node) }

  private var line: String { node.mark.map { ":\($0.line)" } ?? "" }

  private var got: String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(brief(scalar.string))'"
    case .sequence(let sequence): sequence.isEmpty ? "an empty list" : brief(flow(node))
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }

  // MARK: - Mappings

  /// The members of a mapping, every key of which must be among `allowed`.
  package func members(_ allowed: [String]) throws -> [String: YAMLNode] {
    guard case .mapping(let mapping) = node else {
      throw error(expected: "a mapping with keys \(allowed.joined(separator: ", "))")
    }
    var members: [String: YAMLNode] = [:]
    for (name, value) in mapping {
      let text = name.scalar.map { singleLine($0.string) } ?? "?"
      let child = YAMLNode(file: file, key: key.isEmpty ? text : "\(key).\(text)", node: value)
      guard allowed.contains(text) else {
        let line = name.mark.map { ":\($0.line)" } ?? ""
        let hint = nearest(to: text, among: allowed).map { "; did you mean '\($0)'?" } ?? ""
        throw UserError(
          "\(file)\(line): unknown key '\(child.key)'; expected one of "
            + allowed.joined(separator: ", ") + hint)
      }
      members[text] = child
    }
    return members
  }

  /// A member that decides which others there may be, looked at before they are checked.
  package func member(_ name: String) -> YAMLNode? {
    guard case .mapping(let mapping) = node, let value = mapping[name] else { return nil }
    return YAMLNode(file: file, key: key.isEmpty ? name : "\(key).\(name)", node: value)
  }

  /// The member of this name, which must be there.
  package func required(_ name: String, in members: [String: YAMLNode]) throws -> YAMLNode {
    guard let member = members[name] else {
      throw UserError("\(file)\(line): missing key '\(key.isEmpty ? name : "\(key).\(name)")'")
    }
    return member
  }

  /// This mapping with the values of another laid over it, key by key.
  package func overlaid(with other: YAMLNode) -> YAMLNode {
    guard case .mapping(var base) = node, case .mapping(let top) = other.node else { return other }
    for (name, value) in top {
      if let old = base[name], case .mapping = old, case .mapping = value {
        let inner = YAMLNode(file: file, key: key, node: old)
          .overlaid(with: YAMLNode(file: file, key: key, node: value))
        base[name] = inner.node
      } else {
        base[name] = value
      }
    }
    return YAMLNode(file: file, key: key, node: .mapping(base))
  }

  // MARK: - Values

  /// A text that is not empty.
  package func text() throws -> String {
    guard let string = node.scalar?.string, node.null == nil,
      string.contains(where: { !$0.isWhitespace })
    else {
      throw error(expected: "a text")
    }
    return string
  }

  /// One of a few words.
  package func word(_ allowed: [String]) throws -> String {
    guard let string = node.scalar?.string, allowed.contains(string) else {
      throw error(
        expected: allowed.count == 1 ? allowed[0] : "one of \(allowed.joined(separator: ", "))")
    }
    return string
  }

  /// The largest integer that is taken.
  package static let largest = 1_000_000_000

  /// One integer of a range, in decimal digits.
  ///
  /// - Parameters:
  ///   - expected: what is expected, in words, where a range does not tell it.
  ///   - isAllowed: what an integer of the range has to be besides.
  package func integer(
    in range: ClosedRange<Int> = 1...largest, _ expected: String? = nil,
    where isAllowed: (Int) -> Bool = { _ in true }
  ) throws -> Int {
    // "+1", "01" and "1_000" are integers to some readers of YAML, and no digits to others.
    guard let text = node.scalar?.string, let value = Int(text), "\(value)" == text, value >= 0,
      range.contains(value), isAllowed(value)
    else {
      throw error(
        expected: expected ?? "an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// One integer from zero.
  ///
  /// - Parameter expected: what is expected, in words, where that does not tell it.
  package func integerOrZero(_ expected: String? = nil) throws -> Int {
    try integer(in: 0...Self.largest, expected)
  }

  /// One positive number in decimal digits. Its root, its inverse and their products with sizes are
  /// ordinary numbers in single precision.
  ///
  /// - Parameter expected: what is expected besides the number, in words: " or adapted".
  package func number(or expected: String = "") throws -> Double {
    guard let text = node.scalar?.string, isDecimal(text), !looksOctal(text),
      let value = Double(text), (1e-12...1e12).contains(value)
    else { throw error(expected: "a positive number, from 1e-12 to 1e12\(expected)") }
    return value
  }

  /// A scalar or a list: the values of a grid axis, none of them twice.
  package func axis<T: Hashable>(_ element: (YAMLNode) throws -> T) throws -> [T] {
    guard case .sequence(let sequence) = node else { return [try element(self)] }
    guard !sequence.isEmpty else { throw error(expected: "at least one value") }
    var seen: Set<T> = []
    return try sequence.map { item in
      let child = YAMLNode(file: file, key: key, node: item)
      let value = try element(child)
      guard seen.insert(value).inserted else { throw child.error(expected: "each value once") }
      return value
    }
  }
}

/// A text on a line, cut where it is long.
private func brief(_ text: String) -> String {
  let start = String(text.prefix(1000))
  // Blanks at its ends may be what is wrong with it.
  let line = start.contains(where: \.isNewline) ? singleLine(start) : start
  return line.count > 120 ? "\(line.prefix(120))…" : line
}

/// A list as it may be written on a line, "[1, 2, [3, 4]]", with its first elements.
private func flow(_ node: Node, depth: Int = 0) -> String {
  switch node {
  case .scalar(let scalar): singleLine(String(scalar.string.prefix(40)))
  case .sequence(let items):
    if depth > 2 {
      "[…]"
    } else {
      "["
        + (items.prefix(6).map { flow($0, depth: depth + 1) } + (items.count > 6 ? ["…"] : []))
        .joined(separator: ", ") + "]"
    }
  case .mapping: "{…}"
  case .alias: "an alias"
  }
}

/// A text with every run of blanks and line breaks as one blank.
private func singleLine(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
