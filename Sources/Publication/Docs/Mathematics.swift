import Verdicts

/// Powers and indices, which Markdown lacks.
enum Mathematics {
  private nonisolated(unsafe) static let power =
    #/\^(?:\{([^}]*)\}|\(([^)]*)\)|([A-Za-z]\b|\d+(?:\.\d+)?))/#
  private nonisolated(unsafe) static let index =
    #/(\p{L})_(?:\{([^}]*)\}|([a-z⊥]{1,2}))(?![A-Za-z_])/#

  /// x^2, x^{1/2}, x^(1/2), x_i as powers and indices of HTML; the text is escaped already.
  static func html(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "^") || $0 == UInt8(ascii: "_") }) else {
      return text
    }
    return text.replacing(power) {
      "<sup>\($0.output.1 ?? $0.output.2 ?? $0.output.3 ?? "")</sup>"
    }
    .replacing(index) {
      "\($0.output.1)<sub>\(html(String($0.output.2 ?? $0.output.3 ?? "")))</sub>"
    }
  }

  /// The same within Markdown, but for code.
  static func markdown(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.hasPrefix("    ") { return String(line) }
      let pieces = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      return pieces.map { $0.isMultiple(of: 2) ? html(String($1)) : String($1) }
        .joined(separator: "`")
    }
    return lines.joined(separator: "\n")
  }
}

/// Lower-case words joined by hyphens, for identifiers.
func slug(_ text: String) -> String {
  text.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "-")
}

extension Claim {
  /// Its anchor.
  var identifier: String { "claim-\(slug(section))-\(slug(name))" }
}
