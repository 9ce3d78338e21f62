import Foundation
import TestSupport
import Testing
import Theory

/// Deterministic equivalents of finite width.
@Suite struct WidthEquivalentTests {
  static let reference = SpectralReference.shared

  static func equivalent(
    _ alpha: Double, _ beta: Double, _ modes: Int?, _ width: Int
  ) throws -> WidthEquivalent {
    try WidthEquivalent(PowerLawTask(alpha: alpha, beta: beta, modes: modes), width: width)
  }

  @Test(arguments: reference.floors) func floors(row: SpectralReference.Floor) throws {
    let width = try Self.equivalent(row.alpha, row.beta, row.M, row.N)
    expect(width.kappa, near: row.kappa, within: 1e-12, "κ, \(row)")
    expect(width.floor, near: row.floor_one_net, within: 1e-12, "floor, \(row)")
    expect(width.meanNetworkFloor, near: row.floor_mean_net, within: 1e-12, "mean, \(row)")
  }

  /// Floors at M = 8000, and two-point slopes at M = ∞; the reference leaves out the trace beyond
  /// its last mode, which is 1e-5 of these slopes at α = 1.5.
  @Test(arguments: reference.floor_slopes) func slopes(row: SpectralReference.FloorSlopes) throws {
    for pair in row.theory_M8000 {
      let width = try Self.equivalent(row.alpha, row.beta, 8000, Int(pair[0]))
      expect(width.floor, near: pair[1], within: 1e-8, "floor at \(pair[0]), \(row)")
    }
    for (range, slope) in row.slope_theory {
      let ends = range.split(separator: "-").compactMap { Int($0) }
      let floors = try ends.map { try Self.equivalent(row.alpha, row.beta, nil, $0).floor }
      expect(
        log(floors[0] / floors[1]) / log(Double(ends[1] / ends[0])), near: slope, within: 2e-5,
        "slope in \(range), \(row)")
    }
  }

  /// Slopes over N = 8 … 64 of one network and of the mean network, at M = 1500.
  @Test func ensembles() throws {
    for row in Self.reference.ensemble {
      let widths = try [8, 16, 32, 64].map { try Self.equivalent(row.alpha, row.beta, 1500, $0) }
      func slope(_ value: (WidthEquivalent) -> Double) -> Double {
        // Points are uniform in ln N: the least-squares weights are −3, −1, 1, 3.
        let y = widths.map { log(value($0)) }
        return -(3 * (y[3] - y[0]) + (y[2] - y[1])) / (10 * log(2))
      }
      expect(slope(\.floor), near: row.one_theory, within: 1e-8, "one")
      expect(slope(\.meanNetworkFloor), near: row.mean_net_theory, within: 1e-8, "mean")
    }
  }

  /// The lazy curve, good to 1e-9 as an inverse Laplace transform.
  @Test func lazyCurve() throws {
    for row in Self.reference.Phi {
      let width = try Self.equivalent(row.alpha, row.beta, row.M, row.N)
      for (point, value) in zip(try width.curve(at: row.x), row.Phi) {
        expect(point.value, near: value, within: 1e-10, "Φ at \(point.place)")
      }
      // The end is the floor, and the beginning Σ λ w*² − x Σ (λ w*)² + ….
      let end = try width.curve(at: [1e6])[0]
      expect(end.value, near: width.floor, within: 1e-11, "Φ(∞)")
      let start = try width.curve(at: [1e-6])[0]
      let (power, square) = (1...row.M).reduce((0.0, 0.0)) { sum, k in
        let part = pow(Double(k), -row.alpha * row.beta - 1)
        return (sum.0 + part, sum.1 + part * pow(Double(k), -row.alpha))
      }
      expect(start.value, near: power, within: 2e-6, "Φ(0)")
      expect(-start.derivative, near: square, within: 1e-5, "Φ′(0)")
      let trace = (1...row.M).reduce(0.0) { $0 + pow(Double($1), -row.alpha) }
      expect(start.trace, near: trace, within: 1e-5, "tr S")
    }
  }

  /// Φ′ against differences, and Φ against a contour of fewer nodes.
  @Test func derivative() throws {
    let width = try Self.equivalent(1.5, 0.8, nil, 64)
    let x = 30.0
    let points = try width.curve(at: [0.998, 0.999, 1, 1.001, 1.002].map { $0 * x })
    let y = points.map(\.value)
    let difference = (8 * (y[3] - y[1]) - (y[4] - y[0])) / (12 * 0.001 * x)
    expect(points[2].derivative, near: difference, within: 1e-8, "Φ′")
    let few = try width.curve(at: [x], nodes: 10)[0]
    expect(few.value, near: points[2].value, within: 1e-7, "ten nodes")
  }

