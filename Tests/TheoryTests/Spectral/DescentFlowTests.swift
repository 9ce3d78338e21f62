import Foundation
import TestSupport
import Testing
import Theory

/// The flow of the linear model at infinite width.
@Suite struct DescentFlowTests {
  static let reference = SpectralReference.shared

  /// A reference in other arithmetic, good to 1e-10.
  @Test(arguments: reference.flow_explicit) func someModes(row: SpectralReference.Flow) throws {
    let task = try PowerLawTask(alpha: row.alpha, beta: row.beta, modes: row.M)
    let flow = try DescentFlow(spectrum: task.spectrum(reach: 1), richness: row.gamma)
    let states = try flow.states(at: row.t)
    for (i, state) in states.enumerated() {
      expect(state.loss, near: row.loss[i], within: 1e-10, "L, \(row) t \(row.t[i])")
      expect(state.clock, near: row.c[i], within: 1e-10, "c, \(row) t \(row.t[i])")
    }
    // A mode that was learned long ago lags behind the clock, which is known to second order.
    let last = states.last!.learned
    for (got, expected) in zip(last[0..<4] + [last.last!], row.b_first4_last!) {
      expect(got, near: expected, within: 5e-9, "b, \(row)")
    }
  }

  /// All modes: the reference's sum over k > 600 is an integral, good to 5e-7.
  @Test(arguments: reference.flow_infinite) func allModes(row: SpectralReference.Flow) throws {
    let task = try PowerLawTask(alpha: row.alpha, beta: row.beta)
    for (i, point) in try task.flow(richness: row.gamma, times: row.t).enumerated() {
      expect(point.loss, near: row.loss[i], within: 5e-7, "L, \(row) t \(row.t[i])")
      expect(point.clock, near: row.c[i], within: 5e-7, "c, \(row) t \(row.t[i])")
    }
  }

  /// Flows at times beyond the edge of stability, where they go on. The reference interpolates its
  /// loss: at γ = 0, where the loss is a closed sum, it is off by 1.1e-3.
  @Test(arguments: reference.edge_flow) func pastTheEdge(row: SpectralReference.Edge) throws {
    let task = try PowerLawTask(alpha: row.alpha, beta: row.beta, modes: row.M)
    let steps = row.flow_loss.keys.compactMap(Int.init).sorted()
    let chosen = steps.filter { row.flow_loss["\($0)"]! > 1e-5 }
    let points = try task.flow(richness: row.gamma, times: chosen.map { row.eta * Double($0) })
    for (step, point) in zip(chosen, points) {
      expect(point.loss, near: row.flow_loss["\(step)"]!, within: 1.2e-3, "L, \(row) \(step)")
      if row.gamma > 0, let clock = row.eta_c_flow["\(step)"] {
        expect(row.eta * point.clock, near: clock, within: 1e-5, "c, \(row) \(step)")
      }
    }
  }

  /// At γ = 0 the clock stands still and each mode decays by itself.
  @Test func lazyModes() throws {
    let task = try PowerLawTask(alpha: 1.5, beta: 0.7, modes: 500)
    for point in try task.flow(richness: 0, times: [0.1, 10, 1000]) {
      let t = point.time
      var (loss, descent) = (0.0, 0.0)
      for k in 1...500 {
        let rate = 2 * pow(Double(k), -1.5)
        let part = pow(Double(k), -1.5 * 0.7 - 1) * exp(-rate * t)
        loss += part
        descent += part * rate * t
      }
      expect(point.loss, near: loss, within: 1e-12, "L at \(t)")
      expect(point.slope, near: descent / loss, within: 1e-12, "slope at \(t)")
      #expect(point.clock == 1)
    }
    // Half of mode k is learned at t = k^α ln 2, among all modes too.
    let all = try PowerLawTask(alpha: 1.5, beta: 0.7)
    for k in [7.0, 100, 1e4, 1e9] {
      let point = try all.flow(richness: 0, times: [pow(k, 1.5) * log(2)])[0]
      expect(try #require(point.frontier), near: k, within: 1e-5, "k* at \(k)")
    }
  }

  /// As γ → 0 the rich flow becomes the lazy one, at first order in γ.
  @Test func lazyLimit() throws {
    let task = try PowerLawTask(alpha: 2, beta: 0.5)
    let lazy = try task.flow(richness: 0, times: [1, 100])
    let small = try task.flow(richness: 1e-6, times: [1, 100])
    let smaller = try task.flow(richness: 1e-7, times: [1, 100])
    for i in 0..<2 {
      let (first, second) = (
        small[i].loss / lazy[i].loss - 1, smaller[i].loss / lazy[i].loss - 1
      )
      #expect(first < 0 && first > -1e-4, "\(first)")
      expect(first, near: 10 * second, within: 1e-3, "first order in γ")
    }
  }

  /// GGᵀ − γ ωωᵀ = 1 in the flow: c (c − 1) = γ |b|².
  @Test func conservation() throws {
    let spectrum = try PowerLawTask(alpha: 1.5, beta: 0.3, modes: 200).spectrum(reach: 1)
    let flow = try DescentFlow(spectrum: spectrum, richness: 20)
    for state in try flow.states(at: [0.01, 1, 50, 300]) {
      let square = state.learned.reduce(0) { $0 + $1 * $1 }
      expect(state.clock * (state.clock - 1), near: 20 * square, within: 1e-9, "t \(state.time)")
    }
  }

  /// The flow is the limit of small steps, from which it differs at first order.
  @Test func smallSteps() throws {
    let spectrum = try PowerLawTask(alpha: 1.5, beta: 0.5, modes: 40).spectrum(reach: 1)
    let flow = try DescentFlow(spectrum: spectrum, richness: 3).states(at: [10])[0]
    let gaps = try [2000, 4000, 8000].map { steps in
      var descent = try NoisyDescent(
        spectrum: spectrum, batch: nil, step: 10 / Double(steps), richness: 3)
      try descent.advance(to: steps)
      return descent.loss / flow.loss - 1
    }
    // Extrapolated to step zero, nothing is left.
    #expect(abs(8 * gaps[2] - 6 * gaps[1] + gaps[0]) / 3 < 1e-8, "\(gaps)")
    expect(gaps[1] / gaps[2], near: 2, within: 0.01, "first order: \(gaps)")
  }

  /// −d ln L/d ln t against differences.
  @Test(arguments: [(1.5, 0.5, 1.0, 100), (2, 1.5, 10, nil), (1.2, 0.3, 0.01, nil)])
  func slopes(alpha: Double, beta: Double, richness: Double, modes: Int?) throws {
    let task = try PowerLawTask(alpha: alpha, beta: beta, modes: modes)
    for t in [0.3, 20, 200] {
      let e = 1e-3
      let points = try task.flow(
        richness: richness, times: [t * exp(-2 * e), t * exp(-e), t, t * exp(e), t * exp(2 * e)])
      let y = points.map { log($0.loss) }
      let difference = -(8 * (y[3] - y[1]) - (y[4] - y[0])) / (12 * e)
      #expect(
        abs(points[2].slope - difference) < 1e-8 + 2 * points[2].slopeError,
        "t \(t): \(points[2].slope), \(difference)")
      #expect(points[2].slopeError < 1e-5)
    }
  }

