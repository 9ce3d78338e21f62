import Archives
import Experiments
import Figures
import Foundation
import Host
import Studies

extension Figure {
  /// Where unadjusted Langevin dynamics ends up, against its step, beside the exact posterior: the
  /// mean alignment, what would have shown that it is wrong, and what an effective sample costs.
  static let langevinBias = Figure(
    name: "langevin-bias", studies: ["langevin-bias", "langevin-exact"], axes: ["langevin_step"]
  ) { archives in
    guard archives[0].cells.allSatisfy({ $0.langevinStep > 0 }) else {
      throw UserError("\(archives[0].file): got chains of hmc; expected those of langevin")
    }
    guard archives[1].cells.allSatisfy({ $0.langevinStep == 0 }) else {
      throw UserError("\(archives[1].file): got chains of langevin; expected those of hmc")
    }
    let posteriors = Set(
      archives.flatMap { $0.cells.map { [$0.dimension, $0.width, $0.samples] } })
    let priors = Set(
      archives.flatMap { $0.cells.map { [$0.ridge, $0.weightVariance, $0.readoutVariance] } })
    let sets = archives.flatMap { $0.replicates.map(\.results.count) }
    guard posteriors.count == 1, priors.count == 1, sets.allSatisfy({ $0 == 1 }) else {
      throw UserError(
        "\(files(archives)): got several posteriors; "
          + "expected one data set, network, prior and ridge")
    }
    let exact = Sampled(archives[1].replicates[0].results[0])
    var table = Table(
      "langevin-bias", "Unadjusted Langevin dynamics on one posterior; one row a step",
      columns: [
        .init("step", "eta in whitened coordinates"),
        .init("alignment", "mean alignment over all draws"),
        .init("standard_error", "Monte Carlo standard error of the mean"),
        .init("z", "distance from the exact mean, in combined Monte Carlo standard errors"),
        .init("virial", "mean of theta.grad U/n; 1 in the posterior"),
        .init("rhat", "split-R-hat of the alignment, cold and planted chains"),
        .init("ess", "bulk effective sample size of the alignment"),
        .init("cost", "gradients of one effective sample, warm-up included"),
        .init("agree", "1 if the chains agree by the rule for exact samplers, else 0"),
      ])
    for point in archives[0].replicates {
      let row = Sampled(point.results[0])
      table.append([
        .real(point.parameters.langevinStep), .real(row.alignment), .real(row.error),
        .real((row.alignment - exact.alignment) / hypot(row.error, exact.error)),
        .real(row.virial), .real(row.rHat), .real(row.ess), .real(row.cost),
        .integer(point.results[0].chainsAgree ? 1 : 0),
      ])
    }

    var numbers = QuotedNumbers(figure: "langevin-bias")
    numbers.append("exact_alignment", exact.alignment, meaning: "mean alignment of the posterior")
    numbers.append("exact_error", exact.error, meaning: "its Monte Carlo standard error")
    numbers.append("exact_virial", exact.virial, meaning: "virial of the exact chains")
    numbers.append("exact_rhat", exact.rHat, meaning: "split-R-hat of the exact chains")
    numbers.append("exact_ess", exact.ess, meaning: "their bulk effective sample size")
    numbers.append(
      "exact_cost", exact.cost, meaning: "gradients of one of their effective samples")
    let last = Sampled(archives[0].replicates.last!.results[0])
    numbers.append(
      "largest_step", archives[0].replicates.last!.parameters.langevinStep,
      meaning: "the largest step of the study")
    numbers.append("largest_alignment", last.alignment, meaning: "mean alignment there")
    numbers.append(
      "largest_z", (last.alignment - exact.alignment) / hypot(last.error, exact.error),
      meaning: "distance from the exact mean there, in combined standard errors")
    numbers.append("largest_rhat", last.rHat, meaning: "split-R-hat there")
    numbers.append("largest_virial", last.virial, meaning: "virial there")
    return [table, numbers.table]
  }
}

/// What chains say of the alignment, and of themselves.
private struct Sampled {
  let alignment, error, rHat, ess, virial, cost: Double

  init(_ result: CellResult) {
    let diagnostics = result.alignmentDiagnostics
    alignment = diagnostics.mean
    error = diagnostics.standardError
    rHat = diagnostics.rHat
    ess = diagnostics.bulkESS
    virial = result.virial.reduce(0, +) / Double(result.virial.count)
    cost = Double(result.gradients.reduce(0, +)) / diagnostics.bulkESS
  }
}
