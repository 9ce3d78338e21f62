import Foundation
import Kernels
import TestSupport
import Testing
import Theory

/// The equation of state of the convolution against its limits in closed form.
@Suite struct ConvolutionLimitsTests {
  /// Infinitely many channels make the network lazy at any number of samples: u − u_lazy = O(1/C).
  @Test(arguments: [0.1, 0.5, 1, 3, 30]) func manyChannelsAreLazy(load: Double) throws {
    let (s, n) = (9, 14)
    let p = load * Double(s * n)
    func excess(_ channels: Int) throws -> Double {
      let state = try ConvolutionEquationOfState(
        patch: s, patches: n, channels: channels, outputVariance: 0.4, ridge: 0.2
      ).state(samples: p)
      return state.alignment - state.lazyAlignment
    }
    let (few, many) = (try excess(100_000), try excess(1_000_000))
    #expect(0 < few && few < 1e-3, "P/d = \(load): \(few)")
    expect(many / few, near: 0.1, within: 0.01, "ten times the channels, P/d = \(load)")
  }

  /// The limit κ → 0 has k = s (1 − P/d) and the lazy alignment P/d as long as P < d; beyond, all
  /// is learned.
  @Test func zeroRidge() throws {
    let model = ConvolutionEquationOfState(
      patch: 10, patches: 12, channels: 8, outputVariance: 0.3, ridge: 1e-12)
    for load in [0.1, 0.4, 0.9] {
      let state = try model.state(samples: load * 120)
      expect(state.effectiveRidge, near: 0.3 * (1 - load), within: 1e-9, "k at P/d = \(load)")
      expect(state.lazyAlignment, near: load, within: 1e-9, "lazy at P/d = \(load)")
      // The pair v = u √(N_w S/(s C)) and τ = (1 − u) P/(k √(N_w S C/s)) solves v = τ/(1 − τ²).
      let tau =
        load * 120 * (1 - state.alignment) / (0.3 * (1 - load) * (120 * 8 / 0.3).squareRoot())
      let v = state.alignment * (120 / (0.3 * 8)).squareRoot()
      expect(v, near: tau / (1 - tau * tau), within: 1e-8, "v at P/d = \(load)")
    }
    for load in [1.001, 2, 50] {
      let state = try model.state(samples: load * 120)
      #expect(1 - state.alignment < 1e-8 && 1 - state.lazyAlignment < 1e-8, "P/d = \(load)")
    }
  }

  /// The limit of large S = N_w = C = n has k → κ + s, and τ → 1 at u = A. So P* → (κ + s) √(N_w S
  /// C/s)/(1 − A), with corrections that fall as n^{−1/2}.
  @Test(arguments: [0.2, 0.5, 0.8]) func largeNetworks(alignment: Double) throws {
    func ratio(_ n: Int) throws -> Double {
      let found = try ConvolutionEquationOfState(
        patch: n, patches: n, channels: n, outputVariance: 0.1, ridge: 0.1
      ).samples(alignment: alignment)
      return found.samples / (0.2 / (1 - alignment) * pow(Double(n), 1.5) / 0.1.squareRoot())
    }
    let (large, larger) = (try ratio(10_000) - 1, try ratio(1_000_000) - 1)
    #expect(abs(larger) < 3e-2 / (1 - alignment), "A = \(alignment): \(larger)")
    expect(larger / large, near: 0.1, within: 0.02, "a hundred times n, A = \(alignment)")
  }

  /// The lazy erf convolution is one patch's Gaussian process at P/N_w, with N_w times as many
  /// eigenvalues, each 1/N_w of its own. The comparison is kernel ridge regression on patches of
  /// the sphere over 60 data sets.
  @Test(arguments: [(1, 40, 0.1), (3, 90, 0.02)])
  func lazyPatches(degree: Int, count: Int, ridge: Double) throws {
    let (n, s) = (3, 4)
    // The harmonics of degree 1 and 3 on S³, of unit variance, are U_k(t) = sin((k + 1)θ)/sin θ.
    func feature(_ t: Double) -> Double { degree == 1 ? 2 * t : 8 * t * t * t - 4 * t }
    let alignments = (0..<60).map { dataset -> Double in
      let stream = RandomStream(key: 900 + UInt64(dataset))
      let inputs = (0..<count).map { sample -> [[Double]] in
        let x = stream.standardNormals(count: n * s, step: UInt64(sample)).map { Double($0) }
        return (0..<n).map { i in
          let patch = x[i * s..<(i + 1) * s]
          let length = patch.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return patch.map { $0 / length }
        }
      }
      let gram = inputs.map { x in
        inputs.map { y in
          zip(x, y).reduce(0.0) { sum, pair in
            let cosine = zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * $1.1 }
            return sum + 2 / .pi * asin(2 * cosine / 3) / Double(n)
          }
        }
      }
      let y = inputs.map { x in x.reduce(0) { $0 + feature($1[0]) } / Double(n).squareRoot() }
      let weights = solve(gram, ridge: ridge, y)
      let lambda = GaussianProcess(dimension: s).eigenvalue(degree: degree) / Double(n)
      return lambda * zip(weights, y).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let mean = alignments.reduce(0, +) / 60
    let error = (alignments.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59 / 60).squareRoot()
    let expected = try GaussianProcess(dimension: s).learning(
      degree: degree, samples: Double(count) / Double(n), ridge: ridge
    ).alignment
    // The learning curve neglects fluctuations of O(1/P).
    #expect(
      abs(mean - expected) < 4 * error + 0.02,
      "m = \(degree): sampled \(mean) ± \(error), expected \(expected)")
  }

  /// Returns (G + κ)⁻¹ y by elimination.
  private func solve(_ gram: [[Double]], ridge: Double, _ y: [Double]) -> [Double] {
    var (a, x) = (gram, y)
    for i in a.indices { a[i][i] += ridge }
    for i in a.indices {
      for j in i + 1..<a.count {
        let factor = a[j][i] / a[i][i]
        for k in i..<a.count { a[j][k] -= factor * a[i][k] }
        x[j] -= factor * x[i]
      }
    }
    for i in a.indices.reversed() {
      for k in i + 1..<a.count { x[i] -= a[i][k] * x[k] }
      x[i] /= a[i][i]
    }
    return x
  }
}
