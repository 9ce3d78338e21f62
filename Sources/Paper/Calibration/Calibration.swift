import Archives
import Experiments
import Foundation
import Host
import Sampling
import Studies

/// A study's cells compared with the same cells sampled again: whether their error bars are those
/// of other random numbers.
package struct Calibration: Sendable {
  package let study: String
  /// Cells that were sampled again, and of these those that are certified both times, in the
  /// study's file alone, and in the other alone.
  package let cells, certified, lost, gained: Int
  /// What has been compared, the study's most telling quantity first.
  package let quantities: [Quantity]
  /// The name of the most telling one.
  private let leadingName: String

  /// A quantity in the cells that are certified both times.
  package struct Quantity: Sendable {
    package let name: String
    /// The score of each cell, with the cell's coordinates in the study and its key.
    package let cells: [(score: Double, cell: Parameters, key: String)]
    package let scores: NormalScores
    /// Cells of which both runs have constant draws, of different values.
    package let contradictory: Int
    /// The largest score with its sign, and the cell that has it, in words.
    package let worst: (score: Double, cell: String)?
  }

  /// The probability that any number of an honest study is called incompatible.
  package static let level = 0.01

  /// Whether the study's errors are compatible with honest ones; `nil` where nothing is compared.
  /// Its quantities share the level.
  package var isHonest: Bool? {
    quantities.isEmpty ? nil : quantities.allSatisfy { isHonest($0) }
  }

  package func isHonest(_ quantity: Quantity) -> Bool {
    quantity.contradictory == 0
      && quantity.scores.isHonest(level: Self.level / Double(quantities.count))
  }

  /// The scores of the study's most telling quantity, if it is among those that are compared.
  package var leading: Quantity? { quantities.first { $0.name == leadingName } }

  /// The limits of a quantity's scores.
  package func limits(of quantity: Quantity) -> NormalScores.Limits {
    NormalScores.limits(
      ofScores: quantity.scores.count, level: Self.level / Double(quantities.count))
  }
}

extension Calibration {
  /// Compares a study with its cells among those of a study of the experiment `replication`.
  ///
  /// Only cells that are certified both times count. A mean of too few kept draws has no error and
  /// does not, nor do equal means of draws that are all equal.
  ///
  /// - Parameters:
  ///   - again: the study of the experiment `replication`.
  /// - Throws: `UserError` if the study lacks one of the cells, or has other quantities.
  package init(of archive: Archive, in again: Archive) throws {
    study = archive.name
    let layout = archive.layout
    let names = layout.quantities.map(\.name)
    leadingName = names[0]
    let places = Dictionary(
      zip(archive.cells, archive.cells.indices), uniquingKeysWith: { first, _ in first })
    var scores: [String: [(score: Double, cell: Parameters, key: String)]] = [:]
    var contradictory: [String: Int] = [:]
    var (cells, certified, lost, gained) = (0, 0, 0, 0)
    for (result, isSound) in zip(again.results, again.isSound)
    where result.parameters.word(Layout.study) == archive.name {
      let parameters = layout.coordinates.reduce(into: Parameters()) {
        $0[$1.name] = result.parameters[$1.name]
      }
      guard let place = places[parameters], result.labels[Layout.quantity] == names else {
        throw UserError(
          "\(archive.file): lacks the cell of \(Self.words(parameters, layout)) or its quantities, "
            + "which \(again.file) has; expected both of one version of the study", exitCode: 1)
      }
      cells += 1
      switch (archive.isSound[place], isSound) {
      case (true, true): certified += 1
      case (true, false): lost += 1
      case (false, true): gained += 1
      case (false, false): break
      }
      guard archive.isSound[place], isSound else { continue }
      let (means, errors, freedom) = (
        result.doubles("mean"), result.doubles("squared_error"),
        result.doubles("degrees_of_freedom")
      )
      for (index, quantity) in layout.quantities.enumerated() {
        guard let old = quantity.estimate(archive.results[place])?.mean else { continue }
        let new = MeanEstimate(
          mean: means[index], squaredError: errors[index], degreesOfFreedom: freedom[index])
        let difference = MeanDifference(from: old, to: new)
        if difference.standardError > 0 {
          scores[quantity.name, default: []].append(
            (difference.score, parameters, archive.keys[place]))
        } else if difference.standardError == 0, difference.value != 0 {
          contradictory[quantity.name, default: 0] += 1
        }
      }
    }
    (self.cells, self.certified, self.lost, self.gained) = (cells, certified, lost, gained)
    quantities = layout.quantities.compactMap { quantity in
      let (found, others) = (scores[quantity.name] ?? [], contradictory[quantity.name] ?? 0)
      guard !found.isEmpty || others > 0 else { return nil }
      return Quantity(
        name: quantity.name, cells: found, scores: NormalScores(found.map(\.score)),
        contradictory: others,
        worst: found.max { abs($0.score) < abs($1.score) }
          .map { ($0.score, Self.words($0.cell, layout)) })
    }
  }

