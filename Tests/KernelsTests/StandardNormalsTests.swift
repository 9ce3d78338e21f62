import Foundation
import Kernels
import Testing

/// The distribution of the vector kernel's normals, and their dependence on step and key.
@Suite struct StandardNormalsTests {
  /// Averages over almost 10⁷ draws, 10⁴ of each of 10³ steps. The variance of one term is computed
  /// for true normals: ⟨z²⟩ = 1, ⟨z⁴⟩ = 3, ⟨z⁶⟩ = 15, ⟨z⁸⟩ = 105.
  @Test func moments() {
    let (steps, length) = (1000, 10_000)
    let stream = RandomStream(key: 31)
    let buffer = RandomStream.normalBuffer(count: length)
    var sums = [Double](repeating: 0, count: 12)
    for step in 0..<steps {
      stream.fill(buffer, step: UInt64(step))
      let z = buffer.floats
      for i in 0..<length - 64 {
        let x = Double(z[i])
        let s = x * x
        sums[0] += x
        sums[1] += s
        sums[2] += x * s
        sums[3] += s * s
        sums[4] += abs(x) > 3 ? 1 : 0
        sums[5] += abs(x) > 4 ? 1 : 0
        // The pairs are neighbours in memory, sine and cosine of one radius, both pairs of one
        // counter, and the next block. Their squares would show a shared radius.
        sums[6] += x * Double(z[i + 1])
        sums[7] += x * Double(z[i + 16])
        sums[8] += x * Double(z[i + 64])
        sums[9] += (s - 1) * (Double(z[i + 1] * z[i + 1]) - 1)
        sums[10] += (s - 1) * (Double(z[i + 16] * z[i + 16]) - 1)
        sums[11] += (s - 1) * (Double(z[i + 64] * z[i + 64]) - 1)
      }
    }
    let terms = Double(steps * (length - 64))
    let (three, four) = (erfc(3 / 2.0.squareRoot()), erfc(4 / 2.0.squareRoot()))
    let truths: [(String, Double, Double)] = [
      ("mean", 0, 1), ("variance", 1, 2), ("third moment", 0, 15), ("fourth moment", 3, 96),
      ("P(|z| > 3)", three, three * (1 - three)), ("P(|z| > 4)", four, four * (1 - four)),
      ("neighbours", 0, 1), ("distance 16", 0, 1), ("distance 64", 0, 1),
      ("neighbours' squares", 0, 4), ("squares at 16", 0, 4), ("squares at 64", 0, 4),
    ]
    for ((name, expected, variance), sum) in zip(truths, sums) {
      let error = (variance / terms).squareRoot()
      #expect(
        abs(sum / terms - expected) <= 4 * error,
        "\(name): got \(sum / terms), expected \(expected) within 4 × \(error)")
    }
  }

  /// Draws of consecutive steps or keys are independent too.
  @Test func stepsAndKeysAreIndependent() {
    let count = 1_000_000
    let z = RandomStream(key: 32).standardNormals(count: count, step: 0).map(Double.init)
    for (key, step) in [(32, 1), (33, 0), (32, 1 << 32)] as [(UInt64, UInt64)] {
      let other = RandomStream(key: key).standardNormals(count: count, step: step)
      let pairs = zip(z, other.map(Double.init))
      expectMean(of: pairs.map { $0 * $1 }, near: 0, variance: 1, "key \(key), step \(step)")
      expectMean(
        of: pairs.map { ($0 * $0 - 1) * ($1 * $1 - 1) }, near: 0, variance: 4,
        "squares, key \(key), step \(step)")
    }
  }

  /// The χ² is over 64 equally likely intervals of the whole line.
  @Test func everyQuantileIsEquallyLikely() {
    let z = RandomStream(key: 34).standardNormals(count: 1_000_000, step: 9)
    expectEquallyLikely(
      z.map { min(63, Int(64 * 0.5 * erfc(-Double($0) / 2.0.squareRoot()))) }, 64, "quantiles")
  }

  @Test(arguments: [1, 16, 63, 64, 65, 999])
  func aShorterFillIsAPrefix(count: Int) {
    let stream = RandomStream(key: 35)
    let long = stream.standardNormals(count: 1100, step: 4)
    #expect(stream.standardNormals(count: count, step: 4) == Array(long.prefix(count)))
    #expect(stream.standardNormals(count: count, step: 5)[0] != long[0])
  }

  @Test(arguments: [1, 15, 17, 100])
  func paddingIsZero(count: Int) {
    let buffer = RandomStream.normalBuffer(count: count)
    RandomStream(key: 36).fill(buffer, step: 0)
    for i in count..<16 * buffer.vectors {
      #expect(buffer.floats[i] == 0, "padding \(i) of \(count) is \(buffer.floats[i])")
    }
    #expect(!buffer.values.contains(0))
  }
}
