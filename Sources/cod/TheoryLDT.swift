import ArgumentParser
import Foundation
import Host
import Networks
import Theory

/// `cod theory ldt`: the large deviations of the alignment.
struct TheoryLDT: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ldt",
    abstract: "Large deviations of the alignment of a two-layer network.",
    discussion: """
      −ln Pr[A ≥ α] in the prior: the exponent E(α), the exact value, and by which neurons.

        cod theory ldt --dimension 60 --width 60 --alignment 0.1
        cod theory ldt --dimension 20 --width 320 --alignment 0.4 --overlap frozen --json

      With --features or --projections there are two features, at an angle:

        cod theory ldt --dimension 15 --width 15 --features 2,1 --angle 90 --alignment 0.1
        cod theory ldt --dimension 15 --width 15 --projections 0.1,0.05

      Other activations than erf have the energy alone:

        cod theory ldt --dimension 32 --width 32 --activation relu --degree 2 --alignment 0.1
      """)

  enum Overlap: String, ExpressibleByArgument, CaseIterable { case full, frozen }

  @Option(parsing: .unconditional, help: "d, the dimension of the inputs.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "N, the number of hidden neurons.")
  var width: Int

  @Option(parsing: .unconditional, help: "α, the alignment to reach; 1 is perfect.")
  var alignment: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "c₁,c₂ of the target c₁h₁ + c₂h₂, which is scaled to unit variance.",
      discussion: "Beside --projections they change nothing: E(b) knows no target."))
  var features: String?

  @Option(
    parsing: .unconditional,
    help: "b₁,b₂: what each of two features is to reach, ⟨f, h_k⟩, instead of --alignment.")
  var projections: String?

  @Option(
    parsing: .unconditional, help: "The angle between two features, in degrees. (default: 90)")
  var angle: Double?

  @OptionGroup var prior: PriorVariances

  @Option(
    parsing: .unconditional,
    help: "Whether a neuron's weights across the feature fluctuate (full) or are frozen.")
  var overlap = Overlap.full

  @Option(help: "σ of the neurons: erf, tanh or relu.")
  var activation = HermiteOverlap.Activation.erf.rawValue

  @Option(
    parsing: .unconditional, help: "m: the target is He_m(w*·x)/√m!; odd, or for relu 1 or even.")
  var degree = 3

  @Option(parsing: .unconditional, help: "κ, for the bound on the samples.")
  var ridge = 1.0

  @Option(parsing: .unconditional, help: "|w·w*| beyond which a neuron is a specialist.")
  var threshold = SpecialistThreshold.overlap

  @OptionGroup var form: OutputForm

  /// What is printed.
  struct Answer: Encodable {
    let energy: Double
    let energyError: Double
    let tilt: Double
    let specialists: Double
    let specialistsError: Double
    let tiltedRelativeError: Double
    let threshold: Double
    /// `nil`, and why, where it was not resolved.
    let exactTail: Double?
    let minusLogExactTail: Double?
    let exactTailRelativeError: Double?
    let exactTailError: String?
    let outerMode: Double?
    let barrier: Double?
    let priorLoss: Double
    let sampleBound: Double
    let asymptoticEnergy: Double
    let asymptoticSpecialists: Double?
    let density: [CurvePoint]
  }

  func run() throws {
    try check("--dimension", count: dimension)
    try check("--width", count: width)
    try prior.requirePositive()
    let activation = try HermiteOverlap.Activation(option: activation)
    if activation != .erf { return try run(activation) }
    try check("--degree", odd: degree)
    if features != nil || projections != nil { return try runFeatures() }
    guard angle == nil else {
      throw UserError("--angle: expected with --features or --projections, as there is one feature")
    }
    guard let alignment else {
      throw ValidationError("Missing expected argument '--alignment <alignment>'")
    }
    try check("--threshold", overlap: threshold)
    try check("--alignment", positive: alignment)
    try check("--ridge", positive: ridge)
    let transverse: LargeDeviation.Transverse = overlap == .full ? .full : .frozen
    let model = LargeDeviation(
      dimension: dimension, width: width, degree: degree, weightVariance: prior.weightVariance,
      readoutVariance: prior.readoutVariance, transverse: transverse)
    let answer = try solving { () throws(LargeDeviationError) in
      try self.answer(model, transverse, alignment)
    }
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("energy", answer.energy, "E(α) = tα − Λ(t), the exponent of Pr[A ≥ α]")
    line("energy_error", answer.energyError, "bound of the error of the energy", digits: 2)
    line("minus_log_exact_tail", answer.minusLogExactTail, "−ln Pr[A ≥ α], exact")
    line(
      "tail_error", answer.exactTailRelativeError, "bound of the relative error of Pr[A ≥ α]",
      digits: 2)
    if let failure = answer.exactTailError { print("minus_log_exact_tail    \(failure)") }
    line("tilt", answer.tilt, "t = dE/dα")
    line("specialists", answer.specialists, "N Pr[|w·w*| > \(threshold)] in the tilted prior")
    line(
      "specialists_error", answer.specialistsError, "bound of the error of their number",
      digits: 2)
    line("outer_mode", answer.outerMode, "w·w* of a typical specialist")
    line("barrier", answer.barrier, "where the density is least before it")
    line("sample_bound", answer.sampleBound, "P* ≥ 2κE/k at κ = \(ridge)")
    line("prior_loss", answer.priorLoss, "k, the mean loss of the prior")
    line("asymptotic_energy", answer.asymptoticEnergy, "e₁ α √(dN)/σ_a")
    line("asymptotic_specialists", answer.asymptoticSpecialists, "M₁ (α/σ_a) √(N/d)")
  }

  private func answer(
    _ model: LargeDeviation, _ transverse: LargeDeviation.Transverse, _ alignment: Double
  ) throws(LargeDeviationError) -> Answer {
    let solution = try model.solve(alignment: alignment)
    var (tail, failure): (LargeDeviation.Tail?, String?)
    do { tail = try solution.exactTail() } catch { failure = error.description }
    let asymptotics = LargeDeviationAsymptotics(
      degree: degree, weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance,
      transverse: transverse)
    let specialists = asymptotics.specialists(
      alignment: alignment, dimension: dimension, width: width)
    let points = solution.stationaryPoints
    let count = try solution.specialistCount(beyond: threshold)
    return Answer(
      energy: solution.energy, energyError: solution.energyError, tilt: solution.tilt,
      specialists: count.value, specialistsError: count.error,
      tiltedRelativeError: solution.relativeError, threshold: threshold,
      exactTail: tail?.probability, minusLogExactTail: tail?.minusLogarithm,
      exactTailRelativeError: tail?.relativeError,
      exactTailError: failure,
      outerMode: points.mode, barrier: points.barrier, priorLoss: model.priorLoss(),
      sampleBound: solution.sampleBound(ridge: ridge),
      asymptoticEnergy: asymptotics.energy(
        alignment: alignment, dimension: dimension, width: width),
      asymptoticSpecialists: specialists.isFinite ? specialists : nil,
      density: curve { solution.density(at: $0) })
  }
}

extension TheoryLDT {
  /// Prints a number with its name and meaning, where there is one.
  func line(_ name: String, _ value: Double?, _ meaning: String, digits: Int = 10) {
    guard let value else { return }
    let padded = name.padding(toLength: 24, withPad: " ", startingAt: 0)
    print("\(padded)\(String(format: "%-14.*g", digits, value))  \(meaning)")
  }
}
