import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory ridge`: the ridge after modes of a power law are integrated out.
struct TheoryRidge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ridge",
    abstract: "Renormalisation of regression: the ridge that integrated modes leave behind.",
    discussion: """
        cod theory ridge --exponent 1 --modes 1000 --cut 20 --ridge 1e-3 --samples 200
        cod theory ridge --modes 1000 --cut 20 --ridge 1 --samples 64 --quartic 1 --json

      The modes have the variances λ_k = k^(−1−α), and the target y_k² = λ_k.
      """)

  @Option(parsing: .unconditional, help: "α, the exponent of the variances λ_k = k^(−1−α).")
  var exponent = 1.0

  @Option(parsing: .unconditional, help: "The number of modes, at most 1000000.")
  var modes: Int

  @Option(parsing: .unconditional, help: "The number of modes that are kept, largest first.")
  var cut = 0

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge: Double

  @Option(parsing: .unconditional, help: "P, the number of samples.")
  var samples: Double

  @Option(
    parsing: .unconditional,
    help: "u, the quartic part u (f − y)⁴/4 of the loss, for the Hartree approximation.")
  var quartic: Double?

  @OptionGroup var form: OutputForm

  struct Errors: Encodable {
    let full: Double
    let bare: Double
    let renormalised: Double
  }

  struct Hartree: Encodable {
    let stiffness: Double
    let error: Double
    let gaussianError: Double
    let shift: Double
  }

  struct Answer: Encodable {
    let wilson: Double
    let flow: Double
    let matched: Double
    let effective: Double
    let shells: Double
    let testError: Errors
    let hartree: Hartree?
    let relativeError: Double
  }

  func run() throws {
    guard (1...1_000_000).contains(modes) else {
      throw UserError("--modes: got '\(modes)'; expected an integer from 1 to 1000000")
    }
    guard (0...modes).contains(cut) else {
      throw UserError("--cut: got '\(cut)'; expected an integer from 0 to \(modes), the modes")
    }
    try check("--exponent", positive: exponent)
    try check("--ridge", positive: ridge)
    try check("--samples", positive: samples)
    if let quartic, !(quartic >= 0 && quartic.isFinite) {
      throw UserError("--quartic: got '\(quartic)'; expected a finite number from 0")
    }
    let answer = try solving { () throws(RidgeRenormalizationError) in try self.answer() }
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    func line(_ name: String, _ value: Double, _ meaning: String) {
      let padded = name.padding(toLength: 14, withPad: " ", startingAt: 0)
      print("\(padded) \(String(format: "%.10g", value))   \(meaning)")
    }
    line("wilson", answer.wilson, "κ + Σ λ_k over the modes beyond the cut")
    line("flow", answer.flow, "self-consistent: less the share of each mode that is learned")
    line("matched", answer.matched, "leaves learnabilities of kept modes as they are")
    line("effective", answer.effective, "the flow down to no mode")
    line("shells", answer.shells, "mode after mode, which is too low")
    line("error", answer.testError.full, "test error with all modes")
    line("error, bare", answer.testError.bare, "with the kept modes at κ")
    line(
      "error, matched", answer.testError.renormalised, "with the kept modes at the matched ridge")
    if let hartree = answer.hartree {
      line("stiffness", hartree.stiffness, "r = P/κ + 3PuD of the quartic loss")
      line("quartic error", hartree.error, "D at u")
      line("gaussian error", hartree.gaussianError, "D at u = 0")
    }
    print(String(format: "relative error %.0e   bound, for each of these", answer.relativeError))
  }

  private func answer() throws(RidgeRenormalizationError) -> Answer {
    let eigenvalues = RidgeRenormalization.powerLaw(exponent: exponent, modes: modes)
    let model = try RidgeRenormalization(
      eigenvalues: eigenvalues, ridge: ridge, samples: samples)
    let ridges = [
      try model.wilson(cut: cut), try model.flow(cut: cut), try model.matched(cut: cut),
      try model.effective(),
    ]
    let renormalised = try RidgeRenormalization(
      eigenvalues: eigenvalues, ridge: ridges[2].value, samples: samples)
    let errors = [
      try model.testError(squares: eigenvalues),
      try model.testError(squares: eigenvalues, keeping: cut),
      try renormalised.testError(squares: eigenvalues, keeping: cut),
    ]
    var hartree: QuarticHartree.Solution?
    if let quartic {
      let action = try QuarticHartree(
        eigenvalues: eigenvalues, squares: eigenvalues, ridge: ridge, quartic: quartic)
      hartree = try action.solution(samples: samples)
    }
    let bounds =
      ridges.map(\.relativeError) + errors.map(\.relativeError)
      + [hartree?.relativeError ?? 0]
    return Answer(
      wilson: ridges[0].value, flow: ridges[1].value, matched: ridges[2].value,
      effective: ridges[3].value, shells: model.shells(cut: cut),
      testError: Errors(
        full: errors[0].value, bare: errors[1].value, renormalised: errors[2].value),
      hartree: hartree.map {
        Hartree(
          stiffness: $0.stiffness, error: $0.error, gaussianError: $0.gaussianError,
          shift: $0.shift)
      },
      relativeError: bounds.max()!)
  }
}