  /// L γ^(−β/(1 − β)) at t = x γ^(−1/(1 − β)) tends to one curve as γ → 0.
  @Test func collapse() throws {
    let task = try PowerLawTask(alpha: 1.5, beta: 0.5)
    let expected = [[2.293, 0.6130, 0.1509, 0.03494], [2.293, 0.6130, 0.1509, 0.03494]]
    for (richness, row) in zip([1e-4, 1e-3], expected) {
      let scale = 1 / (richness * richness)
      let points = try task.flow(
        richness: richness, times: [0.1, 1, 10, 100].map { $0 * scale })
      for (point, value) in zip(points, row) {
        expect(point.loss / richness, near: value, within: 3e-4, "γ \(richness)")
      }
    }
  }

  /// Infinitely many modes are the limit of many, and sums by the integral are sums.
  @Test func manyModes() throws {
    let times = [1.0, 30, 400]
    let all = try PowerLawTask(alpha: 2, beta: 1.3).flow(richness: 2, times: times)
    let summed = try PowerLawTask(alpha: 2, beta: 1.3, modes: 2048)
    let integrated = try PowerLawTask(alpha: 2, beta: 1.3, modes: 2049)
    #expect(summed.isSummed && !integrated.isSummed)
    let rest = 2048.5
    let (few, many) = (
      try summed.flow(richness: 2, times: times), try integrated.flow(richness: 2, times: times)
    )
    for i in times.indices {
      // What mode 2049 and those beyond add to L: they have learned nothing yet.
      let tail = pow(rest, -2.6) / 2.6
      expect(many[i].loss - few[i].loss, near: pow(2049, -3.6), within: 0.02, "mode 2049")
      expect(all[i].loss, near: few[i].loss + tail, within: 1e-7, "the rest")
      expect(all[i].clock, near: few[i].clock, within: 1e-7, "c")
    }
  }

  @Test func refusals() throws {
    let powers = [(0.5, 1.0), (0, 1), (-1, 1), (.nan, 1), (101, 1), (1, 0), (1, -1), (1, .nan)]
    for (alpha, beta) in powers {
      #expect(throws: SpectralError.self, "\(alpha) \(beta)") {
        _ = try PowerLawTask(alpha: alpha, beta: beta)
      }
    }
    #expect(throws: SpectralError.self) { _ = try PowerLawTask(alpha: 1, beta: 1, modes: 0) }
    let task = try PowerLawTask(alpha: 1.5, beta: 0.5, modes: 50)
    for times in [[0.0], [-1], [.nan], [.infinity], [2, 1]] {
      for richness in [0.0, 1] {
        #expect(throws: SpectralError.self, "\(times)") {
          _ = try task.flow(richness: richness, times: times)
        }
      }
    }
    #expect(throws: SpectralError.self) { _ = try task.flow(richness: -1, times: [1]) }
    // Everything is learned: the loss is below what a double holds.
    for richness in [0.0, 1] {
      #expect(throws: SpectralError.self) { _ = try task.flow(richness: richness, times: [1e9]) }
    }
    #expect(throws: SpectralError.self) {
      _ = try DescentSpectrum(eigenvalues: [1, 2], targets: [1])
    }
    #expect(throws: SpectralError.self) {
      _ = try DescentSpectrum(eigenvalues: [1, 0], targets: [1, 1])
    }
  }
}
