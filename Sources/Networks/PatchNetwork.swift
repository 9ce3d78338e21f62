import Kernels

/// A convolution with patches that do not overlap: f(x) = Σ_{i ≤ N_w} Σ_{c ≤ C} a_ic σ(w_c·x_i).
///
/// All patches share the filters w_c ~ N(0, σ_w² I/S), and a_ic ~ N(0, σ_a²/(N_w C)). Inputs are
/// N_w patches of size S, one after another. Parameters are whitened, θ ~ N(0, I): first w_c
/// √S/σ_w, row by row, then a_ic √(N_w C)/σ_a at i C + c.
package struct PatchNetwork: Network {
  /// The number of patches N_w.
  package let patches: Int
  /// The size S of a patch and of a filter.
  package let patchSize: Int
  /// The number of channels C.
  package let channels: Int
  /// The prior variance σ_w² of a filter.
  package let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  package let readoutVariance: Double
  /// The activation σ.
  package let activation: Activation

  /// Creates a network; sizes and variances must be positive.
  package init(
    patches: Int, patchSize: Int, channels: Int, weightVariance: Double = 1,
    readoutVariance: Double = 1, activation: Activation = .erf
  ) {
    precondition(patches > 0 && patchSize > 0 && channels > 0)
    precondition(weightVariance > 0 && readoutVariance > 0)
    self.patches = patches
    self.patchSize = patchSize
    self.channels = channels
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    self.activation = activation
  }

  package var inputDimension: Int { patches * patchSize }
  package var hiddenCount: Int { channels * patchSize }
  package var featureCount: Int { patches * channels }
  /// Prior standard deviation of a filter's weight, σ_w/√S.
  package var weightScale: Double { (weightVariance / Double(patchSize)).squareRoot() }
  /// Prior standard deviation of a readout weight, σ_a/√(N_w C).
  package var readoutScale: Double {
    (readoutVariance / Double(patches * channels)).squareRoot()
  }

  /// Returns (σ_a²/N_w) Σ_i ⟨σ(w·x_i) σ(w·x′_i)⟩ over the prior of w, which is the kernel of
  /// infinitely many channels.
  package func kernel(_ x: [Double], _ other: [Double]) -> Double {
    let scale = weightScale * weightScale
    func product(_ a: [Double], _ b: [Double], _ i: Int) -> Double {
      (i * patchSize..<(i + 1) * patchSize).reduce(0) { $0 + scale * a[$1] * b[$1] }
    }
    let sum = (0..<patches).reduce(0.0) { sum, i in
      sum
        + activation.covariance(
          variance: product(x, x, i), otherVariance: product(other, other, i),
          covariance: product(x, other, i))
    }
    return readoutVariance / Double(patches) * sum
  }
}

// MARK: - Overlaps

extension PatchNetwork {
  /// Returns the filter's overlap w_c·w* = w_c1 with the target's feature.
  package func overlap(ofFilter c: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    weightScale * Double(parameters[c * patchSize])
  }

  /// Returns the filter's |w_c|².
  package func squaredNorm(ofFilter c: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for k in c * patchSize..<(c + 1) * patchSize {
      sum += Double(parameters[k]) * Double(parameters[k])
    }
    return weightScale * weightScale * sum
  }

  /// Returns the amplification D_w = (S/(σ_w² C)) Σ_c (w_c·w*)²: the filters' squared weight on the
  /// feature, relative to the prior.
  package func amplification(_ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for c in 0..<channels {
      let u = Double(parameters[c * patchSize])
      sum += u * u
    }
    return sum / Double(channels)
  }

  /// Returns the amplification of a direction across the feature: (S/(σ_w² C (S − 1))) Σ_c |w_c −
  /// (w_c·w*) w*|².
  package func transverseAmplification(_ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for c in 0..<channels {
      for k in c * patchSize + 1..<(c + 1) * patchSize {
        sum += Double(parameters[k]) * Double(parameters[k])
      }
    }
    return sum / Double(channels * (patchSize - 1))
  }

  /// Returns ⟨Φ_ic, y⟩ = N_w^{−1/2} ⟨σ(w_c·x), He_m(x₁)/√m!⟩ over x ~ N(0, I) for every filter c,
  /// exact. It is the same for every patch i.
  private func filterOverlaps(
    with target: PatchTarget, _ parameters: borrowing AlignedBuffer
  ) -> [Double] {
    precondition(target.patches == patches && target.patchSize == patchSize)
    var overlaps: [Double] = []
    for c in 0..<channels {
      let coupling = activation.overlap(
        with: target.feature, overlap: overlap(ofFilter: c, parameters),
        squaredNorm: squaredNorm(ofFilter: c, parameters))
      overlaps.append(coupling / Double(patches).squareRoot())
    }
    return overlaps
  }

  /// Returns the alignment ⟨f, y⟩/⟨y, y⟩ = Σ a_ic ⟨σ(w_c·x_i), y⟩ over x ~ N(0, I), exact. For a
  /// linear network it is ⟨U, U*⟩ with U_i = Σ_c a_ic w_c and U*_i = N_w^{−1/2} w*.
  package func alignment(
    with target: PatchTarget, _ parameters: borrowing AlignedBuffer
  ) -> Double {
    let overlaps = filterOverlaps(with: target, parameters)
    var sum = 0.0
    for k in 0..<featureCount {
      sum += readoutScale * Double(parameters[hiddenCount + k]) * overlaps[k % channels]
    }
    return sum
  }
}

// MARK: - Features

