import Figures
import Host
import Verdicts

/// How claims rest on figures and figures on studies, as an SVG whose colours are the page's.
struct PipelineGraph {
  /// In the order of the page.
  let figures: [(name: String, studies: [String])]
  let claims: [Claim]

  private static let (row, top, mark, gap) = (24.0, 34.0, 11.0, 4.0)
  private static let (studyX, figureX, claimX, width) = (176.0, 312.0, 520.0, 860.0)

  var html: String {
    let studies = figures.flatMap(\.studies).uniqued
    let height = Self.top + Self.row * Double(figures.count)
    let spacing = (height - Self.top) / Double(max(1, studies.count))
    func y(ofFigure i: Int) -> Double { Self.top + Self.row * (Double(i) + 0.5) }
    func y(ofStudy i: Int) -> Double { Self.top + spacing * (Double(i) + 0.5) }

    var lines: [String] = []
    for (x, text, anchor) in [
      (Self.studyX, "studies", "end"), (Self.figureX, "figures", "start"),
      (Self.claimX, "claims", "start"),
    ] {
      lines.append(
        "<text class=\"head\" x=\"\(x)\" y=\"16\" text-anchor=\"\(anchor)\">\(text)</text>")
    }
    for (i, figure) in figures.enumerated() {
      for study in figure.studies {
        let (from, to) = (y(ofStudy: studies.firstIndex(of: study)!), y(ofFigure: i))
        lines.append(
          "<path class=\"edge\" d=\"M\(Self.studyX + 8) \(from) C\(Self.studyX + 68) \(from) "
            + "\(Self.figureX - 68) \(to) \(Self.figureX - 8) \(to)\"/>")
      }
    }
    for (i, study) in studies.enumerated() {
      lines.append(
        "<a href=\"#study-\(study)\"><text x=\"\(Self.studyX)\" y=\"\(y(ofStudy: i) + 4)\" "
          + "text-anchor=\"end\">\(study)</text></a>")
    }
    for (i, figure) in figures.enumerated() {
      let y = y(ofFigure: i)
      lines.append(
        "<a href=\"#figure-\(figure.name)\"><text x=\"\(Self.figureX)\" y=\"\(y + 4)\">"
          + "\(figure.name)</text></a>")
      let own = claims.filter { $0.figures.contains(figure.name) }
      for (j, claim) in own.enumerated() {
        lines.append(
          Self.mark(
            claim, x: Self.claimX + (Self.mark + Self.gap) * Double(j), y: y - Self.mark / 2))
      }
    }
    return """
      <div class="scroll graph"><svg role="group" aria-label="Studies, the figures that are made from them, \
      and the claims that rest on these" viewBox="0 0 \(Self.width) \(height)" \
      xmlns="http://www.w3.org/2000/svg">
      \(lines.joined(separator: "\n"))
      </svg></div>

      """
  }

  /// Marks of claims in a line of their own.
  static func marks(_ claims: [Claim]) -> String {
    let width = (mark + gap) * Double(claims.count)
    let marks = claims.enumerated().map { Self.mark($1, x: (mark + gap) * Double($0) + 1, y: 1) }
    return
      "<svg class=\"marks\" role=\"group\" aria-label=\"Claims\" width=\"\(width)\" height=\"\(mark + 2)\" "
      + "viewBox=\"0 0 \(width) \(mark + 2)\" xmlns=\"http://www.w3.org/2000/svg\">\(marks.joined())</svg>"
  }

  /// A claim: full, half, empty or crossed out, so that the colour is not all that tells its
  /// verdict.
  private static func mark(_ claim: Claim, x: Double, y: Double) -> String {
    let text = escaped("\(claim.statement): \(claim.verdict.rawValue)")
    return "<a href=\"#\(claim.identifier)\" aria-label=\"\(text)\"><title>\(text)</title>"
      + "\(shape(claim.verdict, x: x, y: y))</a>"
  }

  static func shape(_ verdict: Verdict, x: Double, y: Double) -> String {
    let side = mark
    let box = "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(side)\" height=\"\(side)\"/>"
    let inside =
      switch verdict {
      case .supported: "<path class=\"full\" d=\"M\(x) \(y)h\(side)v\(side)h-\(side)z\"/>"
      case .inPart: "<path class=\"full\" d=\"M\(x) \(y)v\(side)h\(side)z\"/>"
      case .undecided: ""
      case .pending: "<path d=\"M\(x) \(y + side / 2)h\(side)\"/>"
      case .notSupported, .late:
        "<path d=\"M\(x) \(y)l\(side) \(side)M\(x) \(y + side)l\(side) -\(side)\"/>"
      }
    return "<g class=\"mark \(verdict.style)\">\(box)\(inside)</g>"
  }
}

extension Verdict {
  /// Its class in the page's style.
  var style: String {
    switch self {
    case .supported: "yes"
    case .inPart: "part"
    case .undecided, .pending: "open"
    case .notSupported, .late: "no"
    }
  }
}
