import ArgumentParser
import Foundation
import Host
import Networks
import Theory

/// `cod theory gp`: the lazy network's learning curve.
struct TheoryGP: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gp",
    abstract: "The lazy baseline: a Gaussian process learns He_m at P ∝ d^m.",
    discussion: """
        cod theory gp --dimension 30 --degree 3 --ridge 0.1
        cod theory gp --dimension 30 --samples 1000 --json
        cod theory gp --dimension 30 --degree 2 --ridge 0.1 --activation relu

      JSON has the learning curve as well.
      """)

  @Option(parsing: .unconditional, help: "d, the dimension of the inputs, at least 3.")
  var dimension: Int

  @Option(
    parsing: .unconditional,
    help: "m, at most 31: the target is He_m(w*·x)/√m!; odd, or for relu and gelu 1 or even.")
  var degree = 3

  @Option(help: "σ of the neurons: erf, tanh, relu or gelu.")
  var activation = HermiteOverlap.Activation.erf.rawValue

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge = 1.0

  @Option(parsing: .unconditional, help: "α, the alignment that defines P*.")
  var alignment = 0.1

  @Option(
    parsing: .unconditional, help: "P, the number of samples at which the alignment is computed.")
  var samples: Double?

  @OptionGroup var prior: PriorVariances

  @OptionGroup var form: OutputForm

  struct Point: Encodable {
    let samples: Double
    let alignment: Double
    let effectiveRidge: Double
    let relativeError: Double
  }

  struct Answer: Encodable {
    let eigenvalue: Double
    let inverseEigenvalue: Double
    let threshold: Double
    let samples: Double
    let effectiveRidge: Double
    let bound: Double
    let relativeError: Double
    let exponent: Double
    let exponentError: Double
    let at: Point?
    let curve: [Point]
  }

  func run() throws {
    guard (3...1_000_000).contains(dimension) else {
      throw UserError("--dimension: got '\(dimension)'; expected an integer from 3 to 1000000")
    }
    let activation = try HermiteOverlap.Activation(option: activation)
    if activation == .erf { try check("--degree", odd: degree) }
    guard (1...GaussianProcess.largestDegree).contains(degree) else {
      throw UserError(
        "--degree: got '\(degree)'; expected an integer from 1 to \(GaussianProcess.largestDegree)")
    }
    if let obstacle = HermiteOverlap.obstacle(of: activation, degree: degree) {
      throw UserError("--degree: got '\(degree)'; expected another one: \(obstacle)")
    }
    try check("--ridge", positive: ridge)
    try prior.requirePositive()
    guard alignment > 0 && alignment < 1 else {
      throw UserError("--alignment: got '\(alignment)'; expected a number between 0 and 1")
    }
    if let samples { try check("--samples", positive: samples) }
    let answer = try solving { () throws(GaussianProcessError) in try self.answer(activation) }
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    print(String(format: "eigenvalue       %.10g   λ_%d", answer.eigenvalue, degree))
    print(String(format: "1/eigenvalue     %.10g", answer.inverseEigenvalue))
    print(String(format: "samples          %.10g   P* for alignment %g", answer.samples, alignment))
    print(String(format: "effective ridge  %.10g   there", answer.effectiveRidge))
    print(String(format: "bound            %.10g   κα/((1 − α) λ) ≤ P*", answer.bound))
    print(String(format: "relative error   %.0e   bound, for each of these", answer.relativeError))
    print(String(format: "exponent         %.10g   d ln P*/d ln d", answer.exponent))
    if let at = answer.at {
      print(String(format: "alignment        %.10g   at P = %g", at.alignment, at.samples))
    }
  }

  private func answer(
    _ activation: HermiteOverlap.Activation
  ) throws(GaussianProcessError) -> Answer {
    func lazy(_ d: Int) -> GaussianProcess {
      GaussianProcess(
        dimension: d, weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance,
        activation: activation)
    }
    let (process, twice) = (lazy(dimension), lazy(2 * dimension))
    let threshold = try process.samples(degree: degree, alignment: alignment, ridge: ridge)
    func point(_ p: Double) throws(GaussianProcessError) -> Point {
      let at = try process.learning(degree: degree, samples: p, ridge: ridge)
      return Point(
        samples: p, alignment: at.alignment, effectiveRidge: at.effectiveRidge,
        relativeError: at.relativeError)
    }
    var curve: [Point] = []
    for i in -8...8 { curve.append(try point(threshold.samples * exp2(Double(i) / 2))) }
    let next = try twice.samples(degree: degree, alignment: alignment, ridge: ridge)
    return Answer(
      eigenvalue: process.eigenvalue(degree: degree),
      inverseEigenvalue: 1 / process.eigenvalue(degree: degree), threshold: alignment,
      samples: threshold.samples, effectiveRidge: threshold.effectiveRidge,
      bound: process.bound(degree: degree, alignment: alignment, ridge: ridge),
      relativeError: threshold.relativeError,
      exponent: log2(next.samples / threshold.samples),
      exponentError: (next.relativeError + threshold.relativeError) / log(2),
      at: try samples.map { p throws(GaussianProcessError) in try point(p) }, curve: curve)
  }
}
