import Kernels
import Networks
import TestSupport
import Testing

/// Fully connected networks of any depth.
@Suite struct DeepNetworkTests {
  static func network(
    _ d: Int, _ widths: [Int], _ activation: Activation = .erf
  ) -> DeepNetwork {
    DeepNetwork(
      dimension: d, widths: widths, weightVariance: 1.5, hiddenVariance: 1.2, readoutVariance: 0.8,
      activation: activation)
  }

  // MARK: - Energies and gradients

  @Test(arguments: [[4], [5, 2], [2, 5, 3], [3, 2, 4, 2]]) func gradientIsTheDerivative(
    widths: [Int]
  ) {
    for activation in Activation.allCases {
      expectGradientIsDerivative(Self.network(3, widths, activation))
    }
  }

  /// Shapes of more than a block of samples, odd sizes, and layers that widen and narrow. Roundings
  /// of 6e-8 a term average over samples and neurons.
  @Test(arguments: [
    (1, [1], 1), (3, [5], 7), (17, [61, 9], 65), (4, [8, 4, 6], 60), (32, [64, 32, 32], 200),
    (7, [100, 33, 70], 33), (50, [23, 119, 17], 129), (5, [9, 7, 5, 11, 3], 100),
  ])
  func kernelsAgreeWithTheDefinition(d: Int, widths: [Int], samples: Int) {
    for activation in Activation.allCases {
      expectKernelsAgreeWithDefinition(
        Self.network(d, widths, activation), samples: samples, within: 3e-6)
    }
  }

  @Test(arguments: [(3, [5, 2, 4], 7), (17, [61, 9, 20], 65)])
  func bitsAreTheSameOnEveryInstructionSet(d: Int, widths: [Int], samples: Int) {
    for activation in Activation.allCases {
      expectSameBits(Self.network(d, widths, activation), samples: samples)
    }
  }

  // MARK: - Networks of one and of two hidden layers

  /// The definition in double precision is that of the networks which have a name, and so is the
  /// order of the parameters.
  @Test func shallowNetworksAreThoseThatThereAre() {
    let stream = RandomStream(key: 81)
    let x = stream.standardNormals(count: 6, step: 9).map(Double.init)
    let two = TwoLayerNetwork(dimension: 6, width: 5, weightVariance: 1.5, readoutVariance: 0.8)
    let one = Self.network(6, [5])
    var theta = two.coldStart(from: stream).map(Double.init)
    expect(one.output(theta, x), near: two.output(theta, x), within: 1e-14, "one hidden layer")

    let three = ThreeLayerNetwork(
      dimension: 6, firstWidth: 5, secondWidth: 7, weightVariance: 1.5, hiddenVariance: 1.2,
      readoutVariance: 0.8)
    let deep = Self.network(6, [5, 7])
    theta = three.coldStart(from: stream).map(Double.init)
    #expect(deep.parameterCount == three.parameterCount)
    let (a, b) = (
      deep.energyAndGradient(theta, inputs: [x], targets: [0.3], ridge: 0.1),
      three.energyAndGradient(theta, inputs: [x], targets: [0.3], ridge: 0.1)
    )
    expect(a.energy, near: b.energy, within: 1e-13, "U")
    for (i, pair) in zip(a.gradient, b.gradient).enumerated() {
      expect(pair.0, near: pair.1, within: 1e-12, "∂U/∂θ\(i)")
    }
    let y = stream.standardNormals(count: 6, step: 10).map(Double.init)
    expect(deep.kernel(x, y), near: three.kernel(x, y), within: 1e-14, "kernel")
  }

  /// The features of the first layers are the outputs of these layers: the network on top of them
  /// is one of fewer layers, which sees them.
  @Test func firstLayersAreThoseOfTheNetwork() {
    let network = Self.network(4, [6, 5, 3])
    let theta = network.coldStart(from: RandomStream(key: 82)).map(Double.init)
    let x = RandomStream(key: 83).standardNormals(count: 4, step: 0).map(Double.init)
    let below = network.firstLayers(2).features(theta, x)
    #expect(below.count == 5)
    let place = network.place(ofLayer: 2)
    let third = (0..<3).map { i in
      network.activation(
        network.scale(ofLayer: 2)
          * below.indices.reduce(0) { $0 + theta[place + $1 * 3 + i] * below[$1] }
      ).value
    }
    for (got, expected) in zip(network.features(theta, x), third) {
      expect(got, near: expected, within: 1e-14, "σ(h³)")
    }
  }

  // MARK: - The kernel

  /// The covariance of f in the prior is the kernel, but for O(1/N).
  @Test func outputsHaveTheKernelAsCovariance() {
    let network = Self.network(4, [200, 200, 2])
    let (x, y) = ([0.8, -1.1, 0.3, 1.9], [-0.2, -0.7, 1.4, 0.6])
    expectOutputCovariance(
      network, x, y, kernel: network.kernel(x, y), draws: 4000, bias: 2.0 / 200)
  }

  // MARK: - Symmetries and patterns

  @Test func oddDataHaveTheSameEnergy() {
    let network = Self.network(5, [20, 6, 9])
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

  /// A planted start has learnt the target, by specialists of its layer and of no layer before.
  @Test(arguments: [0, 1, 2]) func plantedStartsAreSpecialised(layer: Int) {
    let network = DeepNetwork(dimension: 12, widths: [24, 48, 12])
    let (target, stream) = (HermiteTarget(degree: 3), RandomStream(key: 67))
    let planted = AlignedBuffer(
      network.plantedStart(specialisedLayer: layer, target: target, from: stream))
    let cold = AlignedBuffer(network.coldStart(from: stream))
    let inputs = RandomStream(key: 68).standardNormals(count: 65_536 * 12, step: 0)
    let fresh = TestSet(
      network: network, data: TrainingSet(inputs: inputs, dimension: 12, target: target))
    let (alignment, prior) = (fresh.alignment(planted), fresh.alignment(cold))
    #expect(alignment.value > 0.6 && alignment.value < 1.4 && abs(prior.value) < 0.2)

    /// The largest |⟨σ(h_i), x₁⟩| of the neurons of a layer.
    func largest(_ l: Int, _ theta: borrowing AlignedBuffer) -> Double {
      TestSet(
        network: network.firstLayers(l + 1),
        data: TrainingSet(inputs: inputs, dimension: 12, target: HermiteTarget(degree: 1))
      ).featureOverlaps(theta).map(abs).max()!
    }
    #expect(largest(layer, planted) > SpecialistThreshold.output + 0.1)
    let before = network.place(ofLayer: layer)
    #expect(planted.values[0..<before] == cold.values[0..<before], "layers before are as they were")
    if layer == 0 { expect(network.overlap(ofNeuron: 0, planted), near: 1.47, within: 1e-6, "w₁") }
  }

  /// Overlaps of the first layer with the target are those of a two-layer network's neurons.
  @Test func couplingsAreThoseOfNeurons() {
    let network = Self.network(5, [7, 4])
    let theta = AlignedBuffer(network.coldStart(from: RandomStream(key: 84)))
    let three = ThreeLayerNetwork(
      dimension: 5, firstWidth: 7, secondWidth: 4, weightVariance: 1.5, hiddenVariance: 1.2,
      readoutVariance: 0.8)
    let target = HermiteTarget(degree: 3)
    #expect(network.couplings(with: target, theta) == three.couplings(with: target, theta))
  }
}
