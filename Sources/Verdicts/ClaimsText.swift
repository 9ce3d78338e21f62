import Foundation
import Host

extension Estimate {
  /// "1.03 (0.97 … 1.10)", to two digits of the interval's width; "0.333" without one.
  package var text: String {
    guard value.isFinite else { return "none" }
    guard hasInterval else {
      // A rounded zero has no sign.
      return String(format: "%.3g", abs(value) < 1e-12 ? 0 : value)
        .replacing("-", with: "−")
    }
    let width = high - low
    if width > 0 && width < 1e-5 {
      return String(format: "%.1e (%.1e … %.1e)", value, low, high).replacing("-", with: "−")
    }
    let digits = width > 0 ? max(0, min(6, 1 - Int(log10(width).rounded(.down)))) : 3
    return String(format: "%.*f (%.*f … %.*f)", digits, value, digits, low, digits, high)
      .replacing("-", with: "−")
  }
}

extension Claim {
  /// What stands beside the verdict of a claim that is doubtful.
  package static let doubtMark = "‡"

  /// "0.333, 0.333".
  package var estimateText: String { estimateTexts.joined(separator: ", ") }

  /// One for each number.
  package var estimateTexts: [String] {
    isPending ? ["not measured yet"] : estimates.map(\.text)
  }

  /// "1 (rival 3)", "at most 0.02".
  package var expectedText: String { expectedTexts.joined(separator: ", ") }

  /// One for each number, or one for all of them; the last with the rival.
  package var expectedTexts: [String] {
    var texts = expectations
    if let rival { texts[texts.count - 1] += " (rival \(rival))" }
    return texts.map { $0.replacing("-", with: "−") }
  }
}

extension Double {
  /// A factor by which data have to grow, rounded up: "1.3", "12", "more than 100".
  package var timesText: String {
    if self > 100 { return "more than 100" }
    return self < 10
      ? String(format: "%.1f", (10 * self).rounded(.up) / 10) : "\(Int(rounded(.up)))"
  }
}

extension Claims {
  /// For people, at a terminal.
  package var text: String {
    var lines: [String] = []
    for (section, claims) in sections {
      lines.append(section)
      for claim in claims {
        lines.append("  \(claim.verdict.rawValue): \(claim.statement)")
        lines.append("      \(claim.estimateText), expected \(claim.expectedText)")
        if claim.verdict == .inPart, let inPart = claim.inPart, let because = claim.because {
          lines.append("      in part \(inPart.replacing("-", with: "−")): \(because)")
        }
        lines.append("      \(claim.source); figure \(claim.figures.joined(separator: ", "))")
        if let order = claim.order { lines.append("      \(order)") }
        if let factor = claim.dataToDecide {
          lines.append("      \(factor.timesText) times as many data sets would decide it")
        }
        if !claim.doubtful.isEmpty {
          lines.append(
            "      error bars did not hold, sampled again: \(claim.doubtful.joined(separator: ", "))"
          )
        }
      }
    }
    return (lines + [summary]).joined(separator: "\n")
  }

  /// "30 claims: 20 supported, 5 supported in part, 2 undecided, 3 not supported", without verdicts
  /// that no claim comes to.
  package var summary: String {
    let counts = verdicts.map { "\(count($0)) \($0.rawValue)" }
    return "\(all.count) claims: \(counts.joined(separator: ", "))"
  }

  /// The table in Markdown.
  package var markdown: String {
    var lines = [
      "| claim | expected | estimate (95 %) | verdict | figure |", "|---|---|---|---|---|",
    ]
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
    for (section, claims) in sections {
      lines.append("| **\(cell(section))** | | | | |")
      for claim in claims {
        let verdict = claim.verdict
        let cells = [
          claim.statement, claim.expectedText, claim.estimateText,
          (verdict == .supported ? verdict.rawValue : "**\(verdict.rawValue)**")
            + (claim.doubtful.isEmpty ? "" : " \(Claim.doubtMark)"),
          claim.figures.map { "`\($0)`" }.joined(separator: ", "),
        ]
        lines.append("| \(cells.map(cell).joined(separator: " | ")) |")
      }
    }
    return (lines + ["", "\(summary)."]).joined(separator: "\n")
  }

  /// Sections in the order of the file.
  package var sections: [(String, [Claim])] {
    all.map(\.section).uniqued.map { section in (section, all.filter { $0.section == section }) }
  }
}

extension Claims: Encodable {
  private struct Row: Encodable {
    struct Number: Encodable {
      let estimate, low, high: Double?
      let expected: String
    }
    struct Registered: Encodable {
      let name, about: String
      let studies, missing: [String]
      let order: String?
    }
    let section, name, statement, source: String
    let estimates: [Number]
    let rival, inPart, because: String?
    let numbers: [String]
    let doubtful: [String]
    let dataToDecide: Double?
    let registered: Registered?
    let verdict: Verdict
  }

  /// Claims in their order, with all that the verdicts rest on.
  package func encode(to encoder: any Encoder) throws {
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    var rows = encoder.unkeyedContainer()
    for claim in all {
      let expectations = claim.expectations
      try rows.encode(
        Row(
          section: claim.section, name: claim.name, statement: claim.statement,
          source: claim.source,
          estimates: claim.estimates.enumerated().map { i, estimate in
            .init(
              estimate: finite(estimate.value), low: finite(estimate.low),
              high: finite(estimate.high), expected: expectations[expectations.count == 1 ? 0 : i])
          },
          rival: claim.rival, inPart: claim.inPart, because: claim.because,
          numbers: claim.numbers.map(\.description), doubtful: claim.doubtful,
          dataToDecide: claim.dataToDecide,
          registered: claim.registration.map {
            .init(
              name: $0.name, about: $0.about, studies: $0.studies, missing: $0.missing,
              order: claim.order?.description)
          },
          verdict: claim.verdict))
    }
  }
}
