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

  /// A quantity in the cells that are certified both times.
  package struct Quantity: Sendable {
    package let name: String
    package let scores: NormalScores
    /// The largest score with its sign, and the cell that has it, in words.
    package let worst: (score: Double, cell: String)
  }

  /// The probability that any number of an honest study is called incompatible.
  package static let level = 0.01

  /// Whether the study's errors are compatible with honest ones. Its quantities share the level.
  package var isHonest: Bool {
    quantities.allSatisfy { isHonest($0) }
  }

  package func isHonest(_ quantity: Quantity) -> Bool {
    quantity.scores.isHonest(level: Self.level / Double(quantities.count))
  }

  /// The limits of a quantity's scores.
  package func limits(of quantity: Quantity) -> NormalScores.Limits {
    NormalScores.limits(
      ofScores: quantity.scores.count, level: Self.level / Double(quantities.count))
  }
}

extension Calibration {
  /// Compares a study with its cells among those of a study of the experiment `replication`.
  ///
  /// Only cells that are certified both times count. A mean without a Monte Carlo error does not:
  /// all of its draws are equal, or too few were kept.
  ///
  /// - Parameters:
  ///   - again: the study of the experiment `replication`.
  /// - Throws: `UserError` if the study lacks one of the cells.
  package init(of archive: Archive, in again: Archive) throws {
    study = archive.name
    let layout = archive.layout
    let places = Dictionary(
      zip(archive.cells, archive.cells.indices), uniquingKeysWith: { first, _ in first })
    var scores: [String: [(score: Double, cell: String)]] = [:]
    var (cells, certified, lost, gained) = (0, 0, 0, 0)
    for (result, isSound) in zip(again.results, again.isSound)
    where result.parameters.word(Layout.study) == archive.name {
      let parameters = layout.coordinates.reduce(into: Parameters()) {
        $0[$1.name] = result.parameters[$1.name]
      }
      let words = layout.shown.map { "\($0) \(parameters.text($0))" }.joined(separator: ", ")
      guard let place = places[parameters] else {
        throw UserError(
          "\(archive.file): the cell of \(words) is missing, which \(again.file) has; "
            + "expected both of one version of the study", exitCode: 1)
      }
      cells += 1
      switch (archive.isSound[place], isSound) {
      case (true, true): certified += 1
      case (true, false): lost += 1
      case (false, true): gained += 1
      case (false, false): break
      }
      guard archive.isSound[place], isSound else { continue }
      let (means, errors, samples) = (
        result.doubles("mean"), result.doubles("squared_error"),
        result.doubles("effective_samples")
      )
      for (index, quantity) in layout.quantities.enumerated() {
        guard let old = quantity.estimate(archive.results[place])?.mean else { continue }
        let new = MeanEstimate(
          mean: means[index], squaredError: errors[index], samples: samples[index])
        // Zero and NaN are no errors.
        guard old.squaredError > 0, new.squaredError > 0 else { continue }
        let score = MeanDifference(from: old, to: new).score
        scores[quantity.name, default: []].append((score, words))
      }
    }
    (self.cells, self.certified, self.lost, self.gained) = (cells, certified, lost, gained)
    quantities = layout.quantities.compactMap { quantity in
      guard let found = scores[quantity.name] else { return nil }
      return Quantity(
        name: quantity.name, scores: NormalScores(found.map(\.score)),
        worst: found.max { abs($0.score) < abs($1.score) }!)
    }
  }
}

// MARK: - Words

extension Calibration {
  /// What `cod replicate` prints.
  package var text: String {
    let heads = ["quantity", "cells", "rms z", "limit", ">2", ">3", ">4", "largest", "limit", "in"]
    let rows = quantities.map { quantity -> [String] in
      let (scores, limits) = (quantity.scores, limits(of: quantity))
      return [quantity.name, "\(scores.count)"]
        + [scores.rootMeanSquare, limits.rootMeanSquare].map { String(format: "%.2f", $0) }
        + [2.0, 3, 4].map { String(format: "%.1f %%", 100 * scores.share(beyond: $0)) }
        + [quantity.worst.score, limits.largest].map { String(format: "%.2f", $0) }
        + [quantity.worst.cell]
    }
    let verdict =
      quantities.isEmpty
      ? "no cell is certified both times: nothing is compared"
      : isHonest
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
          rootMeanSquare: quantity.scores.rootMeanSquare,
          rootMeanSquareLimit: limits(of: quantity).rootMeanSquare,
          beyond2: quantity.scores.share(beyond: 2), beyond3: quantity.scores.share(beyond: 3),
          beyond4: quantity.scores.share(beyond: 4), largest: quantity.worst.score,
          largestLimit: limits(of: quantity).largest, worstCell: quantity.worst.cell)
      }, forKey: .quantities)
  }

  private struct Row: Encodable {
    let name: String
    let cells: Int
    let rootMeanSquare, rootMeanSquareLimit, beyond2, beyond3, beyond4: Double
    let largest, largestLimit: Double
    let worstCell: String
  }
}
