import Foundation
import Kernels
import TestSupport
import Testing
import Theory

/// Gaussian feature learning against an independent implementation, its own definition, a general
/// minimiser, sampled networks and identities.
@Suite struct GaussianFeatureLearningTests {
  typealias Reference = FeatureLearningReference
  static let cases = Reference.shared.gfl

  static func definition(
    _ a: Reference.Case, _ level: GaussianFeatureLearning.Level
  ) -> FeatureLearningByDefinition {
    FeatureLearningByDefinition(
      network: a.network, inputs: a.X, targets: a.y, ridge: a.kappa, level: level)
  }

  /// Expects an array to agree within 1e-8 of its largest entry.
  func expect(
    _ got: [Double], near expected: [Double], within tolerance: Double = 1e-8, _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(got.count == expected.count, "\(what)", sourceLocation: location)
    let largest = expected.reduce(0) { max($0, abs($1)) }
    for (i, (a, b)) in zip(got, expected).enumerated() where !(abs(a - b) <= tolerance * largest) {
      Issue.record(
        "\(what), entry \(i): got \(a), expected \(b) within \(tolerance) of \(largest)",
        sourceLocation: location)
      return
    }
  }

  @Test(arguments: cases, [GaussianFeatureLearning.Level.full, .tree])
  func stationaryPoint(_ a: Reference.Case, _ level: GaussianFeatureLearning.Level) throws {
    let expected = level == .full ? a.full : a.tree
    let found = try a.network.solve(a.data, ridge: a.kappa, level: level)
    #expect(found.residual <= 1e-10 && found.meanError < 1e-4, "\(a): \(found.residual)")
    expect([found.freeEnergy], near: [expected.F], "F")
    expect(found.kernel, near: expected.K!.flatMap(\.self), "K")
    expect(found.sigma, near: expected.Sigma!.flatMap(\.self), "Σ")
    expect(found.mean, near: expected.mean, "f̄")
    expect(found.variance, near: expected.variance!, "variance of f")
    let test = found.predict(a.X_test.flatMap(\.self))
    expect(test.map(\.mean), near: expected.mean_test, "f̄ at test inputs")
    expect(test.map(\.variance), near: expected.variance_test, "variance at test inputs")
  }

  @Test(arguments: cases) func lazyState(_ a: Reference.Case) throws {
    let lazy = try a.network.lazy(a.data, ridge: a.kappa)
    expect([lazy.freeEnergy], near: [a.lazy.F], "F")
    expect(lazy.mean, near: a.lazy.mean, "f̄")
    let test = lazy.predict(a.X_test.flatMap(\.self))
    expect(test.map(\.mean), near: a.lazy.mean_test, "f̄ at test inputs")
    expect(test.map(\.variance), near: a.lazy.variance_test, "variance at test inputs")
  }

