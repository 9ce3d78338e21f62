import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct ThreeLayerNetworkTests {
  static func network(
    _ d: Int, _ n: Int, _ m: Int, _ activation: Activation = .erf
  ) -> ThreeLayerNetwork {
    ThreeLayerNetwork(
      dimension: d, firstWidth: n, secondWidth: m, weightVariance: 1.5, hiddenVariance: 1.2,
      readoutVariance: 0.8, activation: activation)
  }

  // MARK: - Against an independent implementation

  @Test func agreesWithTheReference() {
    let reference = DeepReference(.module).part("energy_gradient/fcn3")
    let (d, n, m) = (
      reference.integer("config/d"), reference.integer("config/N1"), reference.integer("config/N2")
    )
    let network = ThreeLayerNetwork(dimension: d, firstWidth: n, secondWidth: m)
    let (w, v, a) = (network.weightScale, network.hiddenScale, network.readoutScale)
    expect(w * w, near: reference.number("prior_variance/W"), within: 1e-15, "σ_w²/d")
    expect(v * v, near: reference.number("prior_variance/V"), within: 1e-15, "σ_v²/N₁")
    expect(a * a, near: reference.number("prior_variance/a"), within: 1e-15, "σ_a²/N₂")

    /// Returns parameters of the reference, which has V by second-layer neuron.
    func parameters(_ part: String, _ scale: (Double, Double) -> Double) -> [Double] {
      let hidden = reference.rows("\(part)/V")
      return reference.numbers("\(part)/W").map { scale($0, w) }
        + (0..<n).flatMap { j in (0..<m).map { scale(hidden[$0][j], v) } }
        + reference.numbers("\(part)/a").map { scale($0, a) }
    }
    let theta = parameters("weights", /)
    let inputs = reference.rows("X")
    for (x, f) in zip(inputs, reference.numbers("f")) {
      expect(network.output(theta, x), near: f, within: 1e-10, "f")
    }
    let got = network.energyAndGradient(
      theta, inputs: inputs, targets: reference.numbers("y"), ridge: reference.number("kappa"))
    expect(got.energy, near: reference.number("energy"), within: 1e-10, "U")
    for (i, expected) in parameters("gradient", *).enumerated() {
      expect(got.gradient[i], near: expected, within: 1e-10, "∂U/∂θ\(i)")
    }
    // Parameters are in single precision, so the error is 6e-8 of terms of size one.
    let single = AlignedBuffer(theta.map { Float($0) })
    for (degree, name) in [(1, "h_linear_overlap"), (3, "h_cubic_overlap")] {
      let overlaps = network.hiddenOverlaps(with: HermiteTarget(degree: degree), single)
      for (got, expected) in zip(overlaps, reference.numbers(name)) {
        expect(got, near: expected, within: 2e-6, name)
      }
    }
  }

  // MARK: - Energies and gradients

  @Test(arguments: Activation.allCases) func gradientIsTheDerivative(activation: Activation) {
    expectGradientIsDerivative(Self.network(3, 5, 2, activation))
    expectGradientIsDerivative(Self.network(4, 2, 5, activation))
  }

  /// Chains of products of size one are rounded by 6e-8 a term, which averages over samples and
  /// neurons: 1e-6 or so of U and of |∇U|. The shapes have more than a group of neurons, more than
  /// a block of samples, odd sizes, and both ways to keep a sum's last columns.
  @Test(arguments: [
    (1, 1, 1, 1), (3, 5, 2, 7), (4, 8, 4, 60), (17, 61, 9, 65), (32, 130, 32, 200),
    (7, 200, 33, 33), (50, 119, 23, 129), (5, 1100, 3, 100), (6, 2100, 10, 70),
  ])
  func kernelsAgreeWithTheDefinition(d: Int, n: Int, m: Int, samples: Int) {
    for activation in Activation.allCases {
      expectKernelsAgreeWithDefinition(
        Self.network(d, n, m, activation), samples: samples, within: 3e-6)
    }
  }

  @Test(arguments: [(3, 5, 2, 7), (17, 61, 9, 65), (5, 130, 20, 40)])
  func bitsAreTheSameOnEveryInstructionSet(d: Int, n: Int, m: Int, samples: Int) {
    for activation in Activation.allCases {
      expectSameBits(Self.network(d, n, m, activation), samples: samples)
    }
  }

  // MARK: - Symmetries

  /// The sum runs in another order, so the energy's rounding is the tolerance again.
  @Test func permutedNeuronsHaveTheSameEnergy() {
    let (d, n, m) = (5, 70, 6)
    let network = Self.network(d, n, m)
    let data = drawnData(for: network, count: 50)
    let theta = network.coldStart(from: RandomStream(key: 61))
    var permuted = theta
    for j in 0..<n {
      let from = (j + 3) % n
      for k in 0..<d { permuted[j * d + k] = theta[from * d + k] }
      for i in 0..<m { permuted[n * d + j * m + i] = theta[n * d + from * m + (i + 1) % m] }
    }
    for i in 0..<m { permuted[n * (d + m) + i] = theta[n * (d + m) + (i + 1) % m] }
    expect(
      evaluate(network, data, ridge: 0.2, permuted).energy,
      near: evaluate(network, data, ridge: 0.2, theta).energy, within: 1e-6, "U")
  }

  /// The network f is odd in x. So (x, y) → (−x, −y) leaves U and its gradient as they are, to the
  /// bit.
  @Test(arguments: [Activation.erf, .linear])
  func oddDataHaveTheSameEnergy(activation: Activation) {
    let network = Self.network(5, 70, 6, activation)
    let data = drawnData(for: network, count: 50)
    let mirrored = TrainingSet(
      inputs: data.inputs.map { -$0 }, targets: data.targets.map { -$0 }, dimension: 5)
    let theta = network.coldStart(from: RandomStream(key: 62))
    let (before, after) = (
      evaluate(network, data, ridge: 0.2, theta), evaluate(network, mirrored, ridge: 0.2, theta)
    )
    #expect(before.energy == after.energy)
    #expect(before.gradient == after.gradient)
  }

  /// The target is odd in x₁ alone. The weights' symmetry is w_j1 → −w_j1 with a → −a, and the
  /// other coordinates mirrored.
  @Test func mirroredWeightsHaveMirroredOverlaps() {
    let network = Self.network(4, 9, 3)
    let theta = network.coldStart(from: RandomStream(key: 63))
    var mirrored = theta
    for j in 0..<9 { mirrored[4 * j].negate() }
    for degree in [1, 3] {
      let target = HermiteTarget(degree: degree)
      let before = network.hiddenOverlaps(with: target, AlignedBuffer(theta))
      let after = network.hiddenOverlaps(with: target, AlignedBuffer(mirrored))
      #expect(before == after.map { -$0 })
    }
  }

  // MARK: - Overlaps and patterns

  /// The overlap ⟨h_i, y⟩ agrees with Monte Carlo within four of its standard errors.
  @Test(arguments: Activation.allCases, [1, 3])
  func hiddenOverlapsAreTheOverlapsWithTheTarget(activation: Activation, degree: Int) {
    // One neuron of the second layer, linear, is h itself.
    let (d, n) = (3, 4)
    let network = ThreeLayerNetwork(
      dimension: d, firstWidth: n, secondWidth: 1, weightVariance: 5, activation: activation)
    let target = HermiteTarget(degree: degree)
    let theta = network.coldStart(from: RandomStream(key: 64)).map(Double.init)
    let draws = 200_000
    let x = RandomStream(key: 65).standardNormals(count: d * draws, step: 0).map(Double.init)
    var (sum, squares) = (0.0, 0.0)
    for draw in 0..<draws {
      var h = 0.0
      for j in 0..<n {
        let z = (0..<d).reduce(0.0) { $0 + theta[j * d + $1] * x[draw * d + $1] }
        h += network.hiddenScale * theta[n * d + j] * activation(network.weightScale * z).value
      }
      let product = h * target.value(x[draw * d])
      sum += product
      squares += product * product
    }
    let mean = sum / Double(draws)
    let error = ((squares / Double(draws) - mean * mean) / Double(draws)).squareRoot()
    let got = network.hiddenOverlaps(with: target, AlignedBuffer(theta.map { Float($0) }))[0]
    #expect(
      abs(got - mean) <= 4 * error,
      "⟨h, y⟩, \(activation), m = \(degree): got \(got), Monte Carlo \(mean) within 4 × \(error)")
  }

  @Test func alignmentOfALinearNetworkIsExact() throws {
    let network = Self.network(4, 20, 5, .linear)
    let target = HermiteTarget(degree: 1)
    let theta = AlignedBuffer(network.coldStart(from: RandomStream(key: 69)))
    let alignment = network.exactAlignment(with: target, theta)
    let exact = try #require(alignment)
    let fresh = TrainingSet(
      drawing: 100_000, dimension: 4, target: target, from: RandomStream(key: 68))
    let (drawn, error) = TestSet(network: network, data: fresh).alignment(theta)
    #expect(abs(exact) > 10 * error, "the test has no power: A = \(exact) ± \(error)")
    #expect(abs(drawn - exact) <= 4 * error, "A: \(exact), drawn \(drawn) within 4 × \(error)")
    let none = Self.network(4, 20, 5).exactAlignment(with: target, theta)
    #expect(none == nil)
  }

  @Test func specialistsOfThePriorAreAsExpected() {
    let network = ThreeLayerNetwork(dimension: 4, firstWidth: 20_000, secondWidth: 1)
    let theta = AlignedBuffer(network.coldStart(from: RandomStream(key: 66)))
    let expected = network.priorFirstLayerSpecialists()
    let got = network.firstLayerSpecialists(theta)
    // The value is Φ(−1.6) = 0.0548.
    expect(expected, near: 20_000 * 2 * 0.054799, within: 1e-4, "2 N₁ Φ(−0.8 √d)")
    #expect(
      abs(got - expected) < 4 * expected.squareRoot(), "got \(got), expected \(expected)")
  }

  /// A planted start is the pattern of its name, and the network has learnt the target.
  @Test(arguments: ThreeLayerNetwork.Pattern.allCases, [(16, 16, 16), (16, 64, 16), (30, 240, 60)])
  func plantedStartsAreAtThePattern(
    pattern: ThreeLayerNetwork.Pattern, shape: (Int, Int, Int)
  ) {
    let (d, n, m) = shape
    let network = ThreeLayerNetwork(dimension: d, firstWidth: n, secondWidth: m)
    let (target, stream) = (HermiteTarget(degree: 3), RandomStream(key: 67))
    let planted = AlignedBuffer(network.plantedStart(pattern, target: target, from: stream))
    let cold = AlignedBuffer(network.coldStart(from: stream))
    let linear = HermiteTarget(degree: 1)

    let fresh = TestSet(
      network: network,
      data: TrainingSet(drawing: 65_536, dimension: d, target: target, from: RandomStream(key: 68)))
    let (alignment, prior) = (fresh.alignment(planted), fresh.alignment(cold))
    #expect(alignment.standardError < 0.1)
    #expect(
      alignment.value > 0.6 && alignment.value < 1.4 && abs(prior.value) < 0.2,
      "A of \(pattern) \(shape): got \(alignment), of the prior \(prior)")

    let count = network.specialists(in: pattern)
    func excess(_ theta: borrowing AlignedBuffer) -> Double {
      network.firstLayerSpecialists(beyond: 1, theta)
    }
    switch pattern {
    case .secondLayerSpecialists:
      #expect(network.secondLayerSpecialists(planted) >= Double(count))
      #expect(network.secondLayerSpecialists(cold) == 0)
      #expect(excess(planted) == excess(cold), "the first layer is as it was")
      for i in 0..<count {
        let got = network.hiddenOverlaps(with: linear, planted)[i]
        expect(got, near: 1.3, within: 1e-5, "⟨h_\(i), x₁⟩")
      }
    case .firstLayerSpecialists:
      #expect(excess(planted) >= Double(count) && excess(planted) <= Double(count) + excess(cold))
      for j in 0..<count {
        expect(network.overlap(ofNeuron: j, planted), near: 1.47, within: 1e-6, "w_\(j)1")
      }
      let second = n * d..<n * (d + m)
      #expect(planted.values[second] == cold.values[second], "the second layer is as it was")
    case .specialistsMagnetised:
      #expect(excess(planted) >= Double(count) && excess(planted) <= Double(count) + excess(cold))
      let squares = network.hiddenOverlaps(with: target, planted).reduce(0) { $0 + $1 * $1 }
      let beta = pow(Double(m * m) / Double(n * d), 1.0 / 3)
      expect(squares, near: beta, within: 1e-4, "Σ ⟨h_i, y⟩²")
    }
  }

  // MARK: - The kernel

  /// The covariance differs from the kernel's by O(1/N₁).
  @Test(arguments: Activation.allCases)
  func outputsHaveTheKernelAsCovariance(activation: Activation) {
    let network = Self.network(4, 200, 2, activation)
    let (x, y) = ([0.8, -1.1, 0.3, 1.9], [-0.2, -0.7, 1.4, 0.6])
    expectOutputCovariance(
      network, x, y, kernel: network.kernel(x, y), draws: 20_000, bias: 1.0 / 200)
    expectOutputCovariance(
      network, x, x, kernel: network.kernel(x, x), draws: 10_000, bias: 1.0 / 200)
  }
}
