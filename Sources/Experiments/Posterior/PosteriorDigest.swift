import Foundation
import Sampling
import Studies

/// What `cod summary` tells of a cell that was sampled.
enum PosteriorDigest {
  static func digest(of kind: NetworkKind) -> Layout.Digest {
    let observable = kind.tellingMost.name
    let heads = [
      Layout.certified, "alignment", "R-hat", "ESS", "loss", observable,
    ]
    return Layout.Digest(heads: heads) { row(of: $0, observable) }
  }

  private static func row(of result: CellResult, _ observable: String) -> Layout.Digest.Row {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let isCertified = result.isCertified
    let alignment = Diagnostics(result.chains(result.alignment))
    let loss = Diagnostics(result.chains(result.trainingLoss))
    let names = result.kind.observables.map(\.name) + result.further
    let others = names.map { ($0, Diagnostics(result.chains(result.observable($0)))) }
    let count = others.first { $0.0 == observable }!.1.mean
    let proposals = result.involutionAcceptance.map { acceptance -> (String, Layout.Digest.Field) in
      ("involution_acceptance", .number(mean(acceptance)))
    }
    return Layout.Digest.Row(
      texts: [
        isCertified ? result.replicas[0] > 0 ? "tempered" : "yes" : "no",
        String(format: "%.4f ± %.4f", alignment.mean, alignment.standardError),
        String(format: "%.3f", alignment.rHat), String(format: "%.0f", alignment.bulkESS),
        String(format: "%.3f", loss.mean), String(format: "%.2f", count),
      ],
      fields: [
        ("certified", .flag(isCertified)), ("alignment", field(alignment)),
        ("training_loss", field(loss)),
      ] + others.map { ($0.0, field($0.1)) } + [
        ("virial", .number(mean(result.virial))),
        ("acceptance", .number(mean(result.acceptance))),
        ("energy_error", .number(mean(result.energyError))),
        ("trajectory", .number(mean(result.trajectory))),
      ] + proposals + [
        ("replicas", .integer(result.replicas[0])),
        ("gradients", .integer(result.gradients.reduce(0, +))),
      ])
  }

  /// A posterior mean, its Monte Carlo standard error, bulk and tail effective sample size and
  /// split-R̂.
  private static func field(_ diagnostics: Diagnostics) -> Layout.Digest.Field {
    .numbers([
      ("mean", diagnostics.mean), ("mcse", diagnostics.standardError),
      ("ess", diagnostics.bulkESS), ("tail_ess", diagnostics.tailESS), ("rhat", diagnostics.rHat),
    ])
  }
}
