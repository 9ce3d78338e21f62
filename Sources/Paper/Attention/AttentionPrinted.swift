import Archives
import Experiments
import Figures
import Foundation
import Host
import Kernels
import Networks
import Studies

extension Figure {
  /// Alignment of the head as printed, for three ways to write the target, beside that of two
  /// opposed heads, and the best R² that either reaches with any weights.
  static let attentionPrinted = Figure(
    name: "attention-printed", studies: ["attention-printed", "attention-collapse"],
    networks: [NetworkKind.attention.name],
    axes: ["length", "dimension", "samples", "target"], tables: ["-reach"]
  ) { archives in
    for (archive, head) in zip(archives, ["printed", "odd"]) {
      let heads = Set(archive.cells.map { $0.word("head") })
      guard heads == [head] else {
        throw UserError(
          "\(archive.file): got head \(heads.sorted().joined(separator: ", ")); expected \(head)")
      }
    }
    var table = Table(
      "attention-printed",
      "Alignment against samples; one row a point of the grid of the printed head, or of the odd head's grid at the same L and d",
      columns: [
        .init("series", "printed-TARGET, or odd: two opposed heads on the plain target"),
        .init("length", "L"), .init("dimension", "d"), .init("samples", "P"),
        .init("scaled_samples", "P/sqrt(L d^3)"),
        .init("alignment", "mean over data sets of the posterior mean"),
        .init("standard_error", "over data sets"), .init("datasets", "data sets"),
        .init("certified", "of these, certified"),
      ])
    let printed = archives[0].replicates
    let shapes = Set(printed.map { [$0.parameters.length, $0.parameters.dimension] })
    let odd = archives[1].replicates.filter {
      shapes.contains([$0.parameters.length, $0.parameters.dimension])
    }
    var largest: [Int: (mean: Double, error: Double)] = [:]
    for point in printed + odd {
      let cell = point.parameters
      let alignment = meanAndError(point.alignments)
      let isOdd = cell.word("head") == "odd"
      if !isOdd, alignment.mean > largest[cell.length]?.mean ?? -1 {
        largest[cell.length] = alignment
      }
      table.append([
        .word(isOdd ? "odd" : "printed-\(cell.word("target"))"),
        .integer(cell.length), .integer(cell.dimension), .integer(cell.samples),
        .real(Double(cell.samples) / attentionScale(cell)), .real(alignment.mean),
        .real(alignment.error), .integer(point.results.count), .integer(point.certified),
      ])
    }

    let lengths = Set(printed.map(\.parameters.length)).sorted()
    var reach = Table(
      "attention-printed-reach",
      "The best R^2 that a head reaches with any weights; one row a length",
      columns: [
        .init("length", "L"),
        .init("printed_fresh", "printed head, plain target, d = 3: R^2 on fresh sequences"),
        .init("printed_fitted", "on the sequences that the weights were fitted to"),
        .init("symmetrised_fresh", "the same for the symmetrised target"),
        .init("symmetrised_fitted", "on the sequences that the weights were fitted to"),
        .init("odd_fresh", "two opposed heads, plain target"),
        .init("odd_fitted", "on the sequences that the weights were fitted to"),
        .init("largest_alignment", "largest mean alignment that was sampled with the printed head"),
        .init("largest_error", "its standard error over data sets"),
      ])
    var numbers = QuotedNumbers(figure: "attention-printed")
    for (i, length) in lengths.enumerated() {
      func best(_ head: AttentionNetwork.Head, _ target: AttentionTarget) -> AttentionReach {
        AttentionReach(
          AttentionNetwork(length: length, dimension: 3, head: head), target: target,
          samples: tokens / length, starts: 4, from: RandomStream(key: 0x4172))
      }
      let (plain, symmetrised, odd) = (
        best(.printed, .plain), best(.printed, .symmetrised), best(.odd, .plain)
      )
      let sampled = largest[length]!
      reach.append([
        .integer(length), .real(plain.fresh), .real(plain.fitted), .real(symmetrised.fresh),
        .real(symmetrised.fitted), .real(odd.fresh), .real(odd.fitted), .real(sampled.mean),
        .real(sampled.error),
      ])
      numbers.append("length_\(i + 1)", Double(length), meaning: "L of colour \(i + 1)")
      for (name, value) in [("printed", plain), ("symmetrised", symmetrised), ("odd", odd)] {
        numbers.append(
          "\(name)_reach_\(i + 1)", (value.fresh + value.fitted) / 2,
          interval: (min(value.fresh, value.fitted), max(value.fresh, value.fitted)),
          meaning:
            "best R^2 of \(name == "odd" ? "two opposed heads" : "the printed head") at L = \(length), halfway between fresh and fitted sequences, which are its ends"
        )
      }
      numbers.append(
        "largest_alignment_\(i + 1)", sampled.mean,
        meaning: "largest mean alignment that was sampled with the printed head at L = \(length)")
    }
    numbers.append(
      "largest_alignment", largest.values.map(\.mean).max()!,
      meaning: "the largest of these over all L")
    numbers.append("length_count", Double(lengths.count), meaning: "how many L there are")
    numbers.append(
      "uncertified", Double(printed.reduce(0) { $0 + $1.results.count - $1.certified }),
      meaning: "cells of the printed head that are not certified")
    numbers.append(
      "cells", Double(printed.reduce(0) { $0 + $1.results.count }),
      meaning: "cells of the printed head in all")
    return [table, reach, numbers.table]
  }

  /// In all sequences that a best R² is sought on: to two digits, in seconds.
  private static let tokens = 131_072
}
