import Figures
import Verdicts

extension Report {
  /// How verdicts are decided, and the table, section by section.
  var claimsHTML: String {
    let said = [ClaimsPage.introduction, ClaimsPage.rules].flatMap { Markdown($0).blocks }
      .map(\.html).joined()
    let bodies = claims.sections.map { section, claims in
      """
      <tbody>
      <tr class="section"><th id="claims-\(slug(section))" colspan="5" scope="rowgroup">\
      \(Mathematics.html(escaped(section)))</th></tr>
      \(claims.map(row).joined())</tbody>

      """
    }
    return said + """
      <table class="claims">
      <caption>Every claim, what is expected of it, and the verdict</caption>
      <thead><tr><th scope="col">claim</th><th scope="col">expected</th>\
      <th scope="col">estimate (95 %)</th><th scope="col">verdict</th><th scope="col">figure</th></tr></thead>
      \(bodies.joined())</table>

      """
  }

  private func row(_ claim: Claim) -> String {
    let verdict = claim.verdict
    var notes = [escaped(claim.source)]
    if verdict == .inPart, let inPart = claim.inPart, let because = claim.because {
      notes.append("in part \(escaped(inPart.replacing("-", with: "−"))): \(escaped(because))")
    }
    if !claim.doubtful.isEmpty {
      notes.append(
        "\(Claim.doubtMark) error bars did not hold, sampled again: "
          + claim.doubtful.map(escaped).joined(separator: ", "))
    }
    let mark = claim.doubtful.isEmpty ? "" : " \(Claim.doubtMark)"
    /// Numbers with intervals one above the other, short ones in a line.
    func values(_ texts: [String]) -> String {
      let lines =
        claim.estimates.contains(where: \.hasInterval) ? texts : [texts.joined(separator: ", ")]
      return
        "<span>\(lines.map { "<span class=\"value\">\(escaped($0))</span>" }.joined(separator: " "))</span>"
    }
    // A prediction may name a figure that is not drawn yet.
    let drawn = Set(figures.map(\.figure.name))
    let names = claim.figures.map { name in
      let code = "<code>\(escaped(name))</code>"
      return drawn.contains(name) ? "<a href=\"#figure-\(name)\">\(code)</a>" : code
    }
    return """
      <tr id="\(claim.identifier)"><th scope="row">\(Mathematics.html(escaped(claim.statement)))\
      <small>\(notes.map(Mathematics.html).joined(separator: "; "))</small></th>\
      <td data-label="expected">\(values(claim.expectedTexts))</td>\
      <td data-label="estimate">\(values(claim.estimateTexts))</td>\
      <td data-label="verdict"><span class="verdict \(verdict.style)">\(verdict.rawValue)</span>\(mark)</td>\
      <td data-label="figure">\(names.joined(separator: ", "))</td></tr>

      """
  }
}
