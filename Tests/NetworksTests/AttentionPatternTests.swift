import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct AttentionPatternTests {
  /// Returns mean and standard error.
  func moments(_ x: [Double]) -> (mean: Double, error: Double) {
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    return (mean, (variance / n).squareRoot())
  }

  /// Returns sequences of few tokens, where terms of relative order 1/L would show.
  func sequences(_ count: Int, length: Int, key: UInt64) -> [[Double]] {
    (0..<count).map {
      RandomStream(key: key).standardNormals(count: 3 * length, step: UInt64($0)).map(Double.init)
    }
  }

  @Test(arguments: AttentionTarget.allCases)
  func targetsHaveUnitVariance(target: AttentionTarget) {
    for length in [1, 4] {
      let squares = sequences(400_000, length: length, key: 71).map {
        let y = target.value($0, dimension: 3)
        return y * y
      }
      let (mean, error) = moments(squares)
      #expect(
        abs(mean - 1) <= 4 * error,
        "⟨y²⟩ of \(target), L = \(length): \(mean), 1 within 4 × \(error)")
    }
  }

  /// The overlap ⟨f₁ y⟩ agrees with Monte Carlo within four of its standard errors.
  @Test(arguments: AttentionTarget.allCases)
  func firstOrderOverlapIsTheMean(target: AttentionTarget) {
    let network = AttentionNetwork(length: 4, dimension: 3, head: .odd)
    let theta = network.coldStart(from: RandomStream(key: 72))
    let parameters = theta.map(Double.init)
    let products = sequences(400_000, length: 4, key: 73).map {
      network.firstOrder(parameters, $0) * target.value($0, dimension: 3)
    }
    let (mean, error) = moments(products)
    let got = network.firstOrderOverlap(with: target, AlignedBuffer(theta))
    #expect(abs(got) > 10 * error, "the test has no power: \(got), error \(error)")
    #expect(
      abs(got - mean) <= 4 * error,
      "⟨f₁, y⟩, \(target): got \(got), Monte Carlo \(mean) within 4 × \(error)")
  }

  /// The rest f − f₀ − f₁ falls under A → A/2 by four for the printed head and by eight for the odd
  /// one. The next order, half as large, makes the ratio uncertain by its own relative size.
  @Test(arguments: AttentionNetwork.Head.allCases)
  func firstOrderIsTheBeginningOfTheHead(head: AttentionNetwork.Head) {
    let network = AttentionNetwork(length: 6, dimension: 3, head: head)
    let theta = network.coldStart(from: RandomStream(key: 74)).map(Double.init)
    let inputs = sequences(40, length: 6, key: 75)
    func rest(_ scale: Double) -> Double {
      let hidden = theta.prefix(9)
      let (small, none) = (
        hidden.map { scale * $0 } + theta.suffix(3), hidden.map { 0 * $0 } + theta.suffix(3)
      )
      return norm(
        inputs.map {
          network.output(small, $0) - network.output(none, $0) - network.firstOrder(small, $0)
        })
    }
    let order = head == .odd ? 3.0 : 2
    for scale in [0.02, 0.01] {
      expect(
        log2(rest(scale) / rest(scale / 2)), near: order, within: 0.02, "order of the rest, \(head)"
      )
    }
  }

  /// The plain pattern at large L is ε = √α (L/d)^{1/4}, ω = √α (L d)^{1/4}.
  @Test func plantedEntriesAreThePattern() {
    let network = AttentionNetwork(length: 100_000, dimension: 40, head: .odd)
    let theta = AlignedBuffer(
      network.plantedStart(target: .plain, overlap: 0.5, from: RandomStream(key: 76)))
    let (epsilon, omega) = (pow(2500, 0.25) * 0.5.squareRoot(), pow(4e6, 0.25) * 0.5.squareRoot())
    // The other parameters contribute 1/(d √(d L)) ~ 1e-5 of it, and 1/L.
    expect(network.interaction(0, 1, theta), near: -epsilon, within: 1e-3, "A₁₂")
    expect(network.readout(2, theta), near: omega, within: 1e-3, "w₃")
  }

  @Test(arguments: AttentionTarget.allCases, [(8, 6), (16, 6), (32, 16), (64, 12)])
  func plantedStartHasTheFirstOrderOverlap(target: AttentionTarget, shape: (Int, Int)) {
    for head in AttentionNetwork.Head.allCases {
      let network = AttentionNetwork(length: shape.0, dimension: shape.1, head: head)
      let stream = RandomStream(key: 77)
      let (planted, cold) = (
        network.plantedStart(target: target, from: stream), network.coldStart(from: stream)
      )
      expect(
        network.firstOrderOverlap(with: target, AlignedBuffer(planted)), near: 1, within: 1e-5,
        "⟨f₁, y⟩")
      let entries = target == .symmetrised ? 3 : 2
      #expect(zip(planted, cold).count { $0 != $1 } == entries)
    }
  }

  /// Starts take a target's patterns of least cost in turn, each with the whole overlap in its own.
  @Test(arguments: AttentionTarget.allCases, [(8, 6), (16, 12)])
  func plantedStartsTakeTheModesInTurn(target: AttentionTarget, shape: (Int, Int)) {
    let network = AttentionNetwork(length: shape.0, dimension: shape.1, head: .odd)
    let count = target.patternCount
    #expect(count == (target == .symmetrised ? 1 : 2))
    let test = TestSet(
      network: network,
      data: TrainingSet(
        drawing: 2000, length: shape.0, dimension: shape.1, target: target,
        from: RandomStream(key: 80)))
    for index in 0..<4 {
      let stream = RandomStream(key: 81 + UInt64(index))
      let theta = AlignedBuffer(
        network.plantedStart(target: target, pattern: index, from: stream))
      let products = network.patternProducts(of: target, theta)
      expect(network.firstOrderOverlap(with: target, theta), near: 1, within: 1e-5, "⟨f₁, y⟩")
      for (k, product) in products.enumerated() where k != index % count {
        #expect(product < 0.2 * products[index % count], "start \(index), \(target): \(products)")
      }
      let alignment = test.alignment(theta)
      #expect(alignment.value > 0.3, "start \(index), \(target): A = \(alignment.value)")
    }
    // The first is the start that there was before there were others.
    let stream = RandomStream(key: 81)
    #expect(
      network.plantedStart(target: target, pattern: 0, from: stream)
        == network.plantedStart(target: target, from: stream))
  }

  /// The odd head at the pattern is aligned on fresh sequences by far more than one drawn from the
  /// prior.
  @Test(arguments: [(16, 6), (32, 16), (64, 12)])
  func plantedOddHeadIsAligned(shape: (Int, Int)) {
    let (length, d) = shape
    let network = AttentionNetwork(length: length, dimension: d, head: .odd)
    for target in AttentionTarget.allCases {
      let test = TestSet(
        network: network,
        data: TrainingSet(
          drawing: 2000, length: length, dimension: d, target: target, from: RandomStream(key: 78)))
      func alignment(_ theta: [Float]) -> (value: Double, standardError: Double) {
        test.alignment(AlignedBuffer(theta))
      }
      let prior = (0..<16).map {
        alignment(network.coldStart(from: RandomStream(key: 79 + UInt64($0)))).value
      }
      let spread = (prior.reduce(0) { $0 + $1 * $1 } / 16).squareRoot()
      let got = alignment(network.plantedStart(target: target, from: RandomStream(key: 79)))
      #expect(
        got.value > 0.3 && got.value > 5 * spread && got.value > 5 * got.standardError,
        "A, \(target), L \(length), d \(d): \(got.value) ± \(got.standardError), prior ± \(spread)")
    }
  }

  @Test func patternSquaresSumOverModes() {
    let network = AttentionNetwork(length: 5, dimension: 3, head: .odd)
    let theta = AlignedBuffer([1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3])
    let expected: [(AttentionTarget, Double, Double)] = [
      (.plain, 13, 13), (.exchanged, 113, 5), (.symmetrised, 65, 14),
    ]
    for (target, interaction, readout) in expected {
      let got = network.patternSquares(of: target, theta)
      expect(got.interaction, near: interaction / 9, within: 1e-14, "Σ A_ij², \(target)")
      expect(got.readout, near: readout / 3, within: 1e-14, "Σ w_k², \(target)")
    }
  }
}
