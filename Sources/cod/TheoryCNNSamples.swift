import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory cnn-samples`: the samples that a linear convolution needs, at finite size.
struct TheoryCNNSamples: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cnn-samples",
    abstract: "P*, the samples that a linear CNN needs, at finite size.",
    discussion: """
      The posterior over the C channels' overlaps with the target is integrated exactly. Around it
      are the modes that share filters or readouts with the target, the bulk of the others, and the
      noise of finite data. Nothing is fitted. `cod theory cnn` is the limit of large sizes.

        cod theory cnn-samples --patch 16 --patches 16 --channels 16 --ridge 0.1
        cod theory cnn-samples --patch 16 --patches 16 --channels 16 --ridge 0.1 --samples 84 --json
      """)

  @Option(parsing: .unconditional, help: "S, the size of a patch.")
  var patch: Int

  @Option(parsing: .unconditional, help: "N_w, how many patches there are.")
  var patches: Int

  @Option(parsing: .unconditional, help: "C, how many channels there are, at least 2.")
  var channels: Int

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge = 1.0

  @Option(parsing: .unconditional, help: "The variance of the output, σ_a².")
  var outputVariance = 1.0

  @Option(parsing: .unconditional, help: "P: print the posterior of so many samples.")
  var samples: Double?

  @Option(parsing: .unconditional, help: "The alignment that defines P*. (default: 0.5)")
  var alignment: Double?

  @OptionGroup var form: OutputForm

  struct Answer: Encodable {
    let samples: Double
    let alignment: Double
    let gridError: Double
    let effectiveRidge: Double
    let testError: Double
    let filterAmplification: Double
    let readoutAmplification: Double
    let filterVariance: Double
    let readoutVariance: Double
  }

  func run() throws {
    try check("--patch", count: patch)
    try check("--patches", count: patches)
    try check("--channels", count: channels)
    try check("--ridge", positive: ridge)
    try check("--output-variance", positive: outputVariance)
    if samples != nil && alignment != nil {
      throw UserError("--alignment: expected without --samples, whose alignment is computed")
    }
    let model = try option { () throws(ConvolutionPosteriorError) in
      try ConvolutionPosterior(
        patch: patch, patches: patches, channels: channels, outputVariance: outputVariance,
        ridge: ridge)
    }
    let state: ConvolutionPosterior.State
    if let samples {
      try check("--samples", positive: samples)
      state = try solving { () throws(ConvolutionPosteriorError) in
        try model.state(samples: samples)
      }
    } else {
      let alignment = alignment ?? 0.5
      guard alignment > 0 && alignment < 1 else {
        throw UserError("--alignment: got '\(alignment)'; expected a number between 0 and 1")
      }
      state = try solving { () throws(ConvolutionPosteriorError) in
        try model.samples(alignment: alignment)
      }
    }
    let answer = Answer(
      samples: state.samples, alignment: state.alignment, gridError: state.gridError,
      effectiveRidge: state.effectiveRidge, testError: state.testError,
      filterAmplification: state.filterAmplification,
      readoutAmplification: state.readoutAmplification, filterVariance: state.filterVariance,
      readoutVariance: state.readoutVariance)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("samples", answer.samples, "P, or P* where the alignment is given")
    line("alignment", answer.alignment, "mean over the posterior and data sets")
    line("grid_error", answer.gridError, "its difference between two lattices of the integral")
    line("effective_ridge", answer.effectiveRidge, "k, κ with the variance of f that is left")
    line("test_error", answer.testError, "ε, of the posterior's mean")
    line("filter_amplification", answer.filterAmplification, "D, of the filters along w*")
    line("readout_amplification", answer.readoutAmplification, "of their mean over patches")
    line("filter_variance", answer.filterVariance, "of the filters across w*, 1 in the prior")
    line("readout_variance", answer.readoutVariance, "of the readouts across that mean")
  }

  private func line(_ name: String, _ value: Double, _ meaning: String) {
    printValue(name, value, meaning, width: 24)
  }
}
