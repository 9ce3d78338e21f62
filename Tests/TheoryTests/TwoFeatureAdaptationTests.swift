import Foundation
import TestSupport
import Testing
import Theory

@Suite struct TwoFeatureAdaptationTests {
  typealias Feature = TwoFeatureAdaptation.Feature

  struct Row: Sendable {
    let name: String
    let d: Int
    let n: Int
    let load: Double
    let features: [Feature]
    let b: [Double]
    let alignment: Double
    let dual: Double
    let m: [Double]
    let planar: Double
    /// Neurons by angle, of the bins from 0° to 5° and from 40° to 45°.
    let bins: (Double, Double)
  }

  static let unequal = [
    Feature(coefficient: 2 / 5.0.squareRoot(), direction: 0),
    Feature(coefficient: 1 / 5.0.squareRoot(), direction: .pi / 2),
  ]

  static func pair(_ c: Double, _ angle: Double) -> [Feature] {
    [Feature(coefficient: c, direction: angle), Feature(coefficient: c, direction: -angle)]
  }

  /// Numbers of an independent implementation: B and A to 1e-6, the dual to 1e-7, M and bins to
  /// 5e-4.
  static let rows = [
    Row(
      name: "unequal", d: 20, n: 160, load: 1000, features: unequal, b: [0.23096384, 0.02456168],
      alignment: 0.21756465834484223, dual: 442.44936564158115, m: [2.5705, 0.547],
      planar: 3.3478, bins: (0.722, 0.0072)),
    Row(
      name: "narrow", d: 20, n: 20, load: 600, features: unequal, b: [0.31728567, 0.10359509],
      alignment: 0.33011806553114026, dual: 236.98717539903785, m: [0.9092, 0.4652],
      planar: 1.401, bins: (0.266, 0.0009)),
    Row(
      name: "cosine 0.2", d: 16, n: 128, load: 1500,
      features: pair(0.7042952122737639, 0.684719203002283), b: [0.27287456, 0.27287456],
      alignment: 0.38436848630851816, dual: 555.5328431630754, m: [3.4989, 3.4989],
      planar: 7.1926, bins: (0.0383, 0.7711)),
    Row(
      name: "cosine 0.5", d: 16, n: 128, load: 1500,
      features: pair(2 / 3.0, 0.5235987755982989), b: [0.28966013, 0.28966013],
      alignment: 0.38621350038379954, dual: 548.1138911071603, m: [4.4113, 4.4113],
      planar: 6.1902, bins: (0.2251, 0.1946)),
    Row(
      name: "orthogonal linear part", d: 20, n: 160, load: 1000,
      features: [
        Feature(coefficient: 0.8944271909999159, direction: 0),
        Feature(degree: 1, coefficient: 0.4472135954999579, direction: .pi / 2),
      ], b: [0.23122973], alignment: 0.3989786630498718, dual: 349.3230194289872, m: [2.5769],
      planar: 2.8122, bins: (0.7743, 0.007)),
  ]

  @Test(arguments: rows.indices) func reference(index: Int) throws {
    let row = Self.rows[index]
    let got = try TwoFeatureAdaptation(dimension: row.d, width: row.n, features: row.features)
      .solve(load: row.load)
    expect(got.alignment, near: row.alignment, within: 5e-6, "A, \(row.name)")
    expect(got.dual, near: row.dual, within: 2e-7, "D, \(row.name)")
    for (b, expected) in zip(got.projections, row.b) {
      #expect(abs(b - expected) < 2e-6, "B, \(row.name): got \(b), expected \(expected)")
    }
    let specialists = try got.specialists(beyond: 0.8)
    for (m, expected) in zip(specialists.counts, row.m) {
      #expect(abs(m - expected) < 1e-3, "M, \(row.name): got \(m), expected \(expected)")
    }
    #expect(abs(specialists.angles.total - row.planar) < 1e-3, "\(specialists.angles.total)")
    let degree = Double.pi / 180
    for (low, expected) in [(0.0, row.bins.0), (40, row.bins.1)] {
      let got = specialists.angles.integral(from: low * degree, to: (low + 5) * degree)
      #expect(abs(got - expected) < 6e-4, "bin \(low)°, \(row.name): \(got), \(expected)")
    }
  }

  /// A linear feature is that of `KernelAdaptation`, by another integral. (Of a cubic one, products
  /// such as He₁(x₁) He₂(x₂) are learned too, which that leaves out.)
  @Test(arguments: [(20, 40, 30.0)])
  func oneLinearFeatureIsKernelAdaptation(d: Int, n: Int, load: Double) throws {
    let single = try KernelAdaptation(dimension: d, width: n, modes: [1], degree: 1)
      .solve(load: load)
    let got = try TwoFeatureAdaptation(
      dimension: d, width: n, features: [Feature(degree: 1, coefficient: 1, direction: 0.7)],
      degrees: [1]
    ).solve(load: load)
    expect(got.alignment, near: single.alignment, within: 1e-8, "A")
    expect(got.dual, near: single.dual, within: 1e-9, "D")
    let specialists = try got.specialists(beyond: 0.8)
    expect(specialists.counts[0], near: try single.specialists(beyond: 0.8), within: 1e-6, "M")
  }

  /// dD/dQ = |y − f̄|²/2 at the maximum.
  @Test func theDualRisesByTheLoss() throws {
    let model = TwoFeatureAdaptation(dimension: 15, width: 45, features: Self.pair(0.7, 0.6))
    let h = 0.05
    let slope = (try model.solve(load: 500 + h).dual - model.solve(load: 500 - h).dual) / (2 * h)
    let loss = try model.solve(load: 500).residualSquare
    expect(slope, near: loss / 2, within: 1e-6, "dD/dQ")
  }

  @Test func badLoadsAreErrors() {
    let model = TwoFeatureAdaptation(dimension: 4, width: 4, features: Self.unequal)
    for load in [0, -1, .infinity, .nan] {
      #expect(throws: KernelAdaptationError.self) { try model.solve(load: load) }
    }
  }
}
