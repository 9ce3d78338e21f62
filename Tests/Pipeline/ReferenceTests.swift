import Foundation
import TestSupport
import Testing

/// Posterior means of an independent implementation, and the inputs that they are conditioned on:
/// `Reference/two-layer.json` and the tables beside it, a row a sample, x₁ first.
struct ReferencePosterior: Decodable, CustomStringConvertible, Sendable {
  struct Mean: Decodable, Sendable { let mean, mcse: Double }

  let dimension, width, samples: Int
  let ridge, readoutVariance, weightVariance: Double
  let inputs: String
  let alignment, trainingLoss, squaredOverlap, squaredNorm, specialists: Mean

  enum CodingKeys: String, CodingKey {
    case dimension = "d"
    case width = "N"
    case samples = "P"
    case ridge = "kappa"
    case readoutVariance = "sa2"
    case weightVariance = "sw2"
    case inputs = "data"
    case alignment = "A"
    case trainingLoss = "train_mse"
    case squaredOverlap = "w1sq"
    case squaredNorm = "wnorm2"
    case specialists = "M_0.8"
  }

  var description: String { "d = \(dimension), N = \(width), P = \(samples), κ = \(ridge)" }

  static func path(_ name: String) -> String {
    Bundle.module.path(forResource: name, ofType: nil, inDirectory: "Reference")!
  }

  static let all: [ReferencePosterior] = {
    let data = try! bytes(path("two-layer.json"))
    return try! JSONDecoder().decode([String: [ReferencePosterior]].self, from: data)[
      "posterior_means"]!
  }()
}

/// Inputs from elsewhere: the posterior means on them agree with an independent implementation.
@Suite struct ReferenceTests {
  @Test(arguments: ReferencePosterior.all)
  func posteriorMeansOnGivenInputs(reference: ReferencePosterior) throws {
    try withFolder { folder in
      try FileManager.default.copyItem(
        atPath: ReferencePosterior.path(reference.inputs), toPath: "\(folder)/inputs.csv")
      try write(
        """
        question: Do the posterior means agree with an independent implementation?
        source: a reference
        network: {kind: two-layer, dimension: \(reference.dimension), width: \(reference.width)}
        target: {kind: hermite, degree: 3}
        data: {inputs: inputs.csv}
        prior: {weight_variance: \(reference.weightVariance), readout_variance: \(reference.readoutVariance)}
        ridge: \(reference.ridge)
        sampler: {kind: hmc, chains: {cold: 2, planted: 2}, warmup: 500, draws: 5000, thin: 100}
        """, to: "\(folder)/study.yml")
      let simulated = try cod("simulate", "study.yml", in: folder)
      #expect(simulated.status == 0, "\(simulated)")
      let json = try cod("summary", "study.h5", "--json", in: folder).output
      let cell = try #require(
        try CheckTests.Numbers(json: json).cells.first)
      #expect(cell.samples == reference.samples)
      #expect(cell.certified, "R-hat \(cell.alignment.rhat), ESS \(cell.alignment.ess)")
      for (name, got, expected) in [
        ("alignment", cell.alignment, reference.alignment),
        ("training loss", cell.trainingLoss, reference.trainingLoss),
        ("squared overlap", cell.squaredOverlap, reference.squaredOverlap),
        ("squared norm", cell.squaredNorm, reference.squaredNorm),
        ("specialists", cell.specialists, reference.specialists),
      ] {
        let error = (got.mcse * got.mcse + expected.mcse * expected.mcse).squareRoot()
        let z = (got.mean - expected.mean) / error
        #expect(
          abs(z) < 4,
          "\(name): got \(got.mean) ± \(got.mcse), expected \(expected.mean) ± \(expected.mcse), z = \(z)"
        )
        #expect(got.mcse < 2 * expected.mcse, "\(name): too noisy to tell, ± \(got.mcse)")
      }
    }
  }
}
