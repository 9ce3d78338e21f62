import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory samples`: the samples that two layers need, at finite size.
struct TheorySamples: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "samples",
    abstract: "P*, the samples that a two-layer erf network needs, at finite size.",
    discussion: """
      One neuron specialises beside a bath of lazy neurons, whose readout grows to fit what is left
      of the target He_m(w*·x)/√m!. Nothing is fitted. Data sets are draws of the coordinate w*·x,
      over which the alignment is averaged. It answers for N up to 4d and alignments up to 0.2,
      since only one neuron specialises.

        cod theory samples --dimension 30 --width 30 --ridge 0.1
        cod theory samples --dimension 30 --width 30 --ridge 0.1 --samples 100 --json
      """)

  @Option(parsing: .unconditional, help: "d, the dimension of the inputs, at most 240.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "N, the number of neurons, at most 4d.")
  var width: Int

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge: Double

  @Option(parsing: .unconditional, help: "P: print the alignment of so many samples.")
  var samples: Int?

  @Option(
    parsing: .unconditional,
    help: "The alignment that defines P*, at most 0.2. (default: 0.1)")
  var alignment: Double?

  @Option(parsing: .unconditional, help: "How many draws of data sets are averaged.")
  var draws = 24

  @Option(parsing: .unconditional, help: "m, odd and from 3 to 9: the target is He_m(w*·x)/√m!.")
  var degree = 3

  @OptionGroup var prior: PriorVariances

  @OptionGroup var form: OutputForm

  /// What is printed of P*.
  struct SamplesAnswer: Encodable {
    let samples: Double
    let drawError: Double
    let gridError: Double
  }

  /// What is printed of the alignment.
  struct AlignmentAnswer: Encodable {
    let alignment: Double
    let drawError: Double
    let gridError: Double
    let specialists: Double
  }

  func run() throws {
    if samples != nil && alignment != nil {
      throw UserError("--alignment: expected without --samples, whose alignment is computed")
    }
    try check("--ridge", positive: ridge)
    try prior.requirePositive()
    let model = try option {
      () throws(NeuronBesideBathError) in
      try NeuronBesideBath(
        dimension: dimension, width: width, ridge: ridge, degree: degree,
        weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance)
    }
    do {
      if let samples {
        try printAlignment(of: model, samples)
      } else {
        try printSamples(of: model, at: alignment ?? 0.1)
      }
    } catch let error as NeuronBesideBathError {
      // Arguments have the names of their options.
      switch error {
      case .samples, .draws, .alignment: throw UserError("--\(error)")
      case .tooManySamples, .thresholdNotCrossed: throw UserError("--\(error)", exitCode: 1)
      default: throw UserError("\(error)", exitCode: 1)
      }
    }
  }

  private func printAlignment(of model: NeuronBesideBath, _ samples: Int) throws {
    let found = try model.alignment(samples: samples, draws: draws)
    let answer = AlignmentAnswer(
      alignment: found.value, drawError: found.drawError, gridError: found.gridError,
      specialists: found.specialists)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("alignment", answer.alignment, "mean over \(draws) draws of data sets")
    line("draw_error", answer.drawError, "its standard error over these")
    line("grid_error", answer.gridError, "its difference to that on a coarser grid")
    line("specialists", answer.specialists, "mean number of specialised neurons, at most 1")
  }

  private func printSamples(of model: NeuronBesideBath, at alignment: Double) throws {
    let found = try model.samples(alignment: alignment, draws: draws)
    let answer = SamplesAnswer(
      samples: found.crossing.value, drawError: found.crossing.drawError,
      gridError: found.gridError)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("samples", answer.samples, "P*, where the mean over \(draws) draws is \(alignment)")
    line("draw_error", answer.drawError, "its standard error over these")
    line("grid_error", answer.gridError, "its difference to that on a coarser grid")
  }

  private func line(_ name: String, _ value: Double, _ meaning: String) {
    printValue(name, value, meaning, width: 13)
  }
}
