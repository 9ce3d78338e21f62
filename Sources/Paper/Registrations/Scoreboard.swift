import Figures
import Foundation
import Host
import Verdicts

extension Figure {
  /// What was predicted beside what was found, of all claims and registered predictions.
  static let scoreboard = Figure(
    name: "scoreboard", tables: ["-ranges", "-sections"], files: sources
  ) { files in
    let claims = try Claims(reading: files.claims, tables: files.tables)
    let scores = claims.all.flatMap(Score.all)
    return [
      values(scores), numbers(claims, scores).table, ranges(scores), sections(of: claims),
    ]
  }

  @Sendable private static func sources(_ files: ClaimFiles) throws -> [String] {
    let claims = try Claims(reading: files.claims, tables: files.tables)
    return [files.claims] + claims.all.compactMap(\.registration).uniqued.map(\.file)
      + claims.all.flatMap(\.figures).uniqued.map { "\(files.tables)/\($0)-numbers.tsv" }
  }

  private static func values(_ scores: [Score]) -> Table {
    Table(
      "scoreboard", "Sampled numbers of which one value is claimed; one row a number",
      of: scores.filter { $0.value != nil },
      columns: Score.names + [
        TypedColumn("predicted", "the value that is claimed") { $0.value },
        TypedColumn("rival", "the value if the claim is wrong") { $0.criterion.rival },
      ] + Score.results)
  }

  private static func ranges(_ scores: [Score]) -> Table {
    let scores = scores.filter { $0.range != nil }
    return Table(
      "scoreboard-ranges", "Sampled numbers of which a range is claimed; one row a number",
      of: scores.indices.map { (place: $0 + 1, score: scores[$0]) },
      columns: [TypedColumn("place", "its place among them") { $0.place }]
        + (Score.names + [
          TypedColumn("from", "the low end of the range, or NaN") { $0.range?.from },
          TypedColumn("to", "the high end of the range, or NaN") { $0.range?.to },
          TypedColumn(
            "deviation", "how far off it is, where the range ends at 1; NaN if it ends at 0"
          ) { $0.deviation(at: $0.estimate.value) },
          TypedColumn("least_deviation", "the least of the interval of 95 %") {
            $0.deviations?.least
          },
          TypedColumn("largest_deviation", "the largest of it") { $0.deviations?.largest },
        ] + Score.results).map { column in column.of { $0.score } })
  }

  private static func sections(of claims: Claims) -> Table {
    let sections = claims.all.map(\.section).uniqued
    return Table(
      "scoreboard-sections", "How many claims come to each verdict; one row a section",
      of: sections.indices.map { (place: $0 + 1, name: sections[$0]) },
      columns: [
        TypedColumn("place", "its place among them") { $0.place },
        TypedColumn("section", "its title") { $0.name },
      ]
        + Verdict.allCases.map { verdict in
          TypedColumn(verdict.identifier, "claims that are \(verdict.rawValue)") { section in
            claims.all.count { $0.section == section.name && $0.verdict == verdict }
          }
        })
  }

  private static func numbers(_ claims: Claims, _ scores: [Score]) -> QuotedNumbers {
    var numbers = QuotedNumbers(figure: "scoreboard")
    for (name, what, group) in [
      ("claims", "claims", claims.all.filter { $0.registration == nil }),
      ("registered", "registered predictions", claims.all.filter { $0.registration != nil }),
    ] {
      numbers.append(name, Double(group.count), meaning: "number of \(what)")
      for verdict in Verdict.allCases {
        numbers.append(
          "\(name)_\(verdict.identifier)", Double(group.count { $0.verdict == verdict }),
          meaning: "of these, \(verdict.rawValue)")
      }
    }
    let deviations = scores.compactMap { score in
      score.value.map { abs(score.estimate.value - $0) }
    }.sorted()
    numbers.append(
      "values", Double(deviations.count), meaning: "numbers of which one value is claimed")
    numbers.append(
      "median_deviation", deviations.isEmpty ? .nan : deviations[deviations.count / 2],
      meaning: "the median of how far these are off")
    return numbers
  }
}

/// A number of a claim that rests on samples, with what is claimed of it.
private struct Score {
  let claim: Claim
  let estimate: Estimate
  let criterion: Criterion

  /// The numbers of a claim that rest on samples and are there.
  static func all(of claim: Claim) -> [Score] {
    zip(claim.estimates, claim.criteria).map { Score(claim: claim, estimate: $0, criterion: $1) }
      .filter { $0.estimate.value.isFinite && !$0.criterion.isExact }
  }

  /// The value that is claimed, if it is one.
  var value: Double? {
    if case .value(let value) = criterion.expected { value } else { nil }
  }

  /// The range that is claimed, if it is one; ends that are open are `nil`.
  var range: (from: Double?, to: Double?)? {
    guard case .range(let from, let to) = criterion.expected else { return nil }
    return (from.isFinite ? from : nil, to.isFinite ? to : nil)
  }

  /// How far off a number is in units of what the range allows: of half the range from its middle,
  /// of the largest value, or of the least one, whose inverse counts.
  ///
  /// - Returns: `nil` if the range has one end and that is not positive.
  func deviation(at x: Double) -> Double? {
    switch range {
    case (let from?, let to?)?: abs(x - (from + to) / 2) / ((to - from) / 2)
    case (nil, let to?)? where to > 0: max(0, x / to)
    case (let from?, nil)? where from > 0: x > 0 ? from / x : .infinity
    default: nil
    }
  }

  /// The deviations of what is nearest and what is farthest off in the interval.
  var deviations: (least: Double, largest: Double)? {
    guard let low = deviation(at: estimate.low), let high = deviation(at: estimate.high),
      estimate.hasInterval
    else { return nil }
    var least = min(low, high)
    if case (let from?, let to?)? = range, estimate.low <= (from + to) / 2,
      (from + to) / 2 <= estimate.high
    {
      least = 0
    }
    return (least, max(low, high))
  }

  static var names: [TypedColumn<Score>] {
    [
      TypedColumn("section", "the section of claims") { $0.claim.section },
      TypedColumn("claim", "its name there") { $0.claim.name },
    ]
  }

  static var results: [TypedColumn<Score>] {
    [
      TypedColumn("found", "what is found") { $0.estimate.value },
      TypedColumn("low", "low end of its interval of 95 %") { $0.estimate.low },
      TypedColumn("high", "high end of it") { $0.estimate.high },
      TypedColumn("verdict", "on this number: \(Verdict.numbered)") {
        $0.criterion.verdict(on: $0.estimate).number
      },
      TypedColumn("registered", "1 for a prediction that was registered") {
        $0.claim.registration != nil
      },
    ]
  }
}

extension Verdict {
  /// The verdict as a name of a column or a number.
  fileprivate var identifier: String { rawValue.replacing(" ", with: "_") }

  /// The verdict's place among all, from 1.
  fileprivate var number: Int { Self.allCases.firstIndex(of: self)! + 1 }

  fileprivate static var numbered: String {
    allCases.map { "\($0.number) \($0.rawValue)" }.joined(separator: ", ")
  }
}
