import Foundation
import Kernels
import Sampling
import TestSupport
import Testing

/// The test of differences in units of their errors: its level, its power, and what it makes of
/// chains.
@Suite struct NormalScoresTests {
  static func normals(_ count: Int, _ key: UInt64) -> [Double] {
    RandomStream(key: key).standardNormals(count: count, step: 0).map(Double.init)
  }

  /// χ² quantiles of tables: 23.589 at 99.5 % of 9, 140.169 of 100, 255.264 of 200.
  @Test(arguments: [(9, 23.589), (100, 140.169), (200, 255.264)])
  func theLimitOfSquares(count: Int, quantile: Double) {
    let limit = NormalScores.limits(ofScores: count, level: 0.01).rootMeanSquare
    let expected = (quantile / Double(count)).squareRoot()
    #expect(abs(limit / expected - 1) < 2e-3, "\(count) scores: \(limit), not \(expected)")
  }

  /// Pr[max of n |z| > limit] is half of the level.
  @Test(arguments: [1, 20, 500])
  func theLimitOfTheLargest(count: Int) {
    let limit = NormalScores.limits(ofScores: count, level: 0.02).largest
    let beyond = 1 - pow(1 - erfc(limit / 2.0.squareRoot()), Double(count))
    #expect(abs(beyond / 0.01 - 1) < 0.02, "\(count) scores: \(beyond)")
  }

  /// Of 500 sets of honest scores, a share of at most the level is refused, within three standard
  /// deviations. Errors a quarter too small are found in 200 cells with a power above 0.95, at the
  /// level that each of nine quantities has.
  @Test func levelAndPower() {
    let level = 0.1
    func refused(_ scale: Double, level: Double) -> Double {
      Double(
        (0..<500).count { key in
          !NormalScores(Self.normals(200, UInt64(key)).map { scale * $0 }).isHonest(level: level)
        }) / 500
    }
    let honest = refused(1, level: level)
    #expect(honest < level + 3 * (level * (1 - level) / 500).squareRoot(), "level \(honest)")
    #expect(honest > 0.05, "level \(honest): the limits are too wide")
    let power = refused(4.0 / 3, level: 0.01 / 9)
    #expect(power > 0.95, "power \(power)")
  }

  @Test func shares() {
    let scores = NormalScores([-3, 1, 2, 0.5])
    #expect(scores.share(beyond: 1.5) == 0.5 && scores.share(beyond: 3) == 0)
    #expect(scores.largest == 3 && scores.rootMeanSquare == (14.25 / 4).squareRoot())
  }

  /// Two runs whose draws are constant, each at a value of its own, are infinitely far apart.
  @Test func constantsThatDiffer() {
    let (one, two) = (MeanEstimate([[1, 1, 1, 1]]), MeanEstimate([[2, 2, 2, 2]]))
    #expect(MeanDifference(from: one, to: two).score == .infinity)
    #expect(MeanDifference(from: one, to: one).score == 0)
    #expect(!NormalScores([0.1, .infinity, -0.3]).isHonest(level: 0.01))
  }

  /// Ladders that call themselves better than they are: three values of one number scatter by 1 and
  /// claim 0.1. Their scatter tells, by Student's t; the claim is kept where it is larger.
  @Test func repeatedValuesThatScatterMoreThanTheyClaim() throws {
    func scores(_ estimate: ([Double], [Double]) -> MeanEstimate?) throws -> NormalScores {
      NormalScores(
        try (0..<200).map { pair in
          let means = try (0..<2).map {
            try #require(estimate(Self.normals(3, UInt64(2 * pair + $0)), [0.1, 0.1, 0.1]))
          }
          return MeanDifference(from: means[0], to: means[1]).score
        })
    }
    let scattered = try scores { MeanEstimate(repeated: $0, errors: $1) }
    #expect(scattered.isHonest(level: 0.01), "rms \(scattered.rootMeanSquare)")
    let claimed = try scores { MeanEstimate($0, errors: $1) }
    #expect(!claimed.isHonest(level: 0.01), "rms \(claimed.rootMeanSquare)")

    let found = try #require(MeanEstimate(repeated: [1, 2, 6], errors: [0.1, 0.1, 0.1]))
    #expect(found.mean == 3 && found.squaredError == 14.0 / 6 && found.degreesOfFreedom == 2)
    let kept = try #require(MeanEstimate(repeated: [1, 2, 6], errors: [3, 4, 12]))
    #expect(kept.squaredError == 169.0 / 9 && kept.degreesOfFreedom == 2)
    let one = try #require(MeanEstimate(repeated: [1], errors: [2]))
    #expect(one.mean == 1 && one.squaredError == 4 && one.degreesOfFreedom == .infinity)
    #expect(MeanEstimate(repeated: [1, .nan], errors: [1, 1]) == nil)
  }

  @Test(arguments: [0.3, 2.0, 4.5], [5.0, 24, 400, 1e7])
  func studentsScoreIsTheInverse(z: Double, nu: Double) {
    let t = studentQuantile(normal: z, nu)
    #expect(abs(normalScore(student: t, nu) / z - 1) < 1e-12)
    #expect(normalScore(student: -t, nu) == -normalScore(student: t, nu))
  }

  // MARK: - Chains

