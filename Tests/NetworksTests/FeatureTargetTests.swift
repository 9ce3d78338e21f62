import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// Targets of several features: their values, what networks have of them, and planted starts.
@Suite struct FeatureTargetTests {
  /// Targets, energies, gradients, projections and alignments of an independent implementation in
  /// double precision: `Reference/features.json`.
  @Test(arguments: ["tiny0", "tiny2", "tiny4"]) func theReference(name: String) throws {
    let reference = try Reference(name)
    let (d, n) = (reference.integer("d"), reference.integer("N"))
    let network = TwoLayerNetwork(
      dimension: d, width: n,
      activation: try #require(Activation(rawValue: reference.tree["activation"] as! String)))
    let target = try #require(
      FeatureTarget(
        degree: 3, coefficients: reference.numbers("c"), linear: reference.number("l"),
        dimension: d))
    let inputs = stride(from: 0, to: reference.numbers("X").count, by: d).map {
      Array(reference.numbers("X")[$0..<$0 + d])
    }
    for (x, y) in zip(inputs, reference.numbers("y")) {
      let got = target.value(x.map { Float($0) }[...])
      #expect(abs(got - y) < 1e-6 * (1 + abs(y)), "y: got \(got), expected \(y)")
    }
    let (w, a) = (reference.numbers("W"), reference.numbers("a"))
    let theta = w.map { $0 / network.weightScale } + a.map { $0 / network.readoutScale }
    let (energy, gradient) = network.energyAndGradient(
      theta, inputs: inputs, targets: reference.numbers("y"), ridge: reference.number("kappa"))
    expect(energy, near: reference.number("U"), within: 1e-11, "U")
    let raw =
      gradient.prefix(n * d).map { $0 / network.weightScale }
      + gradient.suffix(n).map { $0 / network.readoutScale }
    let expected = reference.numbers("grad_W") + reference.numbers("grad_a")
    let off = norm(zip(raw, expected).map { $0 - $1 })
    #expect(off < 1e-11 * norm(expected), "∇U is off by \(off)")
    // Weights are rounded to single precision here.
    let draw = AlignedBuffer(theta.map { Float($0) })
    let overlaps = network.overlaps(with: target, draw)
    let found = network.projections(on: target, overlaps, draw)
    if reference.tree["B"] != nil {
      for (got, exact) in zip(found.features, reference.numbers("B")) {
        #expect(abs(got - exact) < 1e-7, "B: got \(got), expected \(exact)")
      }
    }
    if reference.tree["B_linear"] != nil {
      #expect(abs(found.linear - reference.number("B_linear")) < 1e-7)
    }
    let alignment = zip(target.coefficients, found.features).reduce(target.linear * found.linear) {
      $0 + $1.0 * $1.1
    }
    #expect(abs(alignment - reference.number("alignment")) < 1e-7)
  }