  /// The derivatives by M and Σ against central differences, away from the stationary point.
  @Test(arguments: cases, [GaussianFeatureLearning.Level.full, .tree])
  func derivatives(_ a: Reference.Case, _ level: GaussianFeatureLearning.Level) throws {
    typealias D = FeatureLearningByDefinition
    let data = try a.data
    let m = a.phi == "linear" ? a.d : a.n
    func inverse(_ matrix: D.Matrix) -> [Double] {
      let l = D.factor(matrix)!
      return D.identity(matrix.count).flatMap { D.solve(l, $0) }
    }
    func bent(_ n: Int, _ c: Double) -> D.Matrix {
      (0..<n).map { i in
        (0..<n).map { j -> Double in
          let wave = 0.1 * cos(Double((i + 1) * (j + 1)))
          return c * (wave + (j == i ? 1.2 : 0))
        }
      }
    }
    let (m0, s0) = (bent(m, 1), bent(a.d, a.weight_variance / Double(a.d)))
    func value(_ m: D.Matrix, _ s: D.Matrix) throws -> (Double, [Double], [Double]) {
      try #require(
        a.network.derivatives(
          inverseM: inverse(m), inverseSigma: inverse(s), data, ridge: a.kappa, level: level))
    }
    let (energy, byM, bySigma) = try value(m0, s0)
    // F itself: K = R M Rᵀ with Q = R Rᵀ, at inputs whose first coordinate is positive.
    let signs = a.X.map { $0[0] < 0 ? -1.0 : 1 }
    let definition = FeatureLearningByDefinition(
      network: a.network, inputs: zip(signs, a.X).map { s, x in x.map { s * $0 } },
      targets: zip(signs, a.y).map { $0 * $1 }, ridge: a.kappa, level: level)
    let r = D.factor(definition.hidden(s0))!
    let k = D.product(D.product(r, m0), D.transpose(r))
    expect([energy], near: [definition.freeEnergy(k, s0)!], within: 1e-11, "F")
    func check(_ matrix: D.Matrix, _ slope: [Double], _ at: (D.Matrix) throws -> Double) throws {
      let n = matrix.count
      let largest = slope.reduce(0) { max($0, abs($1)) }
      for i in 0..<n {
        for j in 0...i {
          let h = 1e-5 * matrix[i][i]
          var (up, down) = (matrix, matrix)
          up[i][j] += h
          down[i][j] -= h
          if i != j {
            up[j][i] += h
            down[j][i] -= h
          }
          let difference = try (at(up) - at(down)) / (2 * h)
          let expected = slope[i * n + j] * (i == j ? 1 : 2)
          #expect(
            abs(difference - expected) < 1e-6 * largest,
            "\(a) \(level) entry \(i), \(j): difference \(difference), derivative \(expected)")
        }
      }
    }
    try check(m0, byM) { try value($0, s0).0 }
    try check(s0, bySigma) { try value(m0, $0).0 }
  }

  /// A general minimiser in other variables, from the same start, ends at the same F, K and Σ.
  @Test(arguments: cases.filter { $0.n <= 6 }, [GaussianFeatureLearning.Level.full, .tree])
  func generalMinimiser(_ a: Reference.Case, _ level: GaussianFeatureLearning.Level) throws {
    let found = try a.network.solve(a.data, ridge: a.kappa, level: level)
    let other = try #require(Self.definition(a, level).minimum())
    #expect(
      abs(found.freeEnergy - other.freeEnergy) < 1e-7,
      "\(a): \(found.freeEnergy), minimiser \(other.freeEnergy)")
    expect(found.kernel, near: other.k.flatMap(\.self), within: 1e-3, "K")
    expect(found.sigma, near: other.sigma.flatMap(\.self), within: 1e-3, "Σ")
  }

  /// Sampled erf networks: first the equations to their precision; then their spikes, which lack at
  /// N = d what only fluctuations add.
  @Test(arguments: Reference.shared.sampled) func sampledNetworks(_ a: Reference.Sampled) throws {
    let found = try a.network.solve(a.data, ridge: a.kappa)
    let targets = a.targets
    let projected = (0..<a.n).reduce(0.0) { sum, i in
      (0..<a.n).reduce(sum) { $0 + targets[i] * found.kernel[i * a.n + $1] * targets[$1] }
    }
    let first = found.sigma[0] * Double(a.d)
    expect([first], near: [a.gfl.Sigma11_times_d], "Σ₁₁ d")
    expect([projected], near: [a.gfl.yKy], "yᵀKy")
    expect([found.freeEnergy], near: [a.gfl.F], "F")
    // Features there are, and the equations have most of them.
    let lazy = try a.network.lazy(a.data, ridge: a.kappa)
    #expect(lazy.sigma[0] * Double(a.d) < 1.000_001)
    #expect(first > 1.3 && first < a.Sigma11_times_d[0] && first > 0.75 * a.Sigma11_times_d[0])
    #expect(projected < a.yKy[0] && projected > 0.75 * a.yKy[0])
  }

  /// Samples that are repeated, of either sign, are one sample of a smaller ridge; zeros say
  /// nothing.
  @Test(arguments: ["linear", "erf"]) func repeatedSamples(phi: String) throws {
    let a = Self.cases.first { $0.phi == phi }!
    let network = a.network
    let twice = try LabelledInputs(
      inputs: (a.X + a.X.map { $0.map { -$0 } } + [[0, 0, 0]]).flatMap(\.self), dimension: a.d,
      targets: a.y + a.y.map { -$0 } + [0.3])
    let found = try network.solve(twice, ridge: 2 * a.kappa)
    let once = try network.solve(a.data, ridge: a.kappa)
    expect(Array(found.mean.prefix(a.n)), near: once.mean, "f̄")
    expect(Array(found.variance.prefix(a.n)), near: once.variance, "variance")
    expect(Array(found.mean.dropFirst(a.n)), near: once.mean.map { -$0 } + [0], "f̄ at −x and 0")
    expect(found.sigma, near: once.sigma, "Σ")
    // ½ ln det of 2n + 1 samples of ridge 2κ, and the sample at zero.
    let constant =
      0.5 * (Double(a.n + 1) * log(2 * a.kappa) + Double(a.n) * log(2)) + 0.09 / (4 * a.kappa)
    expect([found.freeEnergy], near: [once.freeEnergy + constant], "F")
    if phi == "erf" {
      let n = 2 * a.n + 1
      for i in 0..<a.n {
        for j in 0..<a.n {
          let (k, opposite) = (found.kernel[i * n + j], found.kernel[i * n + a.n + j])
          #expect(abs(k - once.kernel[i * a.n + j]) < 1e-8 && k == -opposite)
        }
        #expect(found.kernel[i * n + n - 1] == 0)
      }
    }
  }

  /// Wide layers are lazy, and the correction falls as 1/N.
  @Test(arguments: ["linear", "erf"]) func wideLayers(phi: String) throws {
    let a = Self.cases.first { $0.phi == phi }!
    func change(_ width: Int) throws -> Double {
      let network = GaussianFeatureLearning(
        firstWidth: width, secondWidth: width, activation: a.network.activation)
      let lazy = try network.lazy(a.data, ridge: a.kappa)
      let found = try network.solve(a.data, ridge: a.kappa)
      #expect(found.freeEnergy <= lazy.freeEnergy + 1e-14 * Double(width))
      return zip(found.sigma, lazy.sigma).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    let ratio = try change(10_000) / change(1_000_000)
    #expect(abs(ratio - 100) < 2, "\(phi): \(ratio)")
    #expect(try change(1_000_000_000) < 1e-7)
  }

  /// Rotated inputs have rotated Σ, and the same F; fewer samples than dimensions are no exception.
  @Test(arguments: ["linear", "erf"]) func rotations(phi: String) throws {
    let a = Self.cases.first { $0.phi == phi }!
    let network = a.network
    let (c, s) = (cos(0.7), sin(0.7))
    func turned(_ rows: [[Double]]) -> [Double] {
      rows.flatMap { [c * $0[0] - s * $0[2], $0[1], s * $0[0] + c * $0[2]] }
    }
    for count in [2, 6] {
      let rows = Array(a.X.prefix(count))
      let y = Array(a.y.prefix(count))
      let plain = try network.solve(
        LabelledInputs(inputs: rows.flatMap(\.self), dimension: 3, targets: y), ridge: a.kappa)
      let found = try network.solve(
        LabelledInputs(inputs: turned(rows), dimension: 3, targets: y), ridge: a.kappa)
      expect([found.freeEnergy], near: [plain.freeEnergy], "F")
      expect(found.mean, near: plain.mean, "f̄")
      expect([found.sigma[4]], near: [plain.sigma[4]], "Σ₂₂")
      // A fourth coordinate that is constantly zero changes the prior's variance a coordinate
      // alone.
      let wider = GaussianFeatureLearning(
        firstWidth: a.N1, secondWidth: a.N2, activation: network.activation,
        weightVariance: 4.0 / 3)
      let padded = try wider.solve(
        LabelledInputs(inputs: rows.flatMap { $0 + [0] }, dimension: 4, targets: y),
        ridge: a.kappa)
      expect([padded.freeEnergy], near: [plain.freeEnergy], "F with a constant column")
      expect([padded.sigma[15]], near: [1.0 / 3], "Σ₄₄")
    }
  }

  @Test func sameBitsOnEveryInstructionSet() throws {
    let a = Self.cases[1]
    let found = try InstructionSet.available.map {
      let solution = try a.network.solve(a.data, ridge: a.kappa, kernels: KernelSet($0)!)
      return solution.sigma + solution.kernel + solution.mean + [solution.freeEnergy]
    }
    #expect(found.allSatisfy { $0 == found[0] })
  }

  @Test func refusals() throws {
    func message(
      _ x: [Double], _ d: Int, _ y: [Double], ridge: Double = 1, variance: Double = 1
    ) -> String {
      do {
        let data = try LabelledInputs(inputs: x, dimension: d, targets: y)
        let network = GaussianFeatureLearning(
          firstWidth: 3, secondWidth: 3, activation: .erf, readoutVariance: variance)
        _ = try network.solve(data, ridge: ridge)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message([1, 2, 3], 1, [1, 2]) == "targets: got 2 for 3 inputs; expected one an input")
    #expect(
      message([1, .nan], 2, [1])
        == "input 1, coordinate 2: got nan; expected a number below 1e+100")
    #expect(message([1, 2], 1, [1, .infinity]).hasPrefix("target 2: got inf; expected"))
    #expect(message([0, 0], 1, [1, 1]).hasPrefix("inputs: all are zero"))
    #expect(message([], 1, []) == "samples: got 0; expected from 1 to 600")
    #expect(message([1], 1, [1], ridge: 0) == "ridge: got 0.0; expected a finite number above 0")
    #expect(
      message([Double](repeating: 1, count: 601), 1, [Double](repeating: 1, count: 601))
        == "samples: got 601; expected from 1 to 600")
    // Inputs that double precision cannot tell apart.
    #expect(message([1, 1 + 1e-15, 1 - 1e-15], 1, [1, 2, 3]).hasPrefix("the kernel is singular"))
  }
}
