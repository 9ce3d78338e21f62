import Verdicts

/// Every claim with its verdict, and how verdicts are decided.
enum ClaimsPage {
  /// What a reader of the table has to know.
  static let introduction = """
    These are the statements in numbers that the paper, and a talk on it, make and that we test.
    `data/claims.yml` has each with its source, its criterion, and the reason for any tolerance.
    `cod claims` prints verdicts and estimates from the figures' tables, in a second.
    """

  /// How a verdict follows from an estimate.
  static let rules = """
    - A value is *supported* if the 95 % interval holds it, and excludes its rival: what the value
      would be if the claim were wrong.
    - A range is *supported* if it holds the whole interval.
    - What the interval rules out is *supported in part* if the estimate is as close as the file
      says, with a reason. Otherwise it is *not supported*.
    - An interval that decides nothing leaves a claim *undecided*.
    - A claim of several numbers has the worst of their verdicts.
    - A number that is computed instead of sampled has no interval, and is taken as it is.
    - A prediction with nothing fitted is supported within 10 % of what is sampled, and in part
      within 20 %.
    - The mark \(Claim.doubtMark) says that a part of the cells behind the figure was sampled again
      with other random numbers, and that error bars of one of its studies did not hold.
    - The section *Table of patterns* is the paper's algebra done again by the calculator.
    - A registered prediction was committed before its study's data existed. It is *pending* until
      these exist. In a clone, `cod claims` checks the order by the history, and does not count one
      that was *not registered in time*.
    """

  /// - Parameter seconds: of a core, that simulating a study took, where it is known.
  static func text(of claims: Claims, seconds: [String: Double]) -> String {
    """
    \(Page.mark("data/claims.yml and figures/*-numbers.tsv"))# Claims

    \(introduction)

    ![Verdicts](verdicts.svg)

    ## How verdicts are decided

    \(rules)

    ## The claims

    \(Mathematics.markdown(table(of: claims)))

    ## What would decide the undecided

    An interval shrinks as the inverse root of the number of data sets. If the estimate stays where it
    is, so many times as many decide the claim. The cost is that of the studies behind it: core time
    of the data sets to be added, by the times in `data/runs.json`. A dash stands where no number
    decides, or where the time of a study is not known.

    \(Mathematics.markdown(undecided(claims, seconds)))

    """
  }

  private static func undecided(_ claims: Claims, _ seconds: [String: Double]) -> String {
    let rows = claims.all.filter { $0.verdict == .undecided }.map { claim in
      let factor = claim.dataToDecide
      let times = claim.studies.map { seconds[$0] }
      let cost = factor.flatMap { factor -> String? in
        guard factor <= 100, !times.isEmpty, !times.contains(nil) else { return nil }
        let minutes = (factor - 1) * times.reduce(0) { $0 + $1! } / 60
        return minutes < 90
          ? "\(Int(minutes.rounded(.up))) core-minutes"
          : "\(Int((minutes / 60).rounded(.up))) core-hours"
      }
      let cells = [
        "[\(claim.statement)](#\(claim.identifier))", factor?.timesText ?? "–", cost ?? "–",
      ]
      return "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
    }
    return (["| claim | times as many data sets | cost |", "|---|---|---|"] + rows)
      .joined(separator: "\n")
  }

  /// The table with an anchor in each row.
  private static func table(of claims: Claims) -> String {
    var lines = claims.markdown.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    let anchors = claims.sections.flatMap { section, claims in
      ["claims-\(slug(section))"] + claims.map(\.identifier)
    }
    for (i, anchor) in anchors.enumerated() {
      // After the head and the line below it.
      lines[i + 2] = "| <a id=\"\(anchor)\"></a>\(lines[i + 2].dropFirst(2))"
    }
    return lines.joined(separator: "\n")
  }
}
