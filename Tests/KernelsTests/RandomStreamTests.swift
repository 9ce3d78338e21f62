import Foundation
import Kernels
import Testing

@Suite struct RandomStreamTests {
  /// The known answers that the authors of Philox publish with Random123 (`kat_vectors`,
  /// philox4x32, 10 rounds): zeros, ones, and digits of π.
  @Test(
    arguments: [
      (
        [0, 0, 0, 0], [0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]
      ),
      (
        [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [0xFFFF_FFFF, 0xFFFF_FFFF],
        [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
      ),
      (
        [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
        [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func knownAnswers(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
    let stream = RandomStream(key: UInt64(key[0]) | UInt64(key[1]) << 32)
    let got = stream.words(
      index: counter[0], step: UInt64(counter[1]) | UInt64(counter[2]) << 32, purpose: counter[3])
    #expect(
      [got.0, got.1, got.2, got.3] == expected,
      "got \([got.0, got.1, got.2, got.3]), expected \(expected)")
  }

  /// The vector kernel draws its words as `words` does; the expected normals are Box-Muller of
  /// these in double precision.
  @Test(
    arguments: [(0, 0), (0xDEAD_BEEF_1234_5678, 3), (.max, 0x1_0000_0007)] as [(UInt64, UInt64)])
  func normalsAreBoxMullerOfTheWords(key: UInt64, step: UInt64) {
    let stream = RandomStream(key: key)
    let z = stream.standardNormals(count: 64 * 40, step: step)
    for index in 0..<640 {
      let w = stream.words(index: UInt32(index), step: step, purpose: 0)
      // Counter `index` is one lane of four vectors: cosine and sine of each pair of words.
      let place = index / 16 * 64 + index % 16
      for (offset, a, b) in [(0, w.0, w.1), (32, w.2, w.3)] {
        let radius = (-2 * log((Double(a) + 0.5) * 0x1p-32)).squareRoot()
        let angle = 2 * Double.pi * Double(b) * 0x1p-32
        for (got, expected) in [
          (z[place + offset], radius * cos(angle)), (z[place + offset + 16], radius * sin(angle)),
        ] {
          // Words are rounded to 24 bits, 6e-8 of a turn at most, and functions to 2e-7.
          #expect(
            abs(Double(got) - expected) < 2e-6,
            "normal of counter \(index): got \(got), expected \(expected) to 2e-6")
        }
      }
    }
  }

  @Test func uniformsFillTheUnitInterval() {
    let stream = RandomStream(key: 21)
    let draws = 200_000
    let u = (0..<draws).map { stream.uniform(step: UInt64($0)) }
    #expect(u.allSatisfy { $0 > 0 && $0 < 1 })
    expectMean(of: u, near: 0.5, variance: 1.0 / 12, "uniform")
    expectMean(
      of: u.map { ($0 - 0.5) * ($0 - 0.5) }, near: 1.0 / 12, variance: 1.0 / 180, "its square")
    expectEquallyLikely(u.map { Int($0 * 100) }, 100, "uniform in hundredths")
    // The lowest bits count too.
    expectEquallyLikely(u.map { Int($0 * 0x1p40) & 15 }, 16, "bits 37-40")
    let other = (0..<draws).map { stream.uniform(step: UInt64($0), index: 1) }
    expectMean(
      of: zip(u, other).map { ($0 - 0.5) * ($1 - 0.5) }, near: 0, variance: 1.0 / 144,
      "products of different indices")
  }

  @Test(arguments: [1, 2, 7, 100])
  func integersAreEquallyLikely(bound: Int) {
    let stream = RandomStream(key: 22)
    let k = (0..<100_000).map { stream.integer(below: bound, step: UInt64($0)) }
    #expect(k.allSatisfy { (0..<bound).contains($0) })
    expectEquallyLikely(k, bound, "integers below \(bound)")
  }

  @Test func purposesIndicesStepsAndKeysDiffer() {
    let counters: [(key: UInt64, index: UInt32, step: UInt64, purpose: UInt32)] = [
      (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 1 << 32, 0), (0, 0, 0, 1), (1, 0, 0, 0),
      (1 << 32, 0, 0, 0),
    ]
    let words = counters.map {
      RandomStream(key: $0.key).words(index: $0.index, step: $0.step, purpose: $0.purpose).0
    }
    #expect(Set(words).count == words.count)
  }
}

/// Expects a sample mean within four standard errors.
func expectMean(
  of x: [Double], near expected: Double, variance: Double, _ what: String,
  at location: SourceLocation = #_sourceLocation
) {
  let mean = x.reduce(0, +) / Double(x.count)
  let error = (variance / Double(x.count)).squareRoot()
  #expect(
    abs(mean - expected) <= 4 * error,
    "\(what): mean \(mean), expected \(expected) within 4 × \(error)", sourceLocation: location)
}

/// Expects χ² over `bins` equally likely values within four standard deviations, √(2 (bins − 1)),
/// of its mean, bins − 1.
func expectEquallyLikely(
  _ values: [Int], _ bins: Int, _ what: String, at location: SourceLocation = #_sourceLocation
) {
  var counts = [Double](repeating: 0, count: bins)
  for value in values { counts[value] += 1 }
  let expected = Double(values.count) / Double(bins)
  let square = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
  let freedom = Double(bins - 1)
  #expect(
    abs(square - freedom) <= 4 * (2 * freedom).squareRoot() + 1e-9,
    "\(what): χ² = \(square) for \(freedom) degrees of freedom", sourceLocation: location)
}