  /// L(N) − L(∞) falls as 1/N, and in time by the exponent of the reference.
  @Test func transients() throws {
    for row in Self.reference.width_transient {
      let task = try PowerLawTask(alpha: row.alpha, beta: row.beta)
      let all = try task.flow(richness: 0, times: [row.window[0], 100, row.window[1]])
      func excess(_ width: Int) throws -> [Double] {
        let points = try WidthEquivalent(task, width: width)
          .flow(richness: 0, times: [row.window[0], 100, row.window[1]])
        return zip(points, all).map { $0.loss - $1.loss }
      }
      let (small, large) = (try excess(1024), try excess(4096))
      expect(
        log(small[1] / large[1]) / log(4), near: row.N_exponent_tau100, within: 2e-3, "in N")
      // The reference fits a line where this takes the ends.
      let slope = -log(large[2] / large[0]) / log(row.window[1] / row.window[0])
      #expect(abs(slope - row.time_exponent_N4096) < 0.02, "in t: \(slope)")
    }
  }

  /// A rich flow ends on the floor whatever γ is, is close to infinite width before the frontier
  /// comes to N, and is the lazy one as γ → 0.
  @Test func richFlow() throws {
    let width = try Self.equivalent(1.5, 0.5, nil, 256)
    for richness in [1.0, 30] {
      let end = try width.flow(richness: richness, times: [1e7])[0]
      expect(end.loss, near: width.floor, within: 1e-8, "floor, γ \(richness)")
    }
    let wide = try Self.equivalent(2, 1.2, nil, 4096)
    let (finite, infinite) = (
      try wide.flow(richness: 1, times: [0.3, 3]), try wide.task.flow(richness: 1, times: [0.3, 3])
    )
    for (a, b) in zip(finite, infinite) {
      #expect(a.loss > b.loss && a.loss < 1.02 * b.loss)
      expect(a.clock, near: b.clock, within: 1e-2, "c")
    }
    let times = [0.5, 20, 1000]
    let (almost, lazy) = (
      try width.flow(richness: 1e-9, times: times), try width.flow(richness: 0, times: times)
    )
    for (a, b) in zip(almost, lazy) {
      expect(a.loss, near: b.loss, within: 1e-6, "lazy limit")
      expect(a.slope, near: b.slope, within: 1e-4, "slope of the lazy limit")
    }
  }

  /// With as many neurons as modes nothing is lost, and on the way there the floor vanishes.
  @Test func allModes() throws {
    let full = try Self.equivalent(1.5, 0.5, 100, 100)
    #expect(full.kappa == 0 && full.floor == 0 && full.meanNetworkFloor == 0)
    let floors = try [90, 95, 98, 99].map { try Self.equivalent(1.5, 0.5, 100, $0).floor }
    #expect(zip(floors, floors.dropFirst()).allSatisfy { $0 > $1 } && floors[3] < 2e-3, "\(floors)")
  }

  /// Noise at finite width: few modes with the loss, the trace and the floor of the network's.
  @Test func noisySpectrum() throws {
    let width = try Self.equivalent(1.5, 0.8, 3000, 128)
    let fit = try width.noisySpectrum(reach: 1e5)
    #expect(fit.misfit < 1e-5)
    let trace = (1...3000).reduce(0.0) { $0 + pow(Double($1), -1.5) }
    expect(fit.spectrum.trace, near: trace, within: 1e-5, "trace")
    let count = fit.spectrum.multiplicities.reduce(0, +)
    expect(count, near: 128, within: 0.01, "N modes")
    let power = (1...3000).reduce(0.0) { $0 + pow(Double($1), -2.2) }
    expect(fit.spectrum.initialLoss, near: power, within: 1e-5, "L(0)")
  }

  @Test func refusals() throws {
    for (modes, width) in [(100, 101), (100, 0), (nil, -1), (nil, 2_000_000_000)] as [(Int?, Int)] {
      #expect(throws: SpectralError.self, "\(width)") {
        _ = try Self.equivalent(1.5, 0.5, modes, width)
      }
    }
    #expect(throws: SpectralError.infiniteTrace(alpha: 1)) {
      _ = try Self.equivalent(1, 0.5, nil, 10)
    }
  }
}
