import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory attention-samples`: the samples that two opposed attention heads need, at finite
/// size.
struct TheoryAttentionSamples: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attention-samples",
    abstract: "P*, the samples that two opposed attention heads need, at finite size.",
    discussion: """
      The heads [f(A, w) − f(−A, w)]/2 learn (1/L) Σ x₁ᵃx₂ᵇx₃ᵇ by the entries A₁₂ = −ε and w₃ = ω,
      beside a random bulk of A that the data suppress. The full softmax is averaged over seeded
      draws. Nothing is fitted. The least cost of the prior is printed beside P*.

        cod theory attention-samples --length 16 --dimension 8 --alignment 0.2
        cod theory attention-samples --length 16 --dimension 8 --samples 250 --json
      """)

  @Option(parsing: .unconditional, help: "L, the number of tokens, from 3 to 4096.")
  var length: Int

  @Option(parsing: .unconditional, help: "d, the dimension of a token, from 3 to 512.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "κ, the ridge, from 0.01 to 100.")
  var ridge = 1.0

  @Option(parsing: .unconditional, help: "P: print the posterior of so many samples.")
  var samples: Int?

  @Option(
    parsing: .unconditional,
    help: "The alignment that defines P*, at most 0.6. (default: 0.2)")
  var alignment: Double?

  @Option(
    parsing: .unconditional,
    help: "How many draws are averaged: a multiple of 128, from 1024 to 1048576.")
  var draws = 16384

  @OptionGroup var form: OutputForm

  /// What is printed of P*.
  struct SamplesAnswer: Encodable {
    let samples: Double
    let drawError: Double
    let gridError: Double
    let epsilon: Double
    let omega: Double
    let bulkVariance: Double
    let effectiveRidge: Double
    let cost: Double
    let costError: Double
    let costEpsilon: Double
    let costOmega: Double
    let leadingCost: Double
  }

  /// What is printed of the posterior of P samples.
  struct PosteriorAnswer: Encodable {
    let alignment: Double
    let drawError: Double
    let gridError: Double
    let epsilon: Double
    let omega: Double
    let bulkVariance: Double
    let effectiveRidge: Double
  }

  func run() throws {
    if samples != nil && alignment != nil {
      throw UserError("--alignment: expected without --samples, whose alignment is computed")
    }
    try check("--ridge", positive: ridge)
    if let samples { try check("--samples", count: samples) }
    let alignment = alignment ?? 0.2
    guard alignment > 0 && alignment <= AttentionPosterior.largestAlignment else {
      throw UserError("--\(AttentionTheoryError.alignment(alignment))")
    }
    do {
      let model = try AttentionPosterior(
        length: length, dimension: dimension, ridge: ridge, draws: draws)
      if let samples {
        try printPosterior(of: model, samples)
      } else {
        try printSamples(of: model, at: alignment)
      }
    } catch let error as AttentionTheoryError {
      // Arguments have the names of their options.
      switch error {
      case .length, .dimension, .draws, .ridge, .samples, .alignment: throw UserError("--\(error)")
      case .error, .patternTooLarge, .thresholdNotCrossed:
        throw UserError("--\(error)", exitCode: 1)
      default: throw UserError("\(error)", exitCode: 1)
      }
    }
  }

  private func printPosterior(of model: AttentionPosterior, _ samples: Int) throws {
    let found = try model.state(samples: Double(samples))
    let error = try model.alignmentError(samples: Double(samples))
    let answer = PosteriorAnswer(
      alignment: found.alignment, drawError: error, gridError: found.gridError,
      epsilon: found.epsilon, omega: found.omega, bulkVariance: found.variance,
      effectiveRidge: found.ridge)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("alignment", answer.alignment, "mean over the posterior")
    line("draw_error", answer.drawError, "its standard error over \(draws) draws")
    line("grid_error", answer.gridError, "its difference to that on a coarser grid")
    pattern(answer.epsilon, answer.omega, answer.bulkVariance, answer.effectiveRidge)
  }

  private func printSamples(of model: AttentionPosterior, at alignment: Double) throws {
    let found = try model.samples(alignment: alignment)
    let cost = try model.alignment.leastCost(alignment: alignment)
    let state = found.state
    let answer = SamplesAnswer(
      samples: found.value, drawError: found.drawError, gridError: found.gridError,
      epsilon: state.epsilon, omega: state.omega, bulkVariance: state.variance,
      effectiveRidge: state.ridge, cost: cost.value, costError: cost.drawError,
      costEpsilon: cost.epsilon, costOmega: cost.omega, leadingCost: cost.leading)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("samples", answer.samples, "P*, where the mean alignment is \(alignment)")
    line("draw_error", answer.drawError, "its standard error over \(draws) draws")
    line("grid_error", answer.gridError, "its difference to that on a coarser grid")
    pattern(answer.epsilon, answer.omega, answer.bulkVariance, answer.effectiveRidge)
    line("cost", answer.cost, "E = [d²ε² + dω²]/2, least beside the prior's bulk")
    line("cost_error", answer.costError, "its standard error over draws")
    line("cost_epsilon", answer.costEpsilon, "ε there")
    line("cost_omega", answer.costOmega, "ω there")
    line(
      "leading_cost", answer.leadingCost, "α√(Ld³), the limit of long sequences and large tokens")
  }

  private func pattern(_ epsilon: Double, _ omega: Double, _ bulk: Double, _ ridge: Double) {
    line("epsilon", epsilon, "root mean square of −A₁₂")
    line("omega", omega, "root mean square of w₃")
    line("bulk_variance", bulk, "of the other entries of A, 1 in the prior")
    line("effective_ridge", ridge, "κ with the noise that the bulk makes")
  }

  private func line(_ name: String, _ value: Double, _ meaning: String) {
    printValue(name, value, meaning, width: 16)
  }
}
