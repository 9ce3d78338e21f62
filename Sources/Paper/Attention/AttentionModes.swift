import Archives
import Experiments
import Figures
import Foundation
import Sampling
import Studies

// The two modes of an attention head's posterior, as the draws of a cell show them.

/// A cell whose chains are in both of the target's modes: what each has, and the odds between them
/// where chains change modes often enough to tell.
struct AttentionModes {
  let parameters: Parameters
  let isCertified: Bool
  /// Mean alignment of the draws in each mode, the first before the second.
  let alignments: [Double]
  /// The share of draws in the first mode, with its R̂ and errors.
  let share: Diagnostics

  /// - Returns: `nil` where less than one draw in twenty is in one of the modes, or the study does
  ///   not observe modes.
  init?(_ result: CellResult) {
    guard result.further.contains("first_mode") else { return nil }
    let first = result.observable("first_mode")
    share = Diagnostics(result.chains(first))
    guard (Self.least...1 - Self.least).contains(share.mean) else { return nil }
    parameters = result.parameters
    isCertified = result.isCertified
    alignments = [1.0, 0].map { mode in
      meanAndError(zip(result.alignment, first).filter { $0.1 == mode }.map(\.0)).mean
    }
  }

  /// The share of draws of a mode from which on a cell has it.
  static let least = 0.05

  /// Whether all chains agree on the share of a mode, by the usual limits.
  var isJoined: Bool {
    share.rHat < Diagnostics.largestRHat && share.bulkESS > Diagnostics.leastESS
  }

  /// ln p₁/p₂ of the modes' shares of time: the difference of their free energies, F₂ − F₁. With
  /// its interval of 95 % from the Monte Carlo error of the share. Missing where chains do not join
  /// the modes: shares are then what the starts made them.
  var logOdds: (value: Double, low: Double, high: Double) {
    guard isJoined else { return (.nan, .nan, .nan) }
    let value = log(share.mean / (1 - share.mean))
    let error = share.standardError / (share.mean * (1 - share.mean))
    return (value, value - 1.96 * error, value + 1.96 * error)
  }
}

extension Table {
  /// Both branches of every cell that has them.
  static func modes(_ name: String, of modes: [AttentionModes]) -> Table {
    Table(
      name,
      "Cells whose chains are in both modes of the posterior; one row a cell",
      of: modes,
      columns: [
        TypedColumn("length", "L") { $0.parameters.length },
        TypedColumn("dimension", "d") { $0.parameters.dimension },
        TypedColumn("samples", "P") { $0.parameters.samples },
        TypedColumn("dataset", "index of the data set") { $0.parameters.dataset },
        TypedColumn("first_alignment", "mean over draws in the first mode, (A_12, w_3) for plain") {
          $0.alignments[0]
        },
        TypedColumn("second_alignment", "mean over draws in the second, (A_13, w_2) for plain") {
          $0.alignments[1]
        },
        TypedColumn("share", "of draws in the first mode") { $0.share.mean },
        TypedColumn(
          "log_odds",
          "ln of the first mode's share over the second's, which is the difference F_2 - F_1 of free "
            + "energies; NaN where chains do not change modes often enough to agree on it"
        ) { $0.logOdds.value },
      ]
        + TypedColumn.interval(
          ("log_odds_low", "low end of its 95 % Monte Carlo interval, or NaN"),
          ("log_odds_high", "high end of it, or NaN")
        ) { ($0.logOdds.low, $0.logOdds.high) } + [.isCertified("the cell") { $0.isCertified }])
  }
}
