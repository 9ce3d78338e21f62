import Foundation

/// A placeholder of prose: `{exponent:.2f}`, `{exponent.low:.2f}`, `{|largest_z|:.0f}`,
/// `{FIGURE/exponent:.2f}`, `{cells(STUDY, …)}`.
enum Placeholder {
  case number(Number)
  case count(Quantity, studies: [String])

  /// A number that a figure quotes.
  struct Number {
    /// `nil` for the figure whose caption it is.
    let figure: String?
    let name: String
    let end: End
    let isAbsolute: Bool
    let format: Format

    enum End: String { case value, low, high }
  }

  /// Something to count over the cells of studies.
  enum Quantity: String, CaseIterable {
    case cells, certified, uncertified, tempered
  }

  /// What is wrong with a placeholder.
  struct Mistake: Error {
    let words: String
  }

  /// "cells(two-layer-width)".
  private nonisolated(unsafe) static let count = #/(\w+)\(([^()]*)\)/#
  /// "|specialists/exponent.low|:.2f".
  private nonisolated(unsafe) static let number =
    #/(\|?)(?:([\w-]+)\/)?(\w+)(?:\.(low|high))?(\|?)(?::(.*))?/#

  /// - Throws: `Mistake`.
  init(_ text: String) throws {
    let inside = text.dropFirst().dropLast()
    if let (_, word, list) = inside.wholeMatch(of: Self.count)?.output {
      guard let quantity = Quantity(rawValue: String(word)) else {
        let known = Quantity.allCases.map(\.rawValue).joined(separator: ", ")
        throw Mistake(words: "got '\(word)'; expected one of \(known)")
      }
      let studies = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      guard !studies.isEmpty else { throw Mistake(words: "expected the name of a study") }
      self = .count(quantity, studies: studies)
      return
    }
    guard let parts = inside.wholeMatch(of: Self.number)?.output, parts.1 == parts.5 else {
      throw Mistake(words: "got no placeholder; expected {NAME:FORMAT} or {cells(STUDY)}")
    }
    guard let format = Format(String(parts.6 ?? "")) else {
      throw Mistake(words: "got the format '\(parts.6 ?? "")'; expected .Nf, .Ng or .N%")
    }
    self = .number(
      Number(
        figure: parts.2.map(String.init), name: String(parts.3),
        end: parts.4.flatMap { Number.End(rawValue: String($0)) } ?? .value,
        isAbsolute: !parts.1.isEmpty, format: format))
  }
}

extension Placeholder {
  /// How a number is spelt.
  struct Format {
    private enum Style: Character {
      case decimals = "f"
      case significant = "g"
      case percent = "%"
    }
    private let style: Style
    private let digits: Int
    private nonisolated(unsafe) static let spelling = #/\.(\d)([fg%])/#

    /// `.2f`, `.2g` or `.0%`; `nil` for anything else.
    init?(_ text: String) {
      guard let (_, digits, style) = text.wholeMatch(of: Self.spelling)?.output,
        let count = Int(digits), let style = Style(rawValue: style.first!),
        style != .significant || count > 0
      else { return nil }
      self.style = style
      self.digits = count
    }

    /// The number in words, with a true minus, and without one where it rounds to zero.
    func text(_ value: Double) -> String {
      let text =
        switch style {
        case .decimals: String(format: "%.*f", digits, value)
        case .percent: String(format: "%.*f %%", digits, 100 * value)
        case .significant: significant(value)
        }
      let isZero = !text.contains { ("1"..."9").contains($0) }
      return isZero ? text.replacing("-", with: "") : text.replacing("-", with: "−")
    }

    /// The value to that many significant digits, written out: 5600 instead of 5.6e+03.
    private func significant(_ value: Double) -> String {
      let rounded = String(format: "%.*e", digits - 1, value)
      let exponent = rounded.split(separator: "e").last.flatMap { Int($0) } ?? 0
      return String(format: "%.*f", max(0, digits - 1 - exponent), Double(rounded) ?? value)
    }
  }
}
