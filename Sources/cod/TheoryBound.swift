import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory bound`: what kernel ridge regression can learn of a harmonic, whatever the data set.
struct TheoryBound: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bound",
    abstract: "The bound on what a lazy network learns of a harmonic, whatever the data set.",
    discussion: """
        cod theory bound --dimension 10 --degree 2 --bias-variance 0.25 --ridge 0.1 --samples 100
        cod theory bound --dimension 20 --degree 3 --ridge 0.1 --samples 400 --second-moment 1.79 --json

      The network has two layers of erf with a bias, and inputs of |x|² = D. The learnability is
      ⟨f, y⟩/⟨y, y⟩ over uniform inputs, of a predictor that was trained on any data set. Its mean over
      data sets is at most the bound. Without a bias, harmonics of even degree are not learned at
      all, and the number of samples is infinite: null in JSON.
      """)

  @Option(parsing: .unconditional, help: "D, the dimension of the inputs, from 3 to 1000000.")
  var dimension: Int

  @Option(parsing: .unconditional, help: "ℓ, the degree of the harmonic, from 0 to 31.")
  var degree: Int

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge: Double

  @Option(parsing: .unconditional, help: "P, the number of samples.")
  var samples: Double

  @Option(
    parsing: .unconditional,
    help: "m₂, the mean over the data of the squared harmonic, which has unit mean on the sphere.")
  var secondMoment = 1.0

  @Option(parsing: .unconditional, help: "The learnability whose number of samples is asked for.")
  var learnability = 0.65

  @Option(parsing: .unconditional, help: "σ_w², the prior variance of the weights.")
  var weightVariance = 1.0

  @Option(parsing: .unconditional, help: "σ_b², the prior variance of the biases, 0 without them.")
  var biasVariance = 0.0

  @Option(parsing: .unconditional, help: "σ_a², the prior variance of the readout.")
  var readoutVariance = 1.0

  @OptionGroup var form: OutputForm

  struct Answer: Encodable {
    let eigenvalue: Double
    let multiplicity: Double
    let bound: Double
    let learnability: Double
    let samplesFor: Double?
    let relativeError: Double

    private enum Key: CodingKey {
      case eigenvalue, multiplicity, bound, learnability, samplesFor, relativeError
    }

    /// Also where a number is missing its key is there.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(eigenvalue, forKey: .eigenvalue)
      try container.encode(multiplicity, forKey: .multiplicity)
      try container.encode(bound, forKey: .bound)
      try container.encode(learnability, forKey: .learnability)
      try container.encode(samplesFor, forKey: .samplesFor)
      try container.encode(relativeError, forKey: .relativeError)
    }
  }

  func run() throws {
    guard HarmonicKernel.dimensions.contains(dimension) else {
      throw UserError("--dimension: got '\(dimension)'; expected an integer from 3 to 1000000")
    }
    guard (0...HarmonicKernel.largestDegree).contains(degree) else {
      throw UserError(
        "--degree: got '\(degree)'; expected an integer from 0 to \(HarmonicKernel.largestDegree)")
    }
    try check("--ridge", positive: ridge)
    try check("--samples", positive: samples)
    try check("--second-moment", positive: secondMoment)
    try check("--weight-variance", positive: weightVariance)
    try check("--readout-variance", positive: readoutVariance)
    guard biasVariance.isFinite && biasVariance >= 0 else {
      throw UserError("--bias-variance: got '\(biasVariance)'; expected a finite number from 0")
    }
    guard learnability > 0 && learnability < 1 else {
      throw UserError("--learnability: got '\(learnability)'; expected a number between 0 and 1")
    }
    let answer = try solving { () throws(BoundError) in try self.answer() }
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    print(String(format: "eigenvalue      %.10g   λ_%d", answer.eigenvalue, degree))
    print(
      String(format: "multiplicity    %.10g   harmonics of degree %d", answer.multiplicity, degree))
    print(
      String(format: "bound           %.10g   of the learnability at P = %g", answer.bound, samples)
    )
    let least = answer.samplesFor.map { String(format: "%.10g", $0) } ?? "infinite"
    print("samples for     \(least)   P at which the bound is \(learnability)")
    print(String(format: "relative error  %.0e   bound, for each of these", answer.relativeError))
  }

  private func answer() throws(BoundError) -> Answer {
    let kernel = HarmonicKernel(
      dimension: dimension, weightVariance: weightVariance, biasVariance: biasVariance,
      readoutVariance: readoutVariance)
    let eigenvalue = try kernel.eigenvalue(degree: degree)
    let bound = LearnabilityBound(eigenvalue: eigenvalue.value, ridge: ridge)
    let value = bound.learnability(sum: samples * secondMoment)
    let least = bound.samples(learnability: learnability, secondMoment: secondMoment)
    guard eigenvalue.value == 0 || (value.isNormal && least.isNormal) else {
      throw .beyondPrecision
    }
    return Answer(
      eigenvalue: eigenvalue.value, multiplicity: eigenvalue.multiplicity, bound: value,
      learnability: learnability, samplesFor: least.isFinite ? least : nil,
      relativeError: eigenvalue.relativeError + 1e-15)
  }
}
