import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory three-layer`: the energies of a three-layer network's patterns.
struct TheoryThreeLayer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "three-layer",
    abstract: "Energies of the patterns of a three-layer network at finite sizes.",
    discussion: """
      Whole numbers of specialised neurons, prefactors of one: scaling arguments, not fits.

        cod theory three-layer --dimension 16 --widths 64,16
        cod theory three-layer --dimension 64 --widths 512,64 --degree 5 --json
      """)

  @Option(parsing: .unconditional, help: "d, the dimension of the inputs.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "N₁,N₂, the widths of the two hidden layers.")
  var widths: String

  @Option(parsing: .unconditional, help: "m, odd: the target is He_m(w*·x)/√m!.")
  var degree = 3

  @OptionGroup var form: OutputForm

  struct Row: Encodable {
    let name: String
    let energy: String
    let minimum: Double
    let relativeError: Double
    let parameters: [String: Double]
  }

  struct Answer: Encodable {
    let patterns: [Row]
    let winner: String
  }

  func run() throws {
    try check("--dimension", count: dimension)
    guard dimension > 1 else {
      throw UserError("--dimension: got '1'; expected at least 2")
    }
    try check("--degree", odd: degree)
    let sizes = try list("--widths", widths, expected: "two positive integers, as 64,16") {
      Int($0).flatMap { (1...1_000_000_000).contains($0) ? $0 : nil }
    }
    guard sizes.count == 2 else {
      throw UserError("--widths: got '\(widths)'; expected two positive integers, as 64,16")
    }
    // At given sizes the exponents only order the rows.
    let architecture = try Architecture(dense: [.one, .one], degree: degree)
    let prediction = Prediction(architecture)
    let finite = try solving { () throws(GeometricProgramError) in
      try prediction.minima(at: ([dimension] + sizes).map { Double($0) })
    }
    let rows = zip(prediction.patterns, finite.minima).compactMap { pattern, minimum in
      minimum.map { minimum in
        Row(
          name: pattern.name, energy: pattern.energy, minimum: minimum.energy,
          relativeError: minimum.relativeError,
          parameters: Dictionary(minimum.parameters.map { ($0.name, $0.value) }) { a, _ in a })
      }
    }.sorted { $0.minimum < $1.minimum }
    let winner = prediction.patterns[finite.winner].name
    if form.json { return try printJSON(Answer(patterns: rows, winner: winner), isSnakeCase: true) }
    for row in rows {
      let parameters = row.parameters.sorted { $0.key < $1.key }
        .map { "\($0.key) = \(String(format: "%.4g", $0.value))" }
      print(
        row.name.padding(toLength: 9, withPad: " ", startingAt: 0)
          + String(format: "%-14.8g", row.minimum) + row.energy
          + (parameters.isEmpty ? "" : "  at \(parameters.joined(separator: ", "))"))
    }
    let error = rows.map(\.relativeError).max() ?? 0
    print("winner: \(winner)")
    print(String(format: "relative error of the energies: at most %.1e", error))
  }
}

/// `cod theory cnn`: the equation of state of a linear convolution.
struct TheoryCNN: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cnn",
    abstract: "The equation of state of a linear CNN with patches that do not overlap.",
    discussion: """
        cod theory cnn --patch 16 --patches 16 --channels 16 --samples 100 --ridge 0.1
        cod theory cnn --patch 16 --patches 16 --channels 16 --alignment 0.5 --ridge 0.1 --json
      """)

  @Option(parsing: .unconditional, help: "S, the size of a patch.")
  var patch: Int

  @Option(parsing: .unconditional, help: "N_w, how many patches there are.")
  var patches: Int

  @Option(parsing: .unconditional, help: "C, how many channels there are.")
  var channels: Int

  @Option(
    parsing: .unconditional, help: "P, the number of samples at which the alignment is computed.")
  var samples: Double?

  @Option(
    parsing: .unconditional, help: "The alignment at which the number of samples is computed.")
  var alignment: Double?

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge = 1.0

  @Option(parsing: .unconditional, help: "The variance of the output, σ_a².")
  var outputVariance = 1.0

  @OptionGroup var form: OutputForm

  struct Answer: Encodable {
    let samples: Double
    let alignment: Double
    let lazyAlignment: Double
    let effectiveRidge: Double
    let field: Double
    let relativeError: Double
  }

  func run() throws {
    try check("--patch", count: patch)
    try check("--patches", count: patches)
    try check("--channels", count: channels)
    try check("--ridge", positive: ridge)
    try check("--output-variance", positive: outputVariance)
    let model = ConvolutionEquationOfState(
      patch: patch, patches: patches, channels: channels, outputVariance: outputVariance,
      ridge: ridge)
    let state: ConvolutionEquationOfState.State
    switch (samples, alignment) {
    case (let p?, nil):
      try check("--samples", positive: p)
      state = try solving { () throws(EquationOfStateError) in try model.state(samples: p) }
    case (nil, let u?):
      guard u > 0 && u < 1 else {
        throw UserError("--alignment: got '\(u)'; expected a number between 0 and 1")
      }
      state = try solving { () throws(EquationOfStateError) in try model.samples(alignment: u) }
    default: throw UserError("expected either --samples or --alignment")
    }
    let answer = Answer(
      samples: state.samples, alignment: state.alignment, lazyAlignment: state.lazyAlignment,
      effectiveRidge: state.effectiveRidge, field: state.field, relativeError: state.relativeError)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    print(String(format: "samples          %.10g", answer.samples))
    print(String(format: "alignment        %.10g", answer.alignment))
    print(String(format: "lazy alignment   %.10g", answer.lazyAlignment))
    print(String(format: "effective ridge  %.10g", answer.effectiveRidge))
    print(String(format: "field            %.10g", answer.field))
    print(String(format: "relative error   %.0e   bound, for each of these", answer.relativeError))
  }
}
