import Archives
import Experiments
import Figures
import Sampling
import Studies

/// A cell whose chains do not agree, as two branches instead of one mean: chains of lower and of
/// higher alignment, parted where the gap between the means of chains is widest.
package struct Branches {
  let study: String
  let parameters: Parameters
  /// All coordinates of the cell, in words.
  package let cell: String
  /// Split-R̂ of the alignment over all chains.
  let rHat: Double
  /// The chains of lower and of higher alignment.
  package let low, high: Branch
  /// The higher alignment less the lower one.
  package let difference: MeanDifference
  /// Log-evidence of the branch of higher alignment less that of the lower one, which is the
  /// difference F_low − F_high of their free energies; `nil` where the cell was not on ladders, or
  /// no branch has two of them.
  ///
  /// Its error is the scatter of ladders about the mean of their branch, since a ladder's own error
  /// is several times too small, or what their errors make if this is larger.
  package let evidence: MeanDifference?

  /// Chains of about one alignment.
  package struct Branch {
    /// How many chains it has.
    package let chains: Int
    /// The mean alignment of its chains.
    package let alignment: MeanEstimate
  }

  /// How far apart the alignments have to be, in normal scores, for the cell to be called split.
  /// Cells are not certified for other reasons too, such as few effective samples.
  static let leastScore = 3.0

  /// Whether the branches differ by more than ``leastScore``. Chains are parted where they differ
  /// most, so this is no test at a level.
  package var isSplit: Bool { difference.score > Self.leastScore }

  /// Whether ladders tell at 95 % which of the branches is likelier.
  package var isDecided: Bool { evidence.map { abs($0.score) > 1.96 } ?? false }

  /// The branches of a cell; `nil` where it has one chain, or draws that are not finite.
  package init?(of result: CellResult, study: String) {
    let chains = result.chains(result.alignment)
    guard chains.count > 1, result.isFinite else { return nil }
    let means = chains.map { $0.reduce(0, +) / Double($0.count) }
    let order = means.indices.sorted { means[$0] < means[$1] }
    let gaps = zip(order, order.dropFirst()).map { means[$1] - means[$0] }
    let cut = gaps.firstIndex(of: gaps.max()!)! + 1
    let parts = [Array(order[..<cut]), Array(order[cut...])]
    let branches = parts.map { members in
      Branch(
        chains: members.count, alignment: MeanEstimate(members.map { chains[$0] }))
    }
    self.study = study
    parameters = result.parameters
    cell = Calibration.words(result.parameters, result.layout)
    rHat = Diagnostics(chains).rHat
    (low, high) = (branches[0], branches[1])
    difference = MeanDifference(from: low.alignment, to: high.alignment)
    evidence = MeanDifference(
      ofEvidences: parts.map { $0.map { result.logEvidence[$0] } },
      errors: parts.map { $0.map { result.logEvidenceError[$0] } })
  }
}

extension MeanDifference {
  /// The mean log-evidence of the second branch less that of the first; `nil` if any is not finite,
  /// or each branch has one alone.
  fileprivate init?(ofEvidences values: [[Double]], errors: [[Double]]) {
    let own = zip(values, errors).compactMap { MeanEstimate($0, errors: $1) }
    let freedom = Double(values.reduce(0) { $0 + $1.count - 1 })
    guard own.count == values.count, freedom > 0 else { return nil }
    let scatter =
      zip(values, own).reduce(0) { sum, branch in
        sum + branch.0.reduce(0) { $0 + ($1 - branch.1.mean) * ($1 - branch.1.mean) }
      } / freedom
    let claimed = own.reduce(0) { $0 + $1.squaredError }
    // Both branches have the one scatter, so the error of the difference is known as well as that.
    self.init(
      from: MeanEstimate(
        mean: own[0].mean,
        squaredError: max(claimed, values.reduce(0) { $0 + scatter / Double($1.count) }),
        degreesOfFreedom: freedom),
      to: MeanEstimate(mean: own[1].mean, squaredError: 0, degreesOfFreedom: .infinity))
  }
}

extension Table {
  /// Both branches of every cell that is not certified.
  static func branches(_ name: String, of branches: [Branches]) -> Table {
    func columns(
      _ key: String, _ branch: @escaping (Branches) -> Branches.Branch
    ) -> [TypedColumn<Branches>] {
      [
        TypedColumn("\(key)_chains", "chains of \(key) alignment") { branch($0).chains },
        TypedColumn("\(key)_alignment", "their mean alignment") { branch($0).alignment.mean },
        TypedColumn("\(key)_error", "its Monte Carlo standard error") {
          branch($0).alignment.squaredError.squareRoot()
        },
      ]
    }
    return Table(
      name, "Cells that are not certified, as two branches of chains; one row a cell",
      of: branches,
      columns: [
        TypedColumn("study", "its name") { $0.study },
        TypedColumn("dimension", "d") { $0.parameters.dimension },
        TypedColumn("samples", "P") { $0.parameters.samples },
        TypedColumn("ridge", "kappa") { $0.parameters.ridge },
        TypedColumn("dataset", "index of the data set") { $0.parameters.dataset },
        TypedColumn("cell", "all coordinates of the cell, in words") { $0.cell },
        TypedColumn("rhat", "split-R-hat of the alignment over all chains") { $0.rHat },
      ] + columns("low") { $0.low } + columns("high") { $0.high } + [
        TypedColumn("score", "difference of the alignments, as a normal score") {
          $0.difference.score
        },
        TypedColumn(
          "evidence",
          "ln of the evidence of the branch of high alignment over that of the low one, which is "
            + "the difference F_low - F_high of free energies; NaN without two ladders in a branch"
        ) { $0.evidence?.value ?? .nan },
        TypedColumn("evidence_error", "its standard error, or NaN") {
          $0.evidence?.standardError ?? .nan
        },
      ])
  }
}
