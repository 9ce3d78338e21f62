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
  /// Split-R̂ of the alignment over all chains.
  let rHat: Double
  package let low, high: Branch
  /// The higher alignment less the lower one.
  package let difference: MeanDifference
  /// Log-evidence of the branch of higher alignment less that of the lower one, which is the
  /// difference F_low − F_high of their free energies; `nil` where the cell was not on ladders.
  package let evidence: MeanDifference?

  /// Chains of about one alignment.
  package struct Branch {
    package let chains: Int
    package let alignment: MeanEstimate
    /// The log-evidence that the chains' ladders found; `nil` where the cell was not on ladders.
    let evidence: MeanEstimate?
  }

  /// How far apart the alignments have to be, in normal scores, for the cell to be called split.
  /// Cells are not certified for other reasons too, such as few effective samples.
  static let leastScore = 3.0

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
    func branch(_ members: ArraySlice<Int>) -> Branch {
      Branch(
        chains: members.count, alignment: MeanEstimate(members.map { chains[$0] }),
        evidence: MeanEstimate(
          repeated: members.map { result.logEvidence[$0] },
          errors: members.map { result.logEvidenceError[$0] }))
    }
    self.study = study
    parameters = result.parameters
    rHat = Diagnostics(chains).rHat
    let (low, high) = (branch(order[..<cut]), branch(order[cut...]))
    difference = MeanDifference(from: low.alignment, to: high.alignment)
    evidence = low.evidence.flatMap { old in
      high.evidence.map { MeanDifference(from: old, to: $0) }
    }
    (self.low, self.high) = (low, high)
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
        TypedColumn("rhat", "split-R-hat of the alignment over all chains") { $0.rHat },
      ] + columns("low") { $0.low } + columns("high") { $0.high } + [
        TypedColumn("score", "difference of the alignments, as a normal score") {
          $0.difference.score
        },
        TypedColumn(
          "evidence",
          "ln of the evidence of the branch of high alignment over that of the low one, which is "
            + "the difference F_low - F_high of free energies; NaN where the cell was not on ladders"
        ) { $0.evidence?.value ?? .nan },
        TypedColumn("evidence_error", "its standard error, or NaN") {
          $0.evidence?.standardError ?? .nan
        },
      ])
  }
}
