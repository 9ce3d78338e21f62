import Kernels

/// A network with two hidden layers: f(x) = Σ_{i ≤ N₂} a_i σ(h_i(x)), h_i(x) = Σ_{j ≤ N₁} V_ij
/// σ(w_j·x).
///
/// The prior is w_j ~ N(0, σ_w² I/d), V_ij ~ N(0, σ_v²/N₁) and a_i ~ N(0, σ_a²/N₂). Parameters are
/// whitened, θ ~ N(0, I), in this order:
/// - w_j √d/σ_w, row by row;
/// - V_ij √N₁/σ_v, unit by unit of the first layer, at N₁ d + j N₂ + i;
/// - a_i √N₂/σ_a.
package struct ThreeLayerNetwork: Network {
  /// The dimension d of the inputs.
  package let dimension: Int
  /// The number N₁ of neurons in the first layer, which sees the inputs.
  package let firstWidth: Int
  /// The number N₂ of neurons in the second layer, which sees the first.
  package let secondWidth: Int
  /// The prior variance σ_w² of the first layer.
  package let weightVariance: Double
  /// The prior variance σ_v² of the second layer.
  package let hiddenVariance: Double
  /// The prior variance σ_a² of the readout.
  package let readoutVariance: Double
  /// The activation σ of both layers.
  package let activation: Activation

  /// Creates a network; sizes and variances must be positive.
  package init(
    dimension: Int, firstWidth: Int, secondWidth: Int, weightVariance: Double = 1,
    hiddenVariance: Double = 1, readoutVariance: Double = 1, activation: Activation = .erf
  ) {
    precondition(dimension > 0 && firstWidth > 0 && secondWidth > 0)
    precondition(weightVariance > 0 && hiddenVariance > 0 && readoutVariance > 0)
    self.dimension = dimension
    self.firstWidth = firstWidth
    self.secondWidth = secondWidth
    self.weightVariance = weightVariance
    self.hiddenVariance = hiddenVariance
    self.readoutVariance = readoutVariance
    self.activation = activation
  }

  package var inputDimension: Int { dimension }
  package var hiddenCount: Int { firstWidth * (dimension + secondWidth) }
  package var featureCount: Int { secondWidth }
  /// Prior standard deviation of a first-layer weight, σ_w/√d.
  package var weightScale: Double { (weightVariance / Double(dimension)).squareRoot() }
  /// Prior standard deviation of a second-layer weight, σ_v/√N₁.
  package var hiddenScale: Double { (hiddenVariance / Double(firstWidth)).squareRoot() }
  /// Prior standard deviation of a readout weight, σ_a/√N₂.
  package var readoutScale: Double { (readoutVariance / Double(secondWidth)).squareRoot() }

  /// Returns σ_a² ⟨σ(h) σ(h′)⟩ over Gaussian h with the covariance σ_v² ⟨σ(w·x) σ(w·x′)⟩, which is
  /// the kernel of the infinitely wide network.
  package func kernel(_ x: [Double], _ other: [Double]) -> Double {
    let scale = weightScale * weightScale
    func product(_ a: [Double], _ b: [Double]) -> Double {
      scale * zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (xx, yy, xy) = (product(x, x), product(other, other), product(x, other))
    func layer(_ a: Double, _ b: Double, _ ab: Double) -> Double {
      activation.covariance(variance: a, otherVariance: b, covariance: ab)
    }
    return readoutVariance
      * layer(
        hiddenVariance * layer(xx, xx, xx), hiddenVariance * layer(yy, yy, yy),
        hiddenVariance * layer(xx, yy, xy))
  }
}

// MARK: - Overlaps

extension ThreeLayerNetwork {
  /// Returns the first-layer neuron's overlap w_j·w* = w_j1 with the target's feature.
  package func overlap(ofNeuron j: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    weightScale * Double(parameters[j * dimension])
  }

  /// Returns the first-layer neuron's |w_j|².
  package func squaredNorm(ofNeuron j: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for k in j * dimension..<(j + 1) * dimension {
      sum += Double(parameters[k]) * Double(parameters[k])
    }
    return weightScale * weightScale * sum
  }

  /// Returns ⟨σ(w_j·x), He_m(x₁)/√m!⟩ over x ~ N(0, I) for every first-layer neuron j, exact.
  package func couplings(
    with target: HermiteTarget, _ parameters: borrowing AlignedBuffer
  ) -> [Double] {
    var couplings: [Double] = []
    couplings.reserveCapacity(firstWidth)
    for j in 0..<firstWidth {
      couplings.append(
        activation.overlap(
          with: target, overlap: overlap(ofNeuron: j, parameters),
          squaredNorm: squaredNorm(ofNeuron: j, parameters)))
    }
    return couplings
  }

  /// Returns ⟨h_i, He_m(x₁)/√m!⟩ = Σ_j V_ij ⟨σ(w_j·x), He_m(x₁)/√m!⟩ over x ~ N(0, I) for every
  /// second-layer neuron i, exact. Degree one gives ⟨h_i, x₁⟩.
  package func hiddenOverlaps(
    with target: HermiteTarget, _ parameters: borrowing AlignedBuffer
  ) -> [Double] {
    hiddenOverlaps(couplings: couplings(with: target, parameters), parameters)
  }

  /// Returns the same overlaps from given couplings of the first layer.
  package func hiddenOverlaps(
    couplings: [Double], _ parameters: borrowing AlignedBuffer
  ) -> [Double] {
    var overlaps = [Double](repeating: 0, count: secondWidth)
    let weights = parameters.floats + firstWidth * dimension
    for (j, coupling) in couplings.enumerated() {
      let row = weights + j * secondWidth
      for i in 0..<secondWidth { overlaps[i] += hiddenScale * Double(row[i]) * coupling }
    }
    return overlaps
  }

  /// Returns the alignment ⟨f, y⟩/⟨y, y⟩ = Σ a_i ⟨h_i, y⟩ of a linear network over x ~ N(0, I),
  /// exact. Other activations have no known closed form and give `nil`; a `TestSet` estimates their
  /// alignment.
  package func exactAlignment(
    with target: HermiteTarget, _ parameters: borrowing AlignedBuffer
  ) -> Double? {
    guard activation == .linear else { return nil }
    let overlaps = hiddenOverlaps(with: target, parameters)
    return (0..<secondWidth).reduce(0.0) {
      $0 + readoutScale * Double(parameters[hiddenCount + $1]) * overlaps[$1]
    }
  }

  /// Returns the number of first-layer neurons with |w_j1| beyond the threshold.
  package func firstLayerSpecialists(
    beyond threshold: Double = SpecialistThreshold.overlap, _ parameters: borrowing AlignedBuffer
  ) -> Double {
    var overlaps: [Double] = []
    for j in 0..<firstWidth { overlaps.append(overlap(ofNeuron: j, parameters)) }
    return SpecialistThreshold.count(overlaps, beyond: threshold)
  }

  /// Returns 2 N₁ Φ(−t √d/σ_w), the prior's mean of `firstLayerSpecialists`.
  package func priorFirstLayerSpecialists(beyond threshold: Double = SpecialistThreshold.overlap)
    -> Double
  {
    Double(firstWidth) * normalMass(beyond: threshold / weightScale)
  }

  /// Returns the number of second-layer neurons with |⟨h_i, x₁⟩| beyond the threshold.
  package func secondLayerSpecialists(
    beyond threshold: Double = SpecialistThreshold.secondLayer,
    _ parameters: borrowing AlignedBuffer
  ) -> Double {
    SpecialistThreshold.count(
      hiddenOverlaps(with: HermiteTarget(degree: 1), parameters), beyond: threshold)
  }
}

// MARK: - Features

extension ThreeLayerNetwork {
  package func features(_ hidden: [Double], _ input: [Double]) -> [Double] {
    let first = firstLayer(hidden, input).map(\.value)
    return secondLayer(hidden, first).map(\.value)
  }

  package func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double] {
    let first = firstLayer(hidden, input)
    let second = secondLayer(hidden, first.map(\.value))
    let errors = zip(cotangent, second).map { hiddenScale * $0 * $1.slope }
    var gradient = [Double](repeating: 0, count: hiddenCount)
    for j in 0..<firstWidth {
      let row = firstWidth * dimension + j * secondWidth
      var error = 0.0
      for i in 0..<secondWidth {
        error += hidden[row + i] * errors[i]
        gradient[row + i] = errors[i] * first[j].value
      }
      error *= weightScale * first[j].slope
      for k in 0..<dimension { gradient[j * dimension + k] = error * input[k] }
    }
    return gradient
  }

  /// Returns σ(w_j·x) and its slope for every j.
  private func firstLayer(
    _ hidden: [Double], _ input: [Double]
  ) -> [(value: Double, slope: Double)] {
    (0..<firstWidth).map { j in
      let row = hidden[j * dimension..<(j + 1) * dimension]
      return activation(weightScale * zip(row, input).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }

  /// Returns σ(h_i) and its slope for every i.
  private func secondLayer(
    _ hidden: [Double], _ first: [Double]
  ) -> [(value: Double, slope: Double)] {
    var sums = [Double](repeating: 0, count: secondWidth)
    for j in 0..<firstWidth {
      let row = firstWidth * dimension + j * secondWidth
      for i in 0..<secondWidth { sums[i] += hidden[row + i] * first[j] }
    }
    return sums.map { activation(hiddenScale * $0) }
  }

  package func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap {
    ThreeLayerFeatures(self, data, kernels)
  }
}

/// The features σ(h_i) on a set of inputs.
///
/// The tape keeps what stands between the layers for one block of samples only: σ(w_j·x) and its
/// slope, N₁ rows each, and the slopes of the second layer. Within a block the first layer goes by
/// groups of `group` neurons. So each group's activations pass from product to activation to
/// product in the first-level cache.
///
/// At d = N₂ = 32, blocks of 64 samples were faster than of 32 or 128. This held for N₁ = 2048,
/// whose tape fits the second-level cache, and for 8192, whose tape does not.
///
/// *Complexity:* 4 P d N₁ + 6 P N₁ N₂ flops a gradient and P (N₁ + N₂) evaluations of σ and σ′.
private final class ThreeLayerFeatures: FeatureMap {
  let blockVectors: Int
  private let network: ThreeLayerNetwork
  private let inputs: InputBlocks
  private let kernels: KernelSet
  private let activate:
    @Sendable (Int, Int, Int, KernelSet.MutableVectors, KernelSet.MutableVectors) -> Void
  /// The number of first-layer neurons that are treated together: whole register tiles of either
  /// height.
  private let group = 60
  private var groups: Int { (network.firstWidth + group - 1) / group }
  /// The scale σ_v/√N₁ in every lane, one vector for each of a block of the second layer.
  private let scales: AlignedBuffer
  /// Derivatives by the outputs of a group.
  private let groupErrors: AlignedBuffer
  /// Derivatives by h, sample by sample.
  private let errorRows: AlignedBuffer
  /// Sums over samples for W and V, group by group.
  private let weightSums: AlignedBuffer
  private let hiddenSums: AlignedBuffer

  init(_ network: ThreeLayerNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    activate = network.activation.kernel(kernels)
    let (n, m) = (network.firstWidth, network.secondWidth)
    blockVectors = min(4, (data.count + 15) / 16)
    inputs = InputBlocks(data, scale: network.weightScale, blockVectors: blockVectors)
    scales = AlignedBuffer(
      [Float](repeating: Float(network.hiddenScale), count: 16 * m * blockVectors))
    groupErrors = AlignedBuffer(count: 16 * group * blockVectors)
    errorRows = AlignedBuffer(count: 16 * blockVectors * 16 * ((m + 15) / 16))
    weightSums = AlignedBuffer(count: 16 * kernels.outerProductSize(n, network.dimension))
    hiddenSums = AlignedBuffer(count: 16 * kernels.outerProductSize(n, m))
  }

  var hiddenCount: Int { network.hiddenCount }
  var featureCount: Int { network.secondWidth }
  var sampleCount: Int { inputs.samples }
  var tapeVectors: Int { (2 * network.firstWidth + network.secondWidth) * blockVectors }

  func begin(_ hidden: KernelSet.Floats) {
    weightSums.lanes.update(repeating: SIMD16(repeating: 0), count: weightSums.vectors)
    hiddenSums.lanes.update(repeating: SIMD16(repeating: 0), count: hiddenSums.vectors)
  }

  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors
  ) {
    let (n, m, d) = (network.firstWidth, network.secondWidth, network.dimension)
    let (stride, take) = (blockVectors, vectors(in: block))
    let slopes = tape + n * stride
    for place in 0..<groups {
      let first = place * group
      let count = min(group, n - first)
      let outputs = tape + first * stride
      kernels.product(
        count, d, take, hidden + first * d, d, 1, inputs.columns(block), stride, outputs, stride,
        false)
      activate(count, take, stride, outputs, slopes + first * stride)
      kernels.product(
        m, count, take, hidden + n * d + first * m, 1, m, outputs, stride, features, stride,
        first > 0)
    }
    kernels.multiply(m * stride, scales.lanes, features)
    activate(m, take, stride, features, slopes + n * stride)
  }

  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent, features: KernelSet.Vectors,
    tape: KernelSet.MutableVectors
  ) {
    let (n, m, d) = (network.firstWidth, network.secondWidth, network.dimension)
    let (stride, take) = (blockVectors, vectors(in: block))
    let (slopes, errors) = (tape + n * stride, tape + 2 * n * stride)
    let samples = samples(in: block)
    let rowVectors = (m + 15) / 16
    kernels.multiplySlopes(
      m, take, stride, cotangent.readout, cotangent.error, cotangent.matrix, errors)
    kernels.multiply(m * stride, scales.lanes, errors)
    kernels.transpose(m, take, errors, stride, errorRows.lanes, rowVectors)
    for place in 0..<groups {
      let first = place * group
      let count = min(group, n - first)
      let (outputs, groupSlopes) = (tape + first * stride, slopes + first * stride)
      kernels.product(
        count, m, take, hidden + n * d + first * m, m, 1, errors, stride, groupErrors.lanes, stride,
        false)
      kernels.multiply(count * stride, groupSlopes, groupErrors.lanes)
      kernels.addOuterProduct(
        count, d, samples, stride, groupErrors.lanes, inputs.columns(block), inputs.rows(block),
        inputs.rowVectors, weightSums.lanes + kernels.outerProductSize(first, d))
      kernels.addOuterProduct(
        count, m, samples, stride, outputs, errors, errorRows.lanes, rowVectors,
        hiddenSums.lanes + kernels.outerProductSize(first, m))
    }
  }

  func end(_ gradient: KernelSet.MutableFloats) {
    let (n, m, d) = (network.firstWidth, network.secondWidth, network.dimension)
    for place in 0..<groups {
      let first = place * group
      kernels.finishOuterProduct(
        min(group, n - first), d, weightSums.lanes + kernels.outerProductSize(first, d),
        gradient + first * d)
    }
    for place in 0..<groups {
      let first = place * group
      kernels.finishOuterProduct(
        min(group, n - first), m, hiddenSums.lanes + kernels.outerProductSize(first, m),
        gradient + n * d + first * m)
    }
  }
}