  /// A linear part across the features takes a coordinate of its own, if there is one.
  @Test(arguments: [
    (2, 0.5, FeatureTarget.Line.across, 3), (2, 0, .across, 2), (3, -0.5, .across, 4),
    (2, 0.5, .along(1), 2),
  ])
  func coordinates(features: Int, linear: Double, line: FeatureTarget.Line, expected: Int) {
    #expect(
      FeatureTarget.coordinates(features: features, linear: linear, line: line) == expected)
  }

  static let targets: [(String, FeatureTarget)] = [
    ("two", .init(degree: 3, coefficients: [2, 1], dimension: 5)!),
    ("at a cosine", .init(degree: 3, coefficients: [1, -1, 0.5], cosine: 0.4, dimension: 5)!),
    (
      "a line along",
      .init(degree: 3, coefficients: [1, 1], linear: -0.6, line: .along(1), dimension: 5)!
    ),
    ("a line across", .init(degree: 2, coefficients: [1, 1], linear: 0.6, dimension: 5)!),
    (
      "all linear",
      .init(degree: 1, coefficients: [1, 2], linear: 1, line: .along(0), dimension: 5)!
    ),
    (
      "a spike",
      .init(degree: 3, coefficients: [1, 1], cosine: 0.3, law: .gaussian(spike: 4), dimension: 5)!
    ),
    ("sphere", .init(degree: 3, coefficients: [1], linear: 1, law: .sphere, dimension: 5)!),
    (
      "dense signs",
      .init(
        degree: 3, coefficients: [1], law: .independent(.rademacher, isDense: true), dimension: 5)!
    ),
    (
      "uniform",
      .init(
        degree: 2, coefficients: [1], law: .independent(.uniform, isDense: false), dimension: 5)!
    ),
  ]

  /// ⟨y, y⟩ = 1, and ⟨y, h_k⟩ is what the target says, by Monte Carlo within five errors.
  @Test(arguments: targets) func targetsAreNormalised(name: String, target: FeatureTarget) {
    var square = Sample()
    var overlaps = target.overlaps.map { _ in Sample() }
    for step in 0..<40_000 {
      let x = target.law.input(dimension: 5, from: RandomStream(key: 81), step: UInt64(step))
      let y = target.value(x[...])
      square.append(y * y)
      let seen = target.projections(x[...]).features
      for (k, u) in seen.enumerated() { overlaps[k].append(y * target.component(u)) }
    }
    square.expect(1, "⟨y, y⟩, \(name)")
    for (k, sample) in overlaps.enumerated() {
      sample.expect(target.overlaps[k], "⟨y, h_\(k)⟩, \(name)")
    }
  }

  /// Projections are exact for every activation: Monte Carlo agrees within five errors.
  @Test(arguments: [Activation.erf, .tanh, .relu, .gelu], targets.prefix(6))
  func projectionsAreExact(activation: Activation, case: (String, FeatureTarget)) {
    let (name, target) = `case`
    let network = TwoLayerNetwork(
      dimension: 5, width: 6, weightVariance: 4, readoutVariance: 3, activation: activation)
    let theta = network.coldStart(from: RandomStream(key: 82))
    let draw = AlignedBuffer(theta)
    let found = network.projections(on: target, network.overlaps(with: target, draw), draw)
    let parameters = theta.map(Double.init)
    var features = found.features.map { _ in Sample() }
    var line = Sample()
    for step in 0..<8_000 {
      let x = target.law.input(dimension: 5, from: RandomStream(key: 83), step: UInt64(step))
      let f = network.output(parameters, x.map(Double.init))
      let seen = target.projections(x[...])
      for (k, u) in seen.features.enumerated() { features[k].append(f * target.component(u)) }
      line.append(f * seen.linear)
    }
    for (k, sample) in features.enumerated() {
      sample.expect(found.features[k], "B_\(k) of \(activation), \(name)")
    }
    if target.linear != 0 { line.expect(found.linear, "linear part of \(activation), \(name)") }
  }

  /// A start has learned what it is planted with, and nothing of the other features.
  @Test(arguments: [1.0, 4]) func plantedStarts(spike: Double) throws {
    let target = try #require(
      FeatureTarget(
        degree: 3, coefficients: [2, 1], law: .gaussian(spike: spike), dimension: 12))
    let network = TwoLayerNetwork(dimension: 12, width: 40)
    for planted in [[0, 1], [0], [1]] {
      let theta = network.plantedStart(
        target: target, features: planted, multiple: 1, from: RandomStream(key: 84))
      let draw = AlignedBuffer(theta)
      let overlaps = network.overlaps(with: target, draw)
      let found = network.projections(on: target, overlaps, draw).features
      let share = planted.reduce(0) { $0 + target.coefficients[$1] * found[$1] }
      let wanted = planted.reduce(0) { $0 + target.coefficients[$1] * target.coefficients[$1] }
      #expect(abs(share - wanted) < 1e-5, "planted \(planted): \(share), expected \(wanted)")
      for k in 0..<2 {
        let own = stride(from: k, to: 80, by: 2).map { overlaps.features[$0] }
        #expect(
          own.contains { abs($0 - 1.47) < 1e-5 } == planted.contains(k),
          "feature \(k), planted \(planted)")
        if !planted.contains(k) { #expect(abs(found[k]) < 0.1, "\(found)") }
      }
    }
  }

  @Test func whatIsImpossible() {
    func target(
      _ coefficients: [Double], cosine: Double = 0, linear: Double = 0,
      line: FeatureTarget.Line = .across, degree: Int = 3, law: InputLaw = .standard
    ) -> FeatureTarget? {
      FeatureTarget(
        degree: degree, coefficients: coefficients, cosine: cosine, linear: linear, line: line,
        law: law, dimension: 6)
    }
    #expect(target([1, 1, 1], cosine: -0.49) != nil && target([1, 1, 1], cosine: -0.5) == nil)
    #expect(target([0, 0]) == nil && target([]) == nil && target([0], linear: 1) != nil)
    #expect(target([1], linear: -1, line: .along(0), degree: 1) == nil)
    #expect(target([1], linear: 1, line: .along(1)) == nil)
    #expect(target([1, 1], law: .sphere) == nil)
    #expect(target([1], law: .independent(.rademacher, isDense: false)) == nil)
    #expect(target([1], law: .student(freedom: 6)) == nil)
    #expect(target([1], law: .student(freedom: 7)) != nil)
  }
}

/// A network and its numbers in an independent implementation.
private struct Reference {
  let tree: [String: Any]

  init(_ name: String) throws {
    let file = try #require(
      Bundle.module.url(
        forResource: "features", withExtension: "json", subdirectory: "Reference"))
    let all = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as! [String: Any]
    tree = (all["tiny"] as! [String: Any])[name] as! [String: Any]
  }

  func number(_ key: String) -> Double { (tree[key] as! NSNumber).doubleValue }
  func integer(_ key: String) -> Int { Int(number(key)) }

  /// The numbers of an array, row by row.
  func numbers(_ key: String) -> [Double] {
    if let rows = tree[key] as? [[NSNumber]] { return rows.flatMap { $0.map(\.doubleValue) } }
    return (tree[key] as! [NSNumber]).map(\.doubleValue)
  }
}

/// A mean by Monte Carlo and its error.
struct Sample {
  private var (count, sum, squares) = (0.0, 0.0, 0.0)

  mutating func append(_ value: Double) {
    count += 1
    sum += value
    squares += value * value
  }

  var mean: Double { sum / count }
  var error: Double { ((squares / count - mean * mean) / count).squareRoot() }

  /// Expects a value within five errors.
  func expect(_ value: Double, _ what: String, at location: SourceLocation = #_sourceLocation) {
    #expect(
      abs(mean - value) <= 5 * error + 1e-12,
      "\(what): Monte Carlo \(mean) ± \(error), expected \(value)", sourceLocation: location)
  }
}
