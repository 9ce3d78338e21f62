import Kernels
import Networks
import TestSupport
import Testing

/// Covariances of Gaussian inputs: their roots, their draws, and what networks have of a target.
@Suite struct InputCovarianceTests {
  static let matrix = [[2, 0.6, -0.3], [0.6, 1, 0.2], [-0.3, 0.2, 0.5]]

  static let covariances: [(String, InputCovariance)] = [
    ("spike", .init(variances: [4])),
    ("power law", .init(powerLaw: 1.5, dimension: 5)),
    ("block", .init(block: matrix)!),
  ]

  /// Σ^{1/2} twice is Σ, and Σ^{−1/2} undoes it.
  @Test(arguments: covariances) func roots(name: String, covariance: InputCovariance) {
    for i in 0..<5 {
      let unit = (0..<5).map { $0 == i ? 1.0 : 0 }
      let column = covariance.coloured(covariance.coloured(unit))
      for j in 0..<5 {
        let other = (0..<5).map { $0 == j ? 1.0 : 0 }
        // w·(Σ − 1)w gives Σ_ij by polarisation.
        let sum = zip(unit, other).map { $0 + $1 }
        let quadratic =
          (covariance.excess(sum) - covariance.excess(unit) - covariance.excess(other)) / 2
        let expected = quadratic + (i == j ? 1 : 0)
        #expect(abs(column[j] - expected) < 1e-13, "Σ_\(i)\(j), \(name)")
      }
      let back = covariance.whitened(covariance.coloured(unit))
      #expect(zip(back, unit).allSatisfy { abs($0 - $1) < 1e-13 }, "\(name)")
    }
  }

