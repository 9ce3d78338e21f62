import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory patterns`: the free energies of the patterns of three layers, at finite size.
struct TheoryPatterns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patterns",
    abstract: "The patterns of a three-layer erf network and their free energies, at finite size.",
    discussion: """
      The network learns He₃(w*·x)/√6. Specialists stand in the first layer (Sp–GP or Sp–Mag, by the
      second layer's squared readout), in the second one (GP–Sp), or nowhere. Energies are in nats,
      and nothing is fitted. Data sets are draws of the coordinate w*·x. Prior variances are one.
      With --alignment it prints P*, the samples at which the mean over draws and patterns has it.

        cod theory patterns --dimension 16 --widths 64,16 --ridge 1 --samples 960
        cod theory patterns --dimension 16 --widths 256,16 --ridge 1 --samples 960 --draws 6 --json
        cod theory patterns --dimension 8 --widths 8,8 --ridge 1 --alignment 0.1
      """)

  @Option(parsing: .unconditional, help: "d, the dimension of the inputs, at most 256.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "N₁,N₂, the widths of both layers.")
  var widths: String

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge: Double

  @Option(parsing: .unconditional, help: "P, the number of samples, at most 1000d.")
  var samples: Int?

  @Option(parsing: .unconditional, help: "Print P*, the samples at which A is this.")
  var alignment: Double?

  @Option(
    parsing: .unconditional,
    help: "How many draws of data sets are averaged. (default: 1, of P* 12)")
  var draws: Int?

  @OptionGroup var form: OutputForm

  /// What is printed of a pattern.
  struct PatternAnswer: Encodable {
    let energy: Double
    let alignment: Double
    let firstSpecialists: Double
    let squaredReadout: Double
    let secondOverlap: Double

    init(_ pattern: ThreeLayerPatterns.Pattern) {
      energy = pattern.energy
      alignment = pattern.alignment
      firstSpecialists = pattern.firstSpecialists
      squaredReadout = pattern.squaredReadout
      secondOverlap = pattern.secondOverlap
    }
  }

  /// What is printed of a draw.
  struct DrawAnswer: Encodable {
    let lazy: PatternAnswer?
    let firstLayer: PatternAnswer?
    let secondLayer: PatternAnswer?
    let alignment: Double
    let firstSpecialists: Double
    let secondSpecialists: Double
  }

  /// What is printed of P*.
  struct SamplesAnswer: Encodable {
    let samples: Double
    let drawError: Double
  }

  func run() throws {
    guard (samples == nil) != (alignment == nil) else {
      throw UserError("expected one of --samples and --alignment")
    }
    try check("--ridge", positive: ridge)
    let sizes = widths.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard sizes.count == 2, let first = sizes[0], let second = sizes[1] else {
      throw UserError("--widths: got '\(widths)'; expected two integers, as 64,16")
    }
    let model = try option { () throws(ThreeLayerPatternsError) in
      try ThreeLayerPatterns(
        dimension: dimension, firstWidth: first, secondWidth: second, ridge: ridge)
    }
    if let samples {
      try printPatterns(of: model, samples, draws: draws ?? 1)
    } else if let alignment {
      try printSamples(of: model, at: alignment, draws: draws ?? 12)
    }
  }

  /// Returns what the theory finds; its errors name the options that they are about.
  private func solving<Found>(
    _ body: () throws(ThreeLayerPatternsError) -> Found
  ) throws -> Found {
    do {
      return try body()
    } catch {
      switch error {
      case .samples, .draws, .alignment: throw UserError("--\(error)")
      default: throw UserError("\(error)", exitCode: 1)
      }
    }
  }

  private func printSamples(
    of model: ThreeLayerPatterns, at alignment: Double, draws: Int
  ) throws {
    let found = try solving { () throws(ThreeLayerPatternsError) in
      try model.samples(alignment: alignment, draws: draws)
    }
    let answer = SamplesAnswer(samples: found.value, drawError: found.drawError)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("samples", answer.samples, "P*, where the mean over \(draws) draws is \(alignment)")
    line("draw_error", answer.drawError, "its standard error over these")
  }

  private func printPatterns(of model: ThreeLayerPatterns, _ samples: Int, draws: Int) throws {
    let found = try solving { () throws(ThreeLayerPatternsError) in
      try model.patterns(samples: samples, draws: draws)
    }
    let answers = found.map {
      DrawAnswer(
        lazy: $0.lazy.map(PatternAnswer.init), firstLayer: $0.first.map(PatternAnswer.init),
        secondLayer: $0.second.map(PatternAnswer.init), alignment: $0.alignment,
        firstSpecialists: $0.firstSpecialists, secondSpecialists: $0.secondSpecialists)
    }
    if form.json { return try printJSON(answers, isSnakeCase: true) }
    for (draw, answer) in answers.enumerated() {
      if draws > 1 { print("draw \(draw + 1)") }
      for (name, pattern) in [
        ("lazy", answer.lazy), ("first layer", answer.firstLayer),
        ("second layer", answer.secondLayer),
      ] {
        guard let pattern else {
          print("  \(name): missing, no minimum of the free energy")
          continue
        }
        print(
          String(
            format: "  %@: energy %.2f nats, alignment %.3f, M₁ %.2f, |a|² %.2f, ⟨h,x₁⟩ %.2f",
            name, pattern.energy, pattern.alignment, pattern.firstSpecialists,
            pattern.squaredReadout, pattern.secondOverlap))
      }
      line("alignment", answer.alignment, "mean over patterns")
      line("M₁", answer.firstSpecialists, "first-layer neurons with |w·w*| > 0.8")
      line("M₂", answer.secondSpecialists, "probability of a specialist in the second layer")
    }
  }

  private func line(_ name: String, _ value: Double, _ meaning: String) {
    printValue(name, value, meaning, width: 10)
  }
}
