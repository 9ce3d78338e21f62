import Foundation
import Testing

/// Inputs from elsewhere: the posterior means on them agree with an independent implementation.
@Suite struct ReferenceTests {
  struct Reference: Decodable {
    let dimension, width, samples, degree: Int
    let ridge, readoutVariance, weightVariance: Double
    let alignment, trainingLoss, squaredOverlap, squaredNorm, specialists: Mean

    enum CodingKeys: String, CodingKey {
      case degree
      case dimension = "d"
      case width = "N"
      case samples = "P"
      case ridge = "kappa"
      case readoutVariance = "sa2"
      case weightVariance = "sw2"
      case alignment = "A"
      case trainingLoss = "train_mse"
      case squaredOverlap = "w1sq"
      case squaredNorm = "wnorm2"
      case specialists = "M_0.8"
    }
    struct Mean: Decodable { let mean, mcse: Double }
  }

  @Test func posteriorMeansOnGivenInputs() throws {
    let resources = try #require(Bundle.module.resourceURL).appending(path: "Reference")
    let reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: resources.appending(path: "posterior-means.json")))
    try withFolder { folder in
      try FileManager.default.copyItem(
        atPath: resources.appending(path: "ref0_X.csv").path, toPath: "\(folder)/inputs.csv")
      try write(
        """
        question: Do the posterior means agree with an independent implementation?
        source: a reference
        network: {kind: two-layer, dimension: \(reference.dimension), width: \(reference.width)}
        target: {kind: hermite, degree: \(reference.degree)}
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