  /// The coordinates of a cell, in words: "dimension 12, samples 60, …".
  static func words(_ cell: Parameters, _ layout: Layout) -> String {
    layout.shown.map { "\($0) \(cell.text($0))" }.joined(separator: ", ")
  }
}

// MARK: - Words

extension Calibration {
  /// What `cod replicate` prints.
  package var text: String {
    let heads = [
      "quantity", "cells", "constant", "rms z", "limit", ">2", ">3", ">4", "largest", "limit", "in",
    ]
    let rows = quantities.map { quantity -> [String] in
      let (scores, limits) = (quantity.scores, limits(of: quantity))
      func number(_ x: Double) -> String { String(format: "%.2f", x) }
      func share(_ threshold: Double) -> String {
        String(format: "%.1f %%", 100 * scores.share(beyond: threshold))
      }
      return [
        quantity.name, "\(scores.count)", "\(quantity.contradictory)",
        number(scores.rootMeanSquare), number(limits.rootMeanSquare), share(2), share(3), share(4),
        number(quantity.worst?.score ?? .nan), number(limits.largest), quantity.worst?.cell ?? "-",
      ]
    }
    let verdict =
      isHonest == nil
      ? "no cell is certified both times: nothing is compared"
      : isHonest!
        ? "compatible with honest errors, at a level of \(Self.level) for all of them together"
        : "not compatible with honest errors, at a level of \(Self.level) for all of them together"
    return
      ("""
    \(study): \(cells) cells sampled again; certified: \(certified) both times, \(lost) in the \
    archive alone, \(gained) now alone
    """.split(separator: "\n").map(String.init)
      + Columns([heads] + rows, left: [0, heads.count - 1]).lines + ["\(study): \(verdict)"])
      .joined(separator: "\n")
  }
}

extension Calibration: Encodable {
  private enum CodingKeys: CodingKey {
    case study, cells, certified, lost, gained, compatible, quantities
  }

  package func encode(to encoder: any Encoder) throws {
    func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(study, forKey: .study)
    try container.encode(cells, forKey: .cells)
    try container.encode(certified, forKey: .certified)
    try container.encode(lost, forKey: .lost)
    try container.encode(gained, forKey: .gained)
    try container.encode(isHonest, forKey: .compatible)
    try container.encode(
      quantities.map { quantity in
        Row(
          name: quantity.name, cells: quantity.scores.count,
          contradictory: quantity.contradictory,
          rootMeanSquare: finite(quantity.scores.rootMeanSquare),
          rootMeanSquareLimit: limits(of: quantity).rootMeanSquare,
          beyond2: finite(quantity.scores.share(beyond: 2)),
          beyond3: finite(quantity.scores.share(beyond: 3)),
          beyond4: finite(quantity.scores.share(beyond: 4)), largest: quantity.worst?.score,
          largestLimit: limits(of: quantity).largest, worstCell: quantity.worst?.cell)
      }, forKey: .quantities)
  }

  private struct Row: Encodable {
    let name: String
    let cells, contradictory: Int
    let rootMeanSquare: Double?
    let rootMeanSquareLimit: Double
    let beyond2, beyond3, beyond4, largest: Double?
    let largestLimit: Double
    let worstCell: String?
  }
}