  @Test func theGivenMatrixIsKept() throws {
    let covariance = try #require(InputCovariance(block: Self.matrix))
    for i in 0..<3 {
      let unit = (0..<4).map { $0 == i ? 1.0 : 0 }
      let column = covariance.coloured(covariance.coloured(unit))
      for j in 0..<3 { #expect(abs(column[j] - Self.matrix[i][j]) < 1e-14, "Σ_\(i)\(j)") }
      #expect(column[3] == 0)
    }
    #expect(covariance.count == 3)
    #expect(covariance.coloured([0, 0, 0, 2.5])[3] == 2.5)
  }

  /// A diagonal matrix is the same covariance as its variances.
  @Test func diagonalMatrices() throws {
    let block = try #require(InputCovariance(block: [[4, 0], [0, 0.25]]))
    let variances = InputCovariance(variances: [4, 0.25])
    let w = [0.3, -1.1, 0.7]
    #expect(zip(block.coloured(w), variances.coloured(w)).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(zip(block.whitened(w), variances.whitened(w)).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(abs(block.excess(w) - variances.excess(w)) < 1e-15)
    #expect(variances.coloured(w) == [0.6, -0.55, 0.7])
    #expect(abs(variances.excess(w) - (3 * 0.09 - 0.75 * 1.21)) < 1e-15)
  }

  /// Variances ∝ j^{−α} of mean 1.
  @Test(arguments: [0.5, 1, 3]) func powerLaws(exponent: Double) {
    let covariance = InputCovariance(powerLaw: exponent, dimension: 6)
    let variances = (0..<6).map { j in
      let unit = (0..<6).map { $0 == j ? 1.0 : 0 }
      return 1 + covariance.excess(unit)
    }
    expect(variances.reduce(0, +), near: 6, within: 1e-14, "trace")
    for j in 1..<6 {
      let ratio = naturalLogarithm(variances[j] / variances[0]) / naturalLogarithm(Double(j + 1))
      expect(ratio, near: -exponent, within: 1e-13, "variance \(j + 1)")
    }
  }

  @Test func whatHasNoRoot() {
    #expect(InputCovariance(block: []) == nil)
    #expect(InputCovariance(block: [[1, 0]]) == nil)
    #expect(InputCovariance(block: [[1, 0.5], [0.4, 1]]) == nil, "not symmetric")
    #expect(InputCovariance(block: [[1, 1], [1, 1]]) == nil, "singular")
    #expect(InputCovariance(block: [[1, 2], [2, 1]]) == nil, "indefinite")
    #expect(InputCovariance(block: [[-1]]) == nil)
    #expect(InputCovariance(block: [[.nan]]) == nil)
    #expect(InputCovariance(block: [[1, 0], [0, 1e-9]]) == nil, "ill-conditioned")
    #expect(InputCovariance(block: [[1, 0], [0, 1e-7]]) != nil)
    #expect(InputCovariance(variances: [1, 1]) == .identity)
  }

  /// The most rows that studies may give, with eigenvalues over six decades.
  @Test func largeMatrices() throws {
    let n = 32
    // H D H with a reflection H = 1 − 2 v vᵀ has the eigenvalues of D.
    let raw = RandomStream(key: 31).standardNormals(count: n, step: 0).map(Double.init)
    let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let v = raw.map { $0 / length }
    let d = (0..<n).map { naturalExponential(-13.8 * Double($0) / Double(n - 1)) }
    let mean = zip(v, d).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    let matrix = (0..<n).map { i in
      (0..<n).map { j in
        (i == j ? d[i] : 0) - 2 * v[i] * v[j] * (d[i] + d[j] - 2 * mean)
      }
    }
    let covariance = try #require(InputCovariance(block: matrix))
    let column = covariance.coloured(covariance.coloured((0..<n).map { $0 == 5 ? 1 : 0 }))
    for j in 0..<n { #expect(abs(column[j] - matrix[5][j]) < 1e-13) }
  }

  /// Second moments of drawn inputs are Σ, within five errors.
  @Test(arguments: covariances) func draws(name: String, covariance: InputCovariance) {
    let law = InputLaw.gaussian(covariance)
    var moments = (0..<5).map { _ in (0..<5).map { _ in Sample() } }
    for step in 0..<40_000 {
      let x = law.input(dimension: 5, from: RandomStream(key: 32), step: UInt64(step))
        .map(Double.init)
      for i in 0..<5 { for j in 0...i { moments[i][j].append(x[i] * x[j]) } }
    }
    for i in 0..<5 {
      let unit = (0..<5).map { $0 == i ? 1.0 : 0 }
      let column = covariance.coloured(covariance.coloured(unit))
      for j in 0...i { moments[i][j].expect(column[j], "⟨x_\(i) x_\(j)⟩, \(name)") }
    }
  }

  static let targets: [(String, FeatureTarget)] = covariances.flatMap { name, covariance in
    [
      (
        "two, \(name)",
        FeatureTarget(
          degree: 3, coefficients: [2, 1], cosine: 0.3, law: .gaussian(covariance), dimension: 5)!
      ),
      (
        "a line across, \(name)",
        FeatureTarget(
          degree: 3, coefficients: [1], linear: 0.7, law: .gaussian(covariance), dimension: 5)!
      ),
    ]
  }

  /// ⟨y, y⟩ = 1, and projections are exact: Monte Carlo agrees within five errors.
  @Test(arguments: targets) func projectionsAreExact(name: String, target: FeatureTarget) {
    let network = TwoLayerNetwork(
      dimension: 5, width: 6, weightVariance: 4, readoutVariance: 3, activation: .erf)
    let theta = network.coldStart(from: RandomStream(key: 33))
    let draw = AlignedBuffer(theta)
    let overlaps = network.overlaps(with: target, draw)
    let found = network.projections(on: target, overlaps, draw)
    let parameters = theta.map(Double.init)
    var (square, line) = (Sample(), Sample())
    var features = found.features.map { _ in Sample() }
    for step in 0..<20_000 {
      let x = target.law.input(dimension: 5, from: RandomStream(key: 34), step: UInt64(step))
      let (y, f) = (target.value(x[...]), network.output(parameters, x.map(Double.init)))
      let seen = target.projections(x[...])
      square.append(y * y)
      for (k, u) in seen.features.enumerated() { features[k].append(f * target.component(u)) }
      line.append(f * seen.linear)
    }
    square.expect(1, "⟨y, y⟩, \(name)")
    for (k, sample) in features.enumerated() { sample.expect(found.features[k], "B_\(k), \(name)") }
    if target.linear != 0 { line.expect(found.linear, "linear part, \(name)") }
  }

  /// Carriers have w̃·v = 1.47, and together the alignment that is asked for.
  @Test(arguments: covariances) func plantedStarts(name: String, covariance: InputCovariance) throws
  {
    let target = try #require(
      FeatureTarget(
        degree: 3, coefficients: [2, 1], cosine: 0.2, law: .gaussian(covariance), dimension: 12))
    let network = TwoLayerNetwork(dimension: 12, width: 40)
    for planted in [[0, 1], [0], [1]] {
      let draw = AlignedBuffer(
        network.plantedStart(
          target: target, features: planted, multiple: 1, from: RandomStream(key: 35)))
      let overlaps = network.overlaps(with: target, draw)
      let found = network.projections(on: target, overlaps, draw).features
      let share = planted.reduce(0) { $0 + target.coefficients[$1] * found[$1] }
      let wanted = planted.reduce(0) { $0 + target.coefficients[$1] * target.overlaps[$1] }
      #expect(abs(share - wanted) < 1e-4, "\(name), \(planted): \(share), expected \(wanted)")
      for k in 0..<2 {
        let own = stride(from: k, to: 80, by: 2).map { overlaps.features[$0] }
        #expect(
          own.contains { abs($0 - 1.47) < 1e-5 } == planted.contains(k),
          "feature \(k), planted \(planted), \(name)")
      }
    }
  }
}
