import Foundation
import Testing

/// Inputs from elsewhere: the posterior means on them agree with an independent implementation.
@Suite struct ReferenceTests {
  struct Reference: Decodable {
    let d, N, P, degree: Int
    let kappa, sa2, sw2: Double
    let A, train_mse, w1sq, wnorm2, specialists: Mean

    enum CodingKeys: String, CodingKey {
      case d, N, P, degree, kappa, sa2, sw2, A, train_mse, w1sq, wnorm2
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
        network: {kind: two-layer, dimension: \(reference.d), width: \(reference.N)}
        target: {kind: hermite, degree: \(reference.degree)}
        data: {inputs: inputs.csv}
        prior: {weight_variance: \(reference.sw2), readout_variance: \(reference.sa2)}
        ridge: \(reference.kappa)
        sampler: {kind: hmc, chains: {cold: 2, planted: 2}, warmup: 500, draws: 5000, thin: 100}
        """, to: "\(folder)/study.yml")
      let simulated = try cod("simulate", "study.yml", in: folder)
      #expect(simulated.status == 0, "\(simulated)")
      let json = try cod("summary", "study.h5", "--json", in: folder).output
      let cell = try #require(
        try JSONDecoder().decode(CheckTests.Numbers.self, from: Data(json.utf8)).cells.first)
      #expect(cell.samples == reference.P)
      #expect(cell.certified, "R-hat \(cell.alignment.rhat), ESS \(cell.alignment.ess)")
      for (name, got, expected) in [
        ("alignment", cell.alignment, reference.A),
        ("training loss", cell.training_loss, reference.train_mse),
        ("squared overlap", cell.squared_overlap, reference.w1sq),
        ("squared norm", cell.squared_norm, reference.wnorm2),
        ("specialists", cell.specialists, reference.specialists),
      ] {
        let error = (got.mcse * got.mcse + expected.mcse * expected.mcse).squareRoot()
        let z = (got.mean - expected.mean) / error
        #expect(
          abs(z) < 4,
          "\(name): got \(got.mean) ± \(got.mcse), expected \(expected.mean) ± \(expected.mcse), z = \(z)")
        #expect(got.mcse < 2 * expected.mcse, "\(name): too noisy to tell, ± \(got.mcse)")
      }
    }
  }
}
