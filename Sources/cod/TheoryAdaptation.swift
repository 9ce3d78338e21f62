import ArgumentParser
import Foundation
import Host
import Networks
import Theory

/// `cod theory adaptation`: kernel adaptation at one load.
struct TheoryAdaptation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adaptation",
    abstract: "Kernel adaptation: what a two-layer erf network learns at a load Q = P/κ.",
    discussion: """
        cod theory adaptation --dimension 30 --width 30 --load 600
        cod theory adaptation --dimension 30 --width 120 --load 1200 --modes 1,3 --target 1,0.5 --json
        cod theory adaptation --dimension 20 --width 160 --load 1000 --modes 1,3,5 --features 2,1
      """)

  @Option(parsing: .unconditional, help: "d, the dimension of the inputs.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "N, the number of hidden neurons.")
  var width: Int

  @Option(parsing: .unconditional, help: "Q = P/κ, the load.")
  var load: Double

  @Option(
    parsing: .unconditional,
    help: "The modes k, odd, whose overlaps with He_k(w*·x)/√k! are followed.")
  var modes = "1,3,5,7"

  @Option(
    parsing: .unconditional,
    help: "⟨y, He_k/√k!⟩ of each mode. (default: 1 at k = 3, or at the last mode without 3)")
  var target: String?

  @Option(
    parsing: .unconditional,
    help: "c₁,c₂ of the target Σ c_k He_3(v_k·x)/√3!, which is scaled to unit variance.")
  var features: String?

  @Option(parsing: .unconditional, help: "The angle between two features, in degrees.")
  var angle: Double?

  @OptionGroup var prior: PriorVariances

  @Option(
    parsing: .unconditional,
    help: "|w·w*| beyond which a neuron is a specialist: about the density's minimum.")
  var threshold = SpecialistThreshold.adaptation

  @OptionGroup var form: OutputForm

  /// What is printed.
  struct Answer: Encodable {
    let alignment: Double
    let overlaps: [String: Double]
    let overlapError: Double
    let field: [String: Double]
    let specialists: Double
    let specialistsError: Double
    let threshold: Double
    let dual: Double
    let dualError: Double
    let density: [CurvePoint]
  }

  func run() throws {
    try check("--dimension", count: dimension)
    try check("--width", count: width)
    try check("--threshold", overlap: threshold)
    try check("--load", positive: load)
    try prior.requirePositive()
    let modes = try list("--modes", modes, expected: "odd integers") { Int($0) }
    for mode in modes { try check("--modes", odd: mode) }
    guard Set(modes).count == modes.count else {
      throw UserError("--modes: got '\(self.modes)'; expected each mode once")
    }
    if let features { return try run(features: features, modes: modes) }
    guard angle == nil else {
      throw UserError("--angle: expected with --features, as there is one feature")
    }
    let feature = modes.contains(3) ? 3 : modes.last!
    let coefficients =
      try target.map { try list("--target", $0, expected: "finite numbers") { Double($0) } }
      ?? modes.map { $0 == feature ? 1 : 0 }
    guard
      coefficients.count == modes.count && coefficients.allSatisfy(\.isFinite)
        && coefficients.contains(where: { $0 != 0 })
    else {
      throw UserError(
        "--target: got '\(target ?? "")'; expected \(modes.count) finite numbers, one a mode, not all 0"
      )
    }
    let model = KernelAdaptation(
      dimension: dimension, width: width, modes: modes, target: coefficients,
      weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance)
    let (solution, count) = try solving { () throws(KernelAdaptationError) in
      let solution = try model.solve(load: load)
      return (solution, try solution.specialistCount(beyond: threshold))
    }
    func byMode(_ values: [Double]) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: zip(modes.map { "\($0)" }, values))
    }
    let answer = Answer(
      alignment: solution.alignment, overlaps: byMode(solution.overlaps),
      overlapError: solution.overlapError, field: byMode(solution.field),
      specialists: count.value, specialistsError: count.error, threshold: threshold,
      dual: solution.dual, dualError: solution.dualError,
      density: curve { solution.density(at: $0) })
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    print(String(format: "alignment    %.10g", answer.alignment))
    for (k, f) in zip(modes, solution.overlaps) {
      print(String(format: "overlap %-4d %.10g", k, f))
    }
    func line(_ name: String, _ value: Double, error: Double, _ meaning: String = "") {
      let padded = name.padding(toLength: 12, withPad: " ", startingAt: 0)
      print("\(padded) \(String(format: "%.10g ± %.0e", value, error))\(meaning)")
    }
    line(
      "specialists", answer.specialists, error: answer.specialistsError,
      String(format: "  (|w·w*| > %g)", threshold))
    line("dual", answer.dual, error: answer.dualError)
    print(
      String(format: "error        %.0e, bound of the error of an overlap", answer.overlapError))
  }
}
