import Foundation
import Kernels

/// Moments, tails and correlations of many normals of one `RandomStream`, and the time of one
/// normal.
enum NormalsBenchmark {
  /// Measures as many normals as the effort says, a multiple of `NormalSums.batch`.
  static func measure(effort: Effort, kernels: KernelSet) -> NormalsResult {
    let stream = RandomStream(key: 2025, kernels: kernels)
    // This many normals stay in L1.
    let small = RandomStream.normalBuffer(count: 4096)
    var step: UInt64 = 1 << 32
    let timing = RepeatedCall(of: effort.roundSeconds) {
      for _ in 0..<$0 {
        stream.fill(small, step: step)
        step += 1
      }
    }
    timing.time(rounds: effort.rounds)
    var sums = NormalSums()
    let buffer = RandomStream.normalBuffer(count: NormalSums.batch)
    for step in 0..<effort.normals / NormalSums.batch {
      stream.fill(buffer, step: UInt64(step))
      sums.take(buffer.floats)
    }
    let checks = sums.checks
    return NormalsResult(
      count: effort.normals, nanosecondsPerNormal: 1e9 * timing.seconds / 4096,
      largest: sums.largest, checks: checks, withinFourSigma: checks.allSatisfy { abs($0.z) <= 4 })
  }
}

/// Sums over normals, in double precision.
private struct NormalSums {
  /// The number of normals of one step, a multiple of the generator's block of 64.
  static let batch = 1_000_000

  private var count = 0.0
  private var (first, second, third, fourth) = (0.0, 0.0, 0.0, 0.0)
  private var (beyondThree, beyondFive) = (0.0, 0.0)
  private var (neighbours, partners) = (0.0, 0.0)
  private var (neighbourSquares, partnerSquares) = (0.0, 0.0)
  private(set) var largest = 0.0

  /// Adds a batch. Among 64 normals, the two that Box and Muller's transform makes of one pair
  /// stand sixteen apart. Every normal of the batch has one neighbour and is in one pair.
  mutating func take(_ x: UnsafePointer<Float>) {
    count += Double(Self.batch)
    for i in 0..<Self.batch {
      let z = Double(x[i])
      let next = Double(x[i + 1 < Self.batch ? i + 1 : 0])
      let square = z * z
      first += z
      second += square
      third += z * square
      fourth += square * square
      neighbours += z * next
      neighbourSquares += (square - 1) * (next * next - 1)
      if square > 9 {
        beyondThree += 1
        if square > 25 { beyondFive += 1 }
        largest = max(largest, abs(z))
      }
    }
    for block in stride(from: 0, to: Self.batch, by: 32) {
      for i in block..<block + 16 {
        let (a, b) = (Double(x[i]), Double(x[i + 16]))
        partners += a * b
        partnerSquares += (a * a - 1) * (b * b - 1)
      }
    }
  }

  /// The statistics, each with its expectation and standard error for independent standard normals.
  var checks: [NormalsResult.Check] {
    let n = count
    func check(_ name: String, _ value: Double, _ expected: Double, _ error: Double)
      -> NormalsResult.Check
    {
      NormalsResult.Check(
        name: name, value: value, expected: expected, standardError: error,
        z: (value - expected) / error)
    }
    let (mean, raw) = (first / n, second / n)
    let variance = raw - mean * mean
    let skewness =
      (third / n - 3 * mean * raw + 2 * mean * mean * mean) / (variance * variance.squareRoot())
    let kurtosis =
      (fourth / n - 4 * mean * third / n + 6 * mean * mean * raw - 3 * mean * mean * mean * mean)
      / (variance * variance)
    let (three, five) = (erfc(3 / 2.0.squareRoot()), n * erfc(5 / 2.0.squareRoot()))
    return [
      check("mean", mean, 0, (1 / n).squareRoot()),
      check("variance", variance, 1, (2 / n).squareRoot()),
      check("skewness", skewness, 0, (6 / n).squareRoot()),
      check("kurtosis", kurtosis, 3, (24 / n).squareRoot()),
      check("beyond_3", beyondThree / n, three, (three * (1 - three) / n).squareRoot()),
      check("count_beyond_5", beyondFive, five, five.squareRoot()),
      check("neighbour_correlation", neighbours / n, 0, (1 / n).squareRoot()),
      // The expectation is ⟨(x² − 1)²⟩ = 2.
      check("neighbour_square_correlation", neighbourSquares / (2 * n), 0, (1 / n).squareRoot()),
      check("pair_correlation", partners / (n / 2), 0, (2 / n).squareRoot()),
      check("pair_square_correlation", partnerSquares / n, 0, (2 / n).squareRoot()),
    ]
  }
}

/// The measurement of the normals.
package struct NormalsResult: Encodable, Sendable {
  /// A statistic beside its expectation.
  package struct Check: Encodable, Sendable {
    /// The statistic's name, as in "neighbour_correlation".
    package let name: String
    /// The measured value, and expectation and standard error for independent standard normals.
    package let value, expected, standardError: Double
    /// The deviation (value − expected)/standard error.
    package let z: Double
  }

  /// The number of normals.
  package let count: Int
  /// The time of one normal in nanoseconds.
  package let nanosecondsPerNormal: Double
  /// The largest |z| of a normal.
  package let largest: Double
  /// The statistics.
  package let checks: [Check]
  /// Whether every statistic is within four standard errors of its expectation.
  package let withinFourSigma: Bool
}
