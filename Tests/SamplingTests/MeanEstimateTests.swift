import Kernels
import Sampling
import Testing

/// How well the error of a mean over chains is known.
@Suite struct MeanEstimateTests {
  /// A chain of independent draws.
  func chain(_ number: UInt64, count: Int = 400, offset: Double = 0) -> [Double] {
    RandomStream(key: 71).standardNormals(count: count, step: number).map { Double($0) + offset }
  }

  /// Chains with equal means leave as many degrees of freedom as there are effective draws.
  @Test func chainsThatAgree() {
    let chains = [[Double]](repeating: chain(1), count: 4)
    let got = MeanEstimate(chains)
    #expect(abs(got.samples / 1600 - 1) < 0.15, "\(got)")
    #expect(abs(got.degreesOfFreedom / (got.samples - 1) - 1) < 0.15, "\(got)")
    #expect(abs(got.squaredError * 1600 - 1) < 0.25, "\(got)")
  }

  /// What chains disagree by is known from as few values as there are chains, each of which has
  /// the scatter of their means.
  @Test func chainsThatDisagree() {
    let offsets = [-3.0, -1, 1, 3]
    let got = MeanEstimate(offsets.enumerated().map { chain(UInt64($0), offset: $1) })
    #expect(abs(got.degreesOfFreedom - 3) < 0.1, "\(got)")
    // (9 + 1 + 1 + 9)/3, over four chains.
    #expect(abs(got.squaredError - 20.0 / 12) < 0.3, "\(got)")
  }

  @Test func fewDrawsHaveNoError() {
    let got = MeanEstimate([[1, 2, 3], [2, 3, 4]])
    #expect(got.mean == 2.5 && got.squaredError.isNaN && got.degreesOfFreedom == 0)
  }
}
