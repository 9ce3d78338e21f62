import ArgumentParser
import Foundation
import Host
import Networks
import Theory

/// `cod theory density`: the density of overlaps and the alignment of two layers, at finite size.
struct TheoryDensity: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "density",
    abstract: "The density of w·w* and the alignment of a two-layer erf network, at finite size.",
    discussion: """
      The posterior of all N neurons, which share the target He_m(w*·x)/√m!, is sampled with the other
      coordinates of the inputs averaged out. Nothing is fitted. Data sets are draws of the coordinate
      w*·x. Time grows as N times draws times sweeps: eight seconds in the first example.

        cod theory density --dimension 20 --width 40 --ridge 0.1 --samples 400
        cod theory density --dimension 20 --width 40 --ridge 0.1 --samples 400 --draws 48 --json
      """)

  @Option(parsing: .unconditional, help: "d, the dimension of the inputs, at most 1024.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "N, the number of neurons, at most 4096.")
  var width: Int

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge: Double

  @Option(parsing: .unconditional, help: "P, the number of samples, at most 200d.")
  var samples: Int

  @Option(parsing: .unconditional, help: "How many draws of data sets are averaged.")
  var draws = 24

  @Option(
    parsing: .unconditional, help: "Moves of all neurons in each of the two chains of a draw.")
  var sweeps = 200

  @Option(parsing: .unconditional, help: "m, odd and from 3 to 9: the target is He_m(w*·x)/√m!.")
  var degree = 3

  @OptionGroup var prior: PriorVariances

  @Option(parsing: .unconditional, help: "|w·w*| beyond which a neuron is a specialist.")
  var threshold = SpecialistThreshold.overlap

  @OptionGroup var form: OutputForm

  /// A bin of the density.
  struct Bin: Encodable {
    let overlap: Double
    let density: Double
    let error: Double
  }

  /// What is printed.
  struct Answer: Encodable {
    let alignment: Double
    let alignmentError: Double
    let startDifference: Double
    let specialists: Double
    let specialistProbabilities: [Double]
    let threshold: Double
    let density: [Bin]
  }

  func run() throws {
    try check("--ridge", positive: ridge)
    try prior.requirePositive()
    try check("--threshold", overlap: threshold)
    let model = try option { () throws(FiniteWidthPosteriorError) in
      try FiniteWidthPosterior(
        dimension: dimension, width: width, ridge: ridge, degree: degree,
        weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance)
    }
    let found: FiniteWidthPosterior.Estimate
    do {
      found = try model.estimate(
        samples: samples, draws: draws, sweeps: sweeps, threshold: threshold,
        binWidth: 0.1 * prior.weightVariance.squareRoot())
    } catch {
      switch error {
      case .samples, .draws, .sweeps: throw UserError("--\(error)")
      default: throw UserError("\(error)", exitCode: 1)
      }
    }
    let answer = Answer(
      alignment: found.alignment.value, alignmentError: found.alignment.error,
      startDifference: found.startDifference, specialists: found.meanSpecialists,
      specialistProbabilities: found.specialists, threshold: threshold,
      density: found.density.enumerated().map { bin, density in
        Bin(
          overlap: (Double(bin) + 0.5) * found.binWidth, density: density.value,
          error: density.error)
      })
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("alignment", answer.alignment, "mean over \(draws) draws of data sets")
    line("alignment_error", answer.alignmentError, "its standard error over these")
    line("start_difference", answer.startDifference, "of chains that begin with specialists")
    line("specialists", answer.specialists, "mean number M of neurons with |w·w*| > \(threshold)")
    for (m, probability) in found.specialists.enumerated() where probability >= 5e-4 {
      line("M = \(m)", probability, "probability")
    }
    for bin in answer.density where bin.density > 0 {
      line(
        String(format: "p(%.3g)", bin.overlap), bin.density,
        String(format: "± %.1g, density of w·w*", bin.error))
    }
  }

  private func line(_ name: String, _ value: Double, _ meaning: String) {
    printValue(name, value, meaning, width: 18)
  }
}
