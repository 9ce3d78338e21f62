import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct PatchNetworkTests {
  static func network(
    _ patches: Int, _ size: Int, _ channels: Int, _ activation: Activation
  ) -> PatchNetwork {
    PatchNetwork(
      patches: patches, patchSize: size, channels: channels, weightVariance: 1.5,
      readoutVariance: 0.8, activation: activation)
  }

  // MARK: - Against an independent implementation

  @Test(arguments: [("cnn_lin", Activation.linear), ("cnn_erf", .erf)])
  func agreesWithTheReference(name: String, activation: Activation) {
    let reference = DeepReference(.module).part("energy_gradient/\(name)")
    let network = PatchNetwork(
      patches: reference.integer("config/Nw"), patchSize: reference.integer("config/S"),
      channels: reference.integer("config/C"), readoutVariance: reference.number("config/sa2"),
      activation: activation)
    let (w, a) = (network.weightScale, network.readoutScale)
    expect(w * w, near: reference.number("prior_variance/W"), within: 1e-15, "σ_w²/S")
    expect(a * a, near: reference.number("prior_variance/a"), within: 1e-15, "σ_a²/(N_w C)")

    func parameters(_ part: String, _ scale: (Double, Double) -> Double) -> [Double] {
      reference.numbers("\(part)/W").map { scale($0, w) }
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
    let target = PatchTarget(
      patches: network.patches, patchSize: network.patchSize, degree: 1)
    expect(
      network.alignment(with: target, AlignedBuffer(theta.map { Float($0) })),
      near: reference.number("alignment"), within: 3e-6, "A")
  }

  // MARK: - Energies and gradients

  @Test(arguments: Activation.allCases) func gradientIsTheDerivative(activation: Activation) {
    expectGradientIsDerivative(Self.network(3, 4, 2, activation))
    expectGradientIsDerivative(Self.network(2, 3, 5, activation))
  }

  static let shapes = [
    (1, 1, 1, 1), (3, 4, 5, 6), (4, 8, 7, 65), (8, 16, 8, 64), (5, 17, 33, 130), (32, 9, 20, 77),
    (16, 32, 16, 200),
    (3, 16, 4, 10),
  ]

  /// Chains of products of size one are rounded by 6e-8 a term, which averages over samples and
  /// features: 1e-6 or so of U and of |∇U|. The linear network here is the factored one.
  @Test(arguments: shapes)
  func kernelsAgreeWithTheDefinition(patches: Int, size: Int, channels: Int, samples: Int) {
    for activation in Activation.allCases {
      expectKernelsAgreeWithDefinition(
        Self.network(patches, size, channels, activation), samples: samples, within: 3e-6)
    }
  }

  /// The linear network equals its product of weights f = U·x, and its features; the alignment
  /// agrees with both.
  @Test(arguments: shapes)
  func factoredLinearNetworkIsThatOfItsFeatures(
    patches: Int, size: Int, channels: Int, samples: Int
  ) {
    let network = Self.network(patches, size, channels, .linear)
    let data = drawnData(for: network, count: samples)
    let theta = network.coldStart(from: RandomStream(key: 72))
    let outputs = TestSet(network: network, data: data).outputs(AlignedBuffer(theta))
    let features = zip(outputs, data.targets).reduce(0.0) {
      $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
    }
    let posterior = Posterior(network: network, data: data, ridge: 0.3)
    let gradient = posterior.makeGradient()
    let energy = posterior.evaluate(AlignedBuffer(theta), gradient: gradient)
    let factored =
      posterior.trainingLoss(AlignedBuffer(theta), energy: energy) * Double(samples)
    // Outputs and inputs of size one are rounded, and the loss is a difference of energies.
    #expect(
      abs(factored - features) <= 3e-6 * (features + 0.6 * energy),
      "Σ (f − y)², \(network): factored \(factored), by features \(features)")
  }

  @Test(arguments: [(3, 4, 5, 6), (5, 17, 9, 65), (2, 32, 16, 33), (3, 16, 4, 10)])
  func bitsAreTheSameOnEveryInstructionSet(patches: Int, size: Int, channels: Int, samples: Int) {
    for activation in Activation.allCases {
      expectSameBits(Self.network(patches, size, channels, activation), samples: samples)
    }
  }

  // MARK: - Symmetries

  /// The sums run in another order, so the energy's rounding is the tolerance again.
  @Test(arguments: Activation.allCases)
  func permutedPatchesAndChannelsHaveTheSameEnergy(activation: Activation) {
    let (n, s, c) = (6, 5, 7)
    let network = Self.network(n, s, c, activation)
    let data = drawnData(for: network, count: 50)
    let theta = network.coldStart(from: RandomStream(key: 61))
    var permuted = theta
    for channel in 0..<c {
      let from = (channel + 2) % c
      for j in 0..<s { permuted[channel * s + j] = theta[from * s + j] }
      for patch in 0..<n {
        permuted[c * s + patch * c + channel] = theta[c * s + (patch + 1) % n * c + from]
      }
    }
    let moved = TrainingSet(
      inputs: data.inputs.indices.map { k in
        let (sample, patch, j) = (k / (n * s), k / s % n, k % s)
        return data.inputs[sample * n * s + (patch + 1) % n * s + j]
      }, targets: data.targets, dimension: n * s)
    expect(
      evaluate(network, moved, ridge: 0.2, permuted).energy,
      near: evaluate(network, data, ridge: 0.2, theta).energy, within: 1e-6, "U")
  }

  @Test(arguments: Activation.allCases)
  func kernelIsThatOfPermutedPatches(activation: Activation) {
    let network = Self.network(3, 2, 4, activation)
    let (x, y) = ([0.8, -1.1, 0.3, 1.9, -0.4, 0.6], [-0.2, -0.7, 1.4, 0.6, 1.1, -0.9])
    func permute(_ v: [Double]) -> [Double] { [v[4], v[5], v[0], v[1], v[2], v[3]] }
    expect(
      network.kernel(permute(x), permute(y)), near: network.kernel(x, y), within: 1e-14, "K")
    // Permuting the patches of one input alone makes another input.
    #expect(abs(network.kernel(permute(x), y) - network.kernel(x, y)) > 1e-3)
  }

  /// The network f is odd in x. So (x, y) → (−x, −y) leaves U and its gradient as they are, to the
  /// bit.
  @Test(arguments: [Activation.erf, .linear])
  func oddDataHaveTheSameEnergy(activation: Activation) {
    let network = Self.network(6, 5, 7, activation)
    let data = drawnData(for: network, count: 50)
    let mirrored = TrainingSet(
      inputs: data.inputs.map { -$0 }, targets: data.targets.map { -$0 }, dimension: 30)
    let theta = network.coldStart(from: RandomStream(key: 62))
    let (before, after) = (
      evaluate(network, data, ridge: 0.2, theta), evaluate(network, mirrored, ridge: 0.2, theta)
    )
    #expect(before.energy == after.energy)
    #expect(before.gradient == after.gradient)
  }

  // MARK: - Alignment and pattern

  /// The alignment on fresh samples is exact within four of its standard errors, for the prior and
  /// for the planted start.
  @Test(arguments: [(Activation.linear, 1), (.erf, 1), (.erf, 3)])
  func alignmentIsTheOverlapWithTheTarget(activation: Activation, degree: Int) {
    let (n, s, c) = (9, 8, 8)
    let network = PatchNetwork(patches: n, patchSize: s, channels: c, activation: activation)
    let target = PatchTarget(patches: n, patchSize: s, degree: degree)
    let fresh = TestSet(
      network: network,
      data: TrainingSet(drawing: 100_000, target: target, from: RandomStream(key: 63)))
    let stream = RandomStream(key: 64)
    for theta in [
      network.coldStart(from: stream), network.plantedStart(target: target, from: stream),
    ] {
      let exact = network.alignment(with: target, AlignedBuffer(theta))
      let (drawn, error) = fresh.alignment(AlignedBuffer(theta))
      #expect(
        abs(drawn - exact) <= 4 * error,
        "A, \(activation), m = \(degree): exact \(exact), drawn \(drawn) within 4 × \(error)")
    }
  }

  @Test(arguments: [(Activation.linear, 1), (.erf, 1), (.erf, 3)])
  func plantedStartIsAtThePattern(activation: Activation, degree: Int) {
    let (n, s, c) = (16, 16, 16)
    let network = PatchNetwork(patches: n, patchSize: s, channels: c, activation: activation)
    let target = PatchTarget(patches: n, patchSize: s, degree: degree)
    let stream = RandomStream(key: 65)
    let planted = AlignedBuffer(network.plantedStart(target: target, from: stream))
    let cold = AlignedBuffer(network.coldStart(from: stream))
    #expect(network.specialists() == 4 && network.specialists(multiple: 0.1) == 1)
    #expect(network.specialists(multiple: 1.6) == 6 && network.specialists(multiple: 9) == c)
    for filter in 0..<4 {
      expect(network.overlap(ofFilter: filter, planted), near: 1, within: 1e-6, "w·w*")
    }
    for filter in 4..<c {
      #expect(network.overlap(ofFilter: filter, planted) == network.overlap(ofFilter: filter, cold))
    }
    // Four of sixteen filters have squared overlap S in whitened units.
    #expect(network.amplification(planted) > 4 && network.amplification(cold) < 2.5)
    #expect(network.transverseAmplification(planted) == network.transverseAmplification(cold))
    let (alignment, prior) = (
      network.alignment(with: target, planted), network.alignment(with: target, cold)
    )
    #expect(abs(alignment - 1) < 1e-4 && abs(prior) < 0.3, "A: \(alignment), prior \(prior)")
  }

  @Test func amplificationsAreThoseOfTheWeights() {
    let network = PatchNetwork(patches: 1, patchSize: 2, channels: 2, weightVariance: 3)
    let theta = AlignedBuffer([1, 2, -3, 4, 5, 6])
    expect(network.amplification(theta), near: 5, within: 1e-15, "D_w")
    expect(network.transverseAmplification(theta), near: 10, within: 1e-15, "D_w⊥")
    expect(network.squaredNorm(ofFilter: 1, theta), near: 25 * 1.5, within: 1e-15, "|w|²")
    expect(network.overlap(ofFilter: 1, theta), near: -3 * 1.5.squareRoot(), within: 1e-15, "w₁")
  }

  @Test(arguments: [1, 3]) func targetsHaveUnitVariance(degree: Int) {
    let target = PatchTarget(patches: 4, patchSize: 3, degree: degree)
    let count = 50_000
    let set = TrainingSet(drawing: count, target: target, from: RandomStream(key: 66))
    let squares = set.targets.map { Double($0) * Double($0) }
    let mean = squares.reduce(0, +) / Double(count)
    let variance = squares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(abs(mean - 1) <= 4 * (variance / Double(count)).squareRoot(), "⟨y²⟩: \(mean)")
    let small = TrainingSet(drawing: 9, target: target, from: RandomStream(key: 66))
    #expect(small.inputs == Array(set.inputs.prefix(108)) && set.dimension == 12)
  }

  // MARK: - The kernel

  /// The kernel is exact at every number of channels.
  @Test(arguments: Activation.allCases, [1, 6])
  func outputsHaveTheKernelAsCovariance(activation: Activation, channels: Int) {
    let network = Self.network(3, 2, channels, activation)
    let (x, y) = ([0.8, -1.1, 0.3, 1.9, -0.4, 0.6], [0.7, -0.7, 1.4, 0.6, 1.1, -0.9])
    expectOutputCovariance(
      network, x, y, kernel: network.kernel(x, y), draws: 40_000, bias: 0)
    expectOutputCovariance(
      network, x, x, kernel: network.kernel(x, x), draws: 20_000, bias: 0)
  }
}
