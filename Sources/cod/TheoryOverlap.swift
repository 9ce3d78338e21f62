import ArgumentParser
import Foundation
import Host
import Networks
import Theory

/// `cod theory overlap`: a neuron's overlaps with Hermite polynomials.
struct TheoryOverlap: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlap",
    abstract: "Overlaps of one neuron with the Hermite polynomials of the first coordinate.",
    discussion: """
      ⟨σ(w·x + b), He_m(x₁)/√m!⟩ over x ~ N(0, I), by degree m.

        cod theory overlap --activation tanh --weights 1.3,-0.1,0.5
        cod theory overlap --activation relu --weights 1.3,-0.1,0.5 --bias 0.4 --degrees 2,3 --json
      """)

  @Option(help: "σ: \(HermiteOverlap.Activation.words).")
  var activation = HermiteOverlap.Activation.erf.rawValue

  @Option(parsing: .unconditional, help: "w, the neuron's weights; the first is along the feature.")
  var weights: String

  @Option(parsing: .unconditional, help: "b, the neuron's bias.")
  var bias = 0.0

  @Option(parsing: .unconditional, help: "The degrees m, from 0 to 12.")
  var degrees = "0,1,2,3,4,5"

  @OptionGroup var form: OutputForm

  func run() throws {
    let activation = try HermiteOverlap.Activation(option: activation)
    let w = try list("--weights", weights, expected: "numbers from −1e6 to 1e6") { text in
      Double(text).flatMap { abs($0) <= 1e6 ? $0 : nil }
    }
    guard abs(bias) <= 1e6 else {
      throw UserError("--bias: got '\(bias)'; expected a number from −1e6 to 1e6")
    }
    let squaredNorm = w.reduce(0) { $0 + $1 * $1 }
    guard activation != .tanh || squaredNorm <= 1e6 else {
      throw UserError(
        "--weights: got a norm of \(String(format: "%g", squaredNorm.squareRoot())); expected at "
          + "most 1000 for tanh, whose sum is as long as the norm")
    }
    let degrees = try list("--degrees", degrees, expected: "integers from 0 to 12") { text in
      Int(text).flatMap { HermiteOverlap.degrees.contains($0) ? $0 : nil }
    }
    guard Set(degrees).count == degrees.count else {
      throw UserError("--degrees: got '\(self.degrees)'; expected each degree once")
    }
    let overlaps = degrees.map { degree in
      let overlap = HermiteOverlap(activation, degree: degree)
      return (
        degree: degree, value: overlap.value(overlap: w[0], squaredNorm: squaredNorm, bias: bias),
        obstacle: bias == 0 ? overlap.obstacle : nil
      )
    }
    if form.json {
      return try printJSON(
        Dictionary(uniqueKeysWithValues: overlaps.map { ("\($0.degree)", $0.value) }))
    }
    for row in overlaps {
      let reason = row.obstacle.map { "  \($0)" } ?? ""
      print(String(format: "%-4d % .15g", row.degree, row.value) + reason)
    }
  }
}

extension HermiteOverlap.Activation {
  /// The activations as an option's help lists them.
  static var words: String {
    allCases.dropLast().map(\.rawValue).joined(separator: ", ") + " or \(allCases.last!.rawValue)"
  }

  /// Reads the option `--activation`.
  init(option text: String) throws {
    guard let activation = Self(rawValue: text) else {
      throw UserError("--activation: got '\(text)'; expected \(Self.words)")
    }
    self = activation
  }
}