  /// Chains x' = ρ x + √(1 − ρ²) n, whose draws are normal; `shift` is added to all of a set.
  func chains(
    _ key: UInt64, draws: Int, memory: Double, shift: Double = 0, start: Double? = nil
  ) -> [[Double]] {
    (0..<4).map { chain in
      let noise = Self.normals(draws + 1, 1000 * key + UInt64(chain))
      var x = start ?? noise[0]
      return noise.dropFirst().map { n in
        x = memory * x + (1 - memory * memory).squareRoot() * n
        return x + shift
      }
    }
  }

  func scores(_ count: Int, _ chains: (UInt64) -> [[Double]]) -> NormalScores {
    NormalScores(
      (0..<count).map { pair in
        let means = (0..<2).map { MeanEstimate(chains(UInt64(2 * pair + $0))) }
        return MeanDifference(from: means[0], to: means[1]).score
      })
  }

  /// Error bars of correlated chains are honest, also of short ones.
  @Test(arguments: [(400, 0.0), (400, 0.7), (100, 0.3)])
  func honestChains(draws: Int, memory: Double) {
    let scores = scores(200) { chains($0, draws: draws, memory: memory) }
    #expect(scores.isHonest(level: 0.01), "rms \(scores.rootMeanSquare), \(scores.largest)")
  }

  /// Chains that have not forgotten a common start call themselves better than they are.
  @Test func chainsThatAreTooShort() {
    let scores = scores(100) {
      chains($0, draws: 40, memory: 0.995, start: Self.normals(1, $0)[0])
    }
    #expect(!scores.isHonest(level: 0.01), "rms \(scores.rootMeanSquare)")
  }

  /// Chains that all sit in one of two modes agree with one another and not with other ones. Each
  /// set of them has the squared error e² = (1 + ρ)/(1 − ρ)/800, so that pairs of both modes have
  /// z = 1/(√2 e).
  @Test func chainsOfOneModeOfTwo() {
    let memory = 0.2
    let shifts = (0..<200).map { Self.normals(1, UInt64($0))[0] < 0 ? 0.0 : 1 }
    let all = shifts.enumerated().map { key, shift in
      chains(UInt64(key), draws: 200, memory: memory, shift: shift)
    }
    #expect(all.allSatisfy { Diagnostics($0).rHat < 1.05 }, "each of them looks converged")
    let scores = scores(100) { all[Int($0)] }
    let apart = Double((0..<100).count { shifts[2 * $0] != shifts[2 * $0 + 1] }) / 100
    let error = ((1 + memory) / (1 - memory) / 800).squareRoot()
    let expected = (1 + apart / (2 * error * error)).squareRoot()
    // Errors are a tenth too large where chains agree.
    let ratio = scores.rootMeanSquare / expected
    #expect(ratio > 0.8 && ratio < 1.1, "rms \(scores.rootMeanSquare), not \(expected)")
    #expect(!scores.isHonest(level: 0.01))
  }

  /// Four chains, each of which stays about a place of its own: their disagreement makes most of
  /// the error, which is known from four values alone. Judged as if every draw told of it, errors
  /// are too small. If it is small, too, the pooled effective samples do not show it.
  @Test(arguments: [0.3, 1.0]) func chainsThatStayApart(apart: Double) {
    let pairs = (0..<200).map { pair in
      (0..<2).map { half -> MeanEstimate in
        let key = UInt64(2 * pair + half)
        let places = Self.normals(4, key + 9_000_000)
        return MeanEstimate(
          chains(key, draws: 200, memory: 0.2).enumerated().map { index, chain in
            chain.map { $0 + apart * places[index] }
          })
      }
    }
    let honest = NormalScores(pairs.map { MeanDifference(from: $0[0], to: $0[1]).score })
    // The largest may be a little beyond: where four places are close by chance, this goes unseen.
    let limits = NormalScores.limits(ofScores: 200, level: 0.01)
    #expect(honest.rootMeanSquare < limits.rootMeanSquare && honest.largest < 5, "\(honest)")
    let naive = NormalScores(
      pairs.map { pair in
        let counted = pair.map {
          MeanEstimate(
            mean: $0.mean, squaredError: $0.squaredError, degreesOfFreedom: $0.samples - 1)
        }
        return MeanDifference(from: counted[0], to: counted[1]).score
      })
    #expect(!naive.isHonest(level: 0.01), "rms \(naive.rootMeanSquare)")
  }

  /// The project's own sampler between two wells: it crosses a low barrier, and its errors are
  /// honest. It cannot cross a high one, and this is found.
  @Test func wells() {
    func means(barrier: Double) -> NormalScores {
      scores(30) { key in
        let start: Float = Self.normals(1, key)[0] < 0 ? -1 : 1
        return (0..<2).map { index in
          let energy = TwoWells(barrier: barrier)
          let chain = Chain(
            energy, start: [start],
            settings: HamiltonianMonteCarlo(warmup: 50, trajectory: .fixed(1)),
            stream: RandomStream(key: 10 * key + UInt64(index)), kernels: .best)
          return (0..<300).map { _ in
            chain.advance(energy)
            return Double(chain.state.position[0])
          }
        }
      }
    }
    let (low, high) = (means(barrier: 0.5), means(barrier: 20))
    #expect(low.isHonest(level: 0.01), "rms \(low.rootMeanSquare), largest \(low.largest)")
    #expect(!high.isHonest(level: 0.01), "rms \(high.rootMeanSquare)")
  }
}

/// U = b (x² − 1)² of one number.
private struct TwoWells: Energy, ~Copyable {
  let barrier: Double
  let dimension = 1

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let x = Double(position[0])
    gradient[0] = Float(4 * barrier * x * (x * x - 1))
    return barrier * (x * x - 1) * (x * x - 1)
  }
}
