import Figures
import Foundation
import Host
import Verdicts

extension Figure {
  /// What was predicted beside what was found, of all claims and registered predictions.
  static let scoreboard = Figure(
    name: "scoreboard", tables: ["-ranges", "-failed", "-sections"], files: sources
  ) { files in
    let claims = try Claims(reading: files.claims, tables: files.tables)
    var failed: [Claim] = []
    let scores = claims.all.flatMap { claim in
      if claim.isFailed { failed.append(claim) }
      return Score.all(of: claim, number: claim.isFailed ? failed.count : nil)
    }
    return [
      values(scores), numbers(claims, scores).table, ranges(scores), failures(failed, scores),
      sections(of: claims),
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

  /// The numbers of which a range is claimed, with their places.
  private static func placed(_ scores: [Score]) -> [(place: Int, score: Score)] {
    scores.filter { $0.range != nil }.enumerated().map { (place: $0 + 1, score: $1) }
  }

  /// Claims that are not supported, by number, and the point of each that is farthest off.
  private static func failures(_ claims: [Claim], _ scores: [Score]) -> Table {
    typealias Row = (number: Int, claim: Claim, value: Score?, range: (place: Int, score: Score)?)
    let placed = placed(scores)
    let rows = claims.enumerated().map { index, claim -> Row in
      let own = { (score: Score) in score.number == index + 1 && score.isFailed }
      return (
        index + 1, claim,
        scores.filter { own($0) && $0.value != nil }.max { $0.distance < $1.distance },
        placed.filter { own($0.score) && $0.score.deviation(at: $0.score.estimate.value) != nil }
          .max { $0.score.distance < $1.score.distance }
      )
    }
    return Table(
      "scoreboard-failed", "Claims that are not supported; one row a claim", of: rows,
      columns: [
        TypedColumn("number", "the claim's number, beside its points") { $0.number },
        TypedColumn("section", "the section of claims") { $0.claim.section },
        TypedColumn("claim", "its name there") { $0.claim.name },
        TypedColumn("predicted", "the value that is claimed of the number farthest off, or NaN") {
          $0.value?.value
        },
        TypedColumn("found", "what is found of it") { $0.value?.estimate.value },
        TypedColumn("place", "place of its number farthest off among ranges, or NaN") {
          $0.range.map { Double($0.place) }
        },
        TypedColumn("deviation", "how far off that is, where the range ends at 1") {
          $0.range?.score.distance
        },
      ])
  }

  private static func ranges(_ scores: [Score]) -> Table {
    Table(
      "scoreboard-ranges", "Sampled numbers of which a range is claimed; one row a number",
      of: placed(scores),
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
    let shown = placed(scores).compactMap { $0.score.deviation(at: $0.score.estimate.value) }
    numbers.append("ranges", Double(shown.count), meaning: "numbers of which a range has a unit")
    numbers.append(
      "least_shown", Score.leastShown, meaning: "the least deviation from a range that is shown")
    numbers.append(
      "raised", Double(shown.count { $0 < Score.leastShown }),
      meaning: "deviations below that, shown as triangles there")
    return numbers
  }
}

extension Claim {
  /// Whether the archive does not support it.
  fileprivate var isFailed: Bool { [.notSupported, .late].contains(verdict) }
}

/// A number of a claim that rests on samples, with what is claimed of it.
private struct Score {
  let claim: Claim
  let estimate: Estimate
  let criterion: Criterion
  /// The number of the claim among those that are not supported; `nil` if it is.
  let number: Int?

  /// The least deviation from a range that is shown.
  static let leastShown = 0.012

  /// The numbers of a claim that rest on samples and are there.
  static func all(of claim: Claim, number: Int?) -> [Score] {
    zip(claim.estimates, claim.criteria)
      .map { Score(claim: claim, estimate: $0, criterion: $1, number: number) }
      .filter { $0.estimate.value.isFinite && !$0.criterion.isExact }
  }

  /// Whether this number does not support its claim.
  var isFailed: Bool { criterion.verdict(on: estimate) == .notSupported }

  /// How far off it is: from the value, or in units of the range.
  var distance: Double {
    value.map { abs(estimate.value - $0) } ?? deviation(at: estimate.value) ?? 0
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
      TypedColumn("number", "of the claim in scoreboard-failed; NaN if it is not there") {
        $0.number.map(Double.init)
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
