import Figures
import Foundation
import Host
import Verdicts

/// How many claims come to each verdict: a bar, and the README's lines around it.
enum VerdictBar {
  static let path = "docs/verdicts.svg"
  private static let begin = "<!-- Verdicts: made by make docs from data/claims.yml -->"
  private static let end = "<!-- End of verdicts -->"

  /// A bar of colours that stand out on white and on black, with the counts in it.
  static func svg(of claims: Claims) -> String {
    let (width, height, gap) = (640, 28, 2)
    let verdicts = claims.verdicts
    let total = max(1, claims.all.count)
    var x = 0
    var done = 0
    var parts: [String] = []
    for verdict in verdicts {
      done += claims.count(verdict)
      let end = width * done / total
      let middle = (x + end - gap) / 2
      parts.append(
        """
        <g><title>\(claims.count(verdict)) \(verdict.rawValue)</title>\
        <rect x="\(x)" y="0" width="\(max(1, end - gap - x))" height="\(height)" rx="3" \
        fill="\(colour(verdict))"/>\
        <text x="\(middle)" y="19">\(claims.count(verdict))</text></g>

        """)
      x = end
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" role="img" font-family="sans-serif" font-size="14" font-weight="600" \
      text-anchor="middle" fill="#ffffff">
      <!-- Made by make docs from data/claims.yml. Change that instead. -->
      <title>\(escaped(claims.summary))</title>
      \(parts.joined())</svg>

      """
  }

  private static func colour(_ verdict: Verdict) -> String {
    switch verdict {
    case .supported: "#12805c"
    case .inPart: "#b06a00"
    case .undecided: "#6f767c"
    case .pending: "#3f6ea3"
    case .notSupported: "#c0432a"
    case .late: "#7a3f8f"
    }
  }

  /// The README with its verdicts renewed.
  ///
  /// - Throws: `UserError` if the file or one of the two marks is missing.
  static func readme(_ file: String, with claims: Claims) throws -> String {
    let text = try utf8Text(of: file, as: "the README")
    guard let begin = text.range(of: begin),
      let end = text.range(of: end, range: begin.upperBound..<text.endIndex)
    else {
      throw UserError(
        "\(file): missing the lines '\(begin)' and '\(end)', which enclose the verdicts")
    }
    return text.replacingCharacters(
      in: begin.upperBound..<end.lowerBound,
      with: "\n![Verdicts](\(path))\n\n\(claims.summary).\n")
  }
}
