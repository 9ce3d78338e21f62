import Foundation
import Sampling
import Studies

// The results of a quartic loss.

extension Layout {
  static let quarticLoss = Layout(
    experiment: QuarticLoss.name, model: QuarticLoss.models[0],
    summary:
      "Functions on a circle under a quartic loss, one row a cell of the study's grid",
    coordinates: [
      .init(Coordinate("exponent", "exponent alpha", "variances k^(-1-alpha)"), .real, .axis),
      .init(Coordinate("frequencies", "largest frequency", "of the modes"), .integer, .fixed),
      .init(Coordinate("quartic", "quartic coupling u", "of the loss"), .real, .axis),
      .init(
        Coordinate(Parameters.Name.samples, "samples P", "multiply the population's loss"),
        .integer, .axis),
      .init(
        Coordinate(
          Parameters.Name.ridge, "ridge kappa",
          "the loss is P integral of (f - y)^2/(2 kappa) + u (f - y)^4/4"), .real, .axis),
      .init(
        Coordinate(
          Parameters.Name.dataset, "index of the target",
          "cells of one index and number of frequencies have the same y_k/sqrt(lambda_k)"),
        .integer, .replicate),
    ],
    shown: [
      "exponent", "quartic", Parameters.Name.samples, Parameters.Name.dataset,
    ],
    axes: [.chain, .draw],
    labels: [
      Label(
        "start", along: .chain, "where each chain begins",
        "cold: at a draw from the prior; planted: at the target",
        words: SamplerSpec.Start.allCases.map(\.rawValue))
    ],
    columns: [
      Column(
        error, [.chain, .draw], .single, "squared error", "integral of (f - y)^2 of each draw"),
      Column(
        "fourth", [.chain, .draw], .single, "fourth moment of the error",
        "integral of (f - y)^4 of each draw"),
      Column(
        "step_size", [.chain], .double, "step size", "in whitened coordinates, frozen"),
      Column(
        "acceptance", [.chain], .double, "mean acceptance",
        "mean of min(1, exp(-Delta H)) after warm-up"),
      Column(
        "virial", [.chain], .double, "virial", "mean of theta.grad U/n over draws: 1 in equilibrium"
      ),
      Column(
        "gradients", [.chain], .integer, "gradient evaluations", "warm-up included"),
      Column(
        "hartree", [], .double, "squared error in the Hartree approximation",
        "of the same target"),
      Column(
        "gaussian", [], .double, "squared error without the quartic part",
        "exact, of the same target"),
      Column(
        "error_rhat", [], .double, "split-R-hat of the squared error",
        "rank-normalised, over all chains (Vehtari et al. 2021)", gaps: [.unmoved],
        isDerived: true),
      Column(
        "error_ess", [], .double, "bulk effective sample size of the squared error",
        "over all chains", isDerived: true),
      Column(
        certified, [], .integer, "certified equilibrium",
        "1 where all chains moved, error_ess > \(Diagnostics.leastESS.spelt) and error_rhat < "
          + "\(Diagnostics.largestRHat.spelt), else 0", isDerived: true),
    ],
    soundness: Soundness(
      column: certified, adjective: certified,
      criterion:
        "Metropolis-adjusted chains, from the prior and from the target, all of which moved, with "
        + "R-hat < \(Diagnostics.largestRHat.spelt) and ESS > \(Diagnostics.leastESS.spelt) of the "
        + "squared error"),
    digest: Digest(
      heads: [certified, "R-hat", "error", "Hartree", "Gaussian"],
      row: { result in
        let diagnostics = result.errorDiagnostics
        let numbers = [
          diagnostics.mean, result.doubles("hartree")[0], result.doubles("gaussian")[0],
        ]
        return .init(
          texts: [result.isSound ? "yes" : "no", String(format: "%.3f", diagnostics.rHat)]
            + numbers.map { String(format: "%.4f", $0) },
          fields: [
            (certified, .flag(result.isSound)), ("error_rhat", .number(diagnostics.rHat)),
            (
              "error",
              .numbers([
                ("mean", diagnostics.mean), ("standard_error", diagnostics.standardError),
              ])
            ), ("hartree", .number(numbers[1])), ("gaussian", .number(numbers[2])),
          ])
      }),
    derive: { result in
      let diagnostics = result.errorDiagnostics
      let moved = result.errorChains.allSatisfy { Set($0).count > 1 }
      let isCertified =
        moved && diagnostics.bulkESS > Diagnostics.leastESS
        && diagnostics.rHat < Diagnostics.largestRHat
      return [diagnostics.rHat, diagnostics.bulkESS, isCertified ? 1 : 0]
    },
    quantities: [Quantity(error, isDecisive: true) { .chains($0.errorChains) }])

  private static let error = "error"
}

extension CellResult {
  /// ∫(f − y)² of every draw, as one array a chain.
  package var errorChains: [[Double]] { chains(singles("error")) }
  /// Mean, error and agreement of ∫(f − y)² over all chains.
  package var errorDiagnostics: Diagnostics { Diagnostics(errorChains) }
}