extension PatchNetwork {
  package func features(_ hidden: [Double], _ input: [Double]) -> [Double] {
    (0..<featureCount).map { activation(preActivation($0, hidden, input)).value }
  }

  package func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double] {
    var gradient = [Double](repeating: 0, count: hiddenCount)
    for k in 0..<featureCount {
      let (patch, channel) = (k / channels, k % channels)
      let error = weightScale * cotangent[k] * activation(preActivation(k, hidden, input)).slope
      for j in 0..<patchSize {
        gradient[channel * patchSize + j] += error * input[patch * patchSize + j]
      }
    }
    return gradient
  }

  /// Returns w_c·x_i of feature i C + c.
  private func preActivation(_ k: Int, _ hidden: [Double], _ input: [Double]) -> Double {
    let (patch, channel) = (k / channels, k % channels)
    return (0..<patchSize).reduce(0) {
      $0 + weightScale * hidden[channel * patchSize + $1] * input[patch * patchSize + $1]
    }
  }

  package func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap {
    PatchFeatures(self, data, kernels)
  }

  package func dataTerm(_ data: TrainingSet, kernels: KernelSet) -> any DataTerm {
    switch activation {
    case .linear: LinearPatchDataTerm(self, data, kernels)
    default:
      FeatureDataTerm(
        map: featureMap(data, kernels: kernels), targets: data.targets, readoutScale: readoutScale,
        kernels: kernels)
    }
  }
}

/// The features σ(w_c·x_i) on a set of inputs, patch by patch.
///
/// *Complexity:* 4 P N_w S C flops a gradient and P N_w C evaluations of σ and σ′.
private final class PatchFeatures: FeatureMap {
  let blockVectors = 4
  private let network: PatchNetwork
  private let inputs: InputBlocks
  private let kernels: KernelSet
  private let activate:
    @Sendable (Int, Int, Int, KernelSet.MutableVectors, KernelSet.MutableVectors) -> Void
  /// The sum over samples and patches of the outer products of derivatives and inputs.
  private let sums: AlignedBuffer

  init(_ network: PatchNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    activate = network.activation.kernel(kernels)
    inputs = InputBlocks(
      data, patches: network.patches, scale: network.weightScale, blockVectors: blockVectors)
    sums = AlignedBuffer(
      count: 16 * kernels.outerProductSize(network.channels, network.patchSize))
  }

  var hiddenCount: Int { network.hiddenCount }
  var featureCount: Int { network.featureCount }
  var sampleCount: Int { inputs.samples }
  /// The slope σ′ of every feature.
  var tapeVectors: Int { network.featureCount * blockVectors }

  func begin(_ hidden: KernelSet.Floats) {
    sums.lanes.update(repeating: SIMD16(repeating: 0), count: sums.vectors)
  }

  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors
  ) {
    let (channels, size, take) = (network.channels, network.patchSize, vectors(in: block))
    for patch in 0..<network.patches {
      let row = patch * channels * blockVectors
      kernels.product(
        channels, size, take, hidden, size, 1, inputs.columns(block, patch: patch), blockVectors,
        features + row, blockVectors, false)
      activate(channels, take, blockVectors, features + row, tape + row)
    }
  }

  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent, features: KernelSet.Vectors,
    tape: KernelSet.MutableVectors
  ) {
    let (channels, take) = (network.channels, vectors(in: block))
    for patch in 0..<network.patches {
      let row = patch * channels * blockVectors
      kernels.multiplySlopes(
        channels, take, blockVectors, cotangent.readout + patch * channels, cotangent.error,
        cotangent.matrix.map { $0 + row }, tape + row)
      kernels.addOuterProduct(
        channels, network.patchSize, samples(in: block), blockVectors, tape + row,
        inputs.columns(block, patch: patch), inputs.rows(block, patch: patch), inputs.rowVectors,
        sums.lanes)
    }
  }

  func end(_ gradient: KernelSet.MutableFloats) {
    kernels.finishOuterProduct(network.channels, network.patchSize, sums.lanes, gradient)
  }
}

// MARK: - Starts

extension PatchNetwork {
  /// Returns a start at the pattern, with alignment 1. A few filters are the feature, and
  /// everything else is drawn from the prior. The readout then changes by the least that aligns it.
  ///
  /// - Parameters:
  ///   - target: the target to align with, on inputs of this network.
  ///   - multiple: factor of the best number of specialists. Starts on either side of 1 show
  ///     whether chains change the number.
  ///   - stream: the random numbers of the draw.
  package func plantedStart(
    target: PatchTarget, multiple: Double = 1, from stream: RandomStream
  ) -> [Float] {
    var theta = stream.standardNormals(count: parameterCount, step: 0)
    for c in 0..<specialists(multiple: multiple) {
      theta[c * patchSize] = Float(Double(patchSize).squareRoot())
    }
    let overlaps = filterOverlaps(with: target, AlignedBuffer(theta))
    alignReadout(&theta, overlaps: (0..<featureCount).map { overlaps[$0 % channels] })
    return theta
  }

  /// Returns the number of specialised filters in a planted start, at least one and at most all.
  ///
  /// M specialists w_c·w* = σ_w cost M S/2, and the readout then N_w C/(2 M σ_a²) at σ_w = 1. The
  /// optimum is M = √(N_w C/S)/σ_a, here times `multiple`.
  package func specialists(multiple: Double = 1) -> Int {
    let optimum =
      (Double(patches * channels) / Double(patchSize) / readoutVariance).squareRoot()
    return Int(min(Double(channels), max(1, (multiple * optimum).rounded())))
  }
}
