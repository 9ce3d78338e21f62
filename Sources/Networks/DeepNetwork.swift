import Kernels

/// A fully connected network of any number L of hidden layers: f(x) = Σ_i a_i σ(h^L_i(x)), with
/// h^l_i(x) = Σ_j V^l_ij σ(h^{l−1}_j(x)) and h¹_j(x) = w_j·x.
///
/// The prior is w_j ~ N(0, σ_w² I/d), V^l_ij ~ N(0, σ_v²/N_{l−1}) and a_i ~ N(0, σ_a²/N_L).
/// Parameters are whitened, θ ~ N(0, I), in this order:
/// - w_j √d/σ_w, row by row;
/// - V^l_ij √N_{l−1}/σ_v, layer by layer, unit by unit of the layer that it sees;
/// - a_i √N_L/σ_a.
///
/// So the parameters of the first layers of a network are the first parameters of the network.
/// Two hidden layers are those of `ThreeLayerNetwork`, which is faster where the first is wide.
package struct DeepNetwork: Network {
  /// The dimension d of the inputs.
  package let dimension: Int
  /// The number N_l of neurons of each hidden layer, that which sees the inputs first.
  package let widths: [Int]
  /// The prior variance σ_w² of the first layer.
  package let weightVariance: Double
  /// The prior variance σ_v² of the other hidden layers.
  package let hiddenVariance: Double
  /// The prior variance σ_a² of the readout.
  package let readoutVariance: Double
  /// The activation σ of all layers.
  package let activation: Activation

  /// Creates a network; there is a hidden layer, and sizes and variances must be positive.
  package init(
    dimension: Int, widths: [Int], weightVariance: Double = 1, hiddenVariance: Double = 1,
    readoutVariance: Double = 1, activation: Activation = .erf
  ) {
    precondition(dimension > 0 && !widths.isEmpty && widths.allSatisfy { $0 > 0 })
    precondition(weightVariance > 0 && hiddenVariance > 0 && readoutVariance > 0)
    self.dimension = dimension
    self.widths = widths
    self.weightVariance = weightVariance
    self.hiddenVariance = hiddenVariance
    self.readoutVariance = readoutVariance
    self.activation = activation
  }

  package var inputDimension: Int { dimension }
  package var hiddenCount: Int { place(ofLayer: widths.count) }
  package var featureCount: Int { widths.last! }
  /// Prior standard deviation of a readout weight, σ_a/√N_L.
  package var readoutScale: Double { (readoutVariance / Double(featureCount)).squareRoot() }

  /// The number of outputs that a layer sees, counted from 0: the dimension, or the width before.
  package func inputs(ofLayer l: Int) -> Int { l == 0 ? dimension : widths[l - 1] }

  /// Returns the prior standard deviation of a weight of a layer, counted from 0.
  package func scale(ofLayer l: Int) -> Double {
    ((l == 0 ? weightVariance : hiddenVariance) / Double(inputs(ofLayer: l))).squareRoot()
  }

  /// Returns where the weights of a layer, counted from 0, begin in θ.
  package func place(ofLayer l: Int) -> Int {
    (0..<l).reduce(0) { $0 + widths[$1] * inputs(ofLayer: $1) }
  }

  /// The network of the first layers, whose features are their outputs.
  package func firstLayers(_ count: Int) -> DeepNetwork {
    DeepNetwork(
      dimension: dimension, widths: Array(widths.prefix(count)), weightVariance: weightVariance,
      hiddenVariance: hiddenVariance, readoutVariance: readoutVariance, activation: activation)
  }

  /// Returns the kernel of the infinitely wide network: the covariance of f in the prior.
  package func kernel(_ x: [Double], _ other: [Double]) -> Double {
    func product(_ a: [Double], _ b: [Double]) -> Double {
      weightVariance / Double(dimension) * zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var (xx, yy, xy) = (product(x, x), product(other, other), product(x, other))
    for l in widths.indices {
      let variance = l + 1 < widths.count ? hiddenVariance : readoutVariance
      func layer(_ a: Double, _ b: Double, _ ab: Double) -> Double {
        variance * activation.covariance(variance: a, otherVariance: b, covariance: ab)
      }
      (xx, yy, xy) = (layer(xx, xx, xx), layer(yy, yy, yy), layer(xx, yy, xy))
    }
    return xy
  }
}

// MARK: - Overlaps of the first layer

extension DeepNetwork {
  /// Returns the first-layer neuron's overlap w_j·w* = w_j1 with the target's feature.
  package func overlap(ofNeuron j: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    scale(ofLayer: 0) * Double(parameters[j * dimension])
  }

  /// Returns ⟨σ(w_j·x), He_m(x₁)/√m!⟩ over x ~ N(0, I) for every first-layer neuron j, exact.
  package func couplings(
    with target: HermiteTarget, _ parameters: borrowing AlignedBuffer
  ) -> [Double] {
    let scale = scale(ofLayer: 0)
    var couplings: [Double] = []
    couplings.reserveCapacity(widths[0])
    for j in 0..<widths[0] {
      var square = 0.0
      for k in j * dimension..<(j + 1) * dimension {
        square += Double(parameters[k]) * Double(parameters[k])
      }
      couplings.append(
        activation.overlap(
          with: target, overlap: overlap(ofNeuron: j, parameters),
          squaredNorm: scale * scale * square))
    }
    return couplings
  }
}

// MARK: - Features

extension DeepNetwork {
  package func features(_ hidden: [Double], _ input: [Double]) -> [Double] {
    layers(hidden, input).last!.map(\.value)
  }

  package func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double] {
    let layers = layers(hidden, input)
    var gradient = [Double](repeating: 0, count: hiddenCount)
    var cotangent = cotangent
    for l in widths.indices.reversed() {
      let (place, scale, count) = (place(ofLayer: l), scale(ofLayer: l), widths[l])
      let errors = (0..<count).map { scale * cotangent[$0] * layers[l][$0].slope }
      let seen = l == 0 ? input : layers[l - 1].map(\.value)
      cotangent = [Double](repeating: 0, count: seen.count)
      for (j, x) in seen.enumerated() {
        for i in 0..<count {
          let k = place + index(l, i, j)
          gradient[k] = errors[i] * x
          cotangent[j] += hidden[k] * errors[i]
        }
      }
    }
    return gradient
  }

  /// Returns where in a layer's weights that of neuron i and of its j-th input stands.
  private func index(_ l: Int, _ i: Int, _ j: Int) -> Int {
    l == 0 ? i * dimension + j : j * widths[l] + i
  }

  /// Returns σ(h^l_i) and its slope for every neuron of every layer.
  private func layers(
    _ hidden: [Double], _ input: [Double]
  ) -> [[(value: Double, slope: Double)]] {
    var all: [[(value: Double, slope: Double)]] = []
    var seen = input
    for l in widths.indices {
      let (place, scale) = (place(ofLayer: l), scale(ofLayer: l))
      all.append(
        (0..<widths[l]).map { i in
          activation(
            scale
              * seen.indices.reduce(0) { $0 + hidden[place + index(l, i, $1)] * seen[$1] })
        })
      seen = all[l].map(\.value)
    }
    return all
  }

  package func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap {
    DeepFeatures(self, data, kernels)
  }
}

/// The features σ(h^L_i) on a set of inputs.
///
/// The tape keeps, for one block of samples, the outputs of all layers but the last and the slopes
/// of all layers.
///
/// *Complexity:* Σ_l 6 P N_l N_{l−1} flops a gradient with N₀ = d, less 2 P N₁ d, and P Σ_l N_l
/// evaluations of σ and σ′.
private final class DeepFeatures: FeatureMap {
  let blockVectors: Int
  private let network: DeepNetwork
  private let inputs: InputBlocks
  private let kernels: KernelSet
  private let activate:
    @Sendable (Int, Int, Int, KernelSet.MutableVectors, KernelSet.MutableVectors) -> Void
  /// The scale of each layer in every lane, one vector for each of a block.
  private let scales: AlignedBuffer
  /// Derivatives by the h of layers of even and of odd number.
  private let evenErrors, oddErrors: AlignedBuffer
  /// Derivatives by the h of a layer, sample by sample.
  private let errorRows: AlignedBuffer
  /// Sums over samples for the weights, layer by layer.
  private let sums: AlignedBuffer
  /// Where each layer's part begins of the scales, in rows of a block; of the sums; and where its
  /// outputs and its slopes stand on the tape.
  private let scalePlaces, sumPlaces, outputs, slopes: [Int]
  private let tapeRows: Int

  init(_ network: DeepNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    activate = network.activation.kernel(kernels)
    let blockVectors = min(4, (data.count + 15) / 16)
    self.blockVectors = blockVectors
    inputs = InputBlocks(data, scale: network.scale(ofLayer: 0), blockVectors: blockVectors)
    let widths = network.widths
    var count = 0
    /// Sets numbers apart, and returns where they begin.
    func take(_ some: Int) -> Int {
      defer { count += some }
      return count
    }
    outputs = widths.dropLast().map(take)
    slopes = widths.map(take)
    tapeRows = count
    count = 0
    scalePlaces = widths.map(take)
    scales = AlignedBuffer(count: 16 * count * blockVectors)
    for l in widths.indices {
      let first = 16 * scalePlaces[l] * blockVectors
      let scale = Float(network.scale(ofLayer: l))
      for k in first..<first + 16 * widths[l] * blockVectors { scales[k] = scale }
    }
    count = 0
    sumPlaces = widths.indices.map { l in
      let shape = Self.shape(network, l)
      return take(kernels.outerProductSize(shape.rows, shape.columns))
    }
    sums = AlignedBuffer(count: 16 * count)
    let widest = widths.max()!
    evenErrors = AlignedBuffer(count: 16 * widest * blockVectors)
    oddErrors = AlignedBuffer(count: 16 * widest * blockVectors)
    errorRows = AlignedBuffer(count: 16 * blockVectors * 16 * ((widest + 15) / 16))
  }

  /// The shape of a layer's weights as θ has them.
  private static func shape(_ network: DeepNetwork, _ l: Int) -> (rows: Int, columns: Int) {
    l == 0 ? (network.widths[0], network.dimension) : (network.widths[l - 1], network.widths[l])
  }

  var hiddenCount: Int { network.hiddenCount }
  var featureCount: Int { network.featureCount }
  var sampleCount: Int { inputs.samples }
  var tapeVectors: Int { tapeRows * blockVectors }

  func begin(_ hidden: KernelSet.Floats) {
    sums.lanes.update(repeating: SIMD16(repeating: 0), count: sums.vectors)
  }

  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors
  ) {
    let (stride, take) = (blockVectors, vectors(in: block))
    let widths = network.widths
    for l in widths.indices {
      let count = widths[l]
      let to = l + 1 < widths.count ? tape + outputs[l] * stride : features
      let weights = hidden + network.place(ofLayer: l)
      if l == 0 {
        let d = network.dimension
        kernels.product(
          count, d, take, weights, d, 1, inputs.columns(block), stride, to, stride, false)
      } else {
        kernels.product(
          count, widths[l - 1], take, weights, 1, count, tape + outputs[l - 1] * stride, stride, to,
          stride, false)
        kernels.multiply(count * stride, scales.lanes + scalePlaces[l] * stride, to)
      }
      activate(count, take, stride, to, tape + slopes[l] * stride)
    }
  }

  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent, features: KernelSet.Vectors,
    tape: KernelSet.MutableVectors
  ) {
    let (stride, take, samples) = (blockVectors, vectors(in: block), samples(in: block))
    let widths = network.widths
    let last = widths.count - 1
    // Errors of the last layer take the place of its slopes.
    var errors = tape + slopes[last] * stride
    kernels.multiplySlopes(
      widths[last], take, stride, cotangent.readout, cotangent.error, cotangent.matrix, errors)
    for l in widths.indices.dropFirst().reversed() {
      let (count, before) = (widths[l], widths[l - 1])
      let next = l % 2 == 0 ? oddErrors.lanes : evenErrors.lanes
      let rowVectors = (count + 15) / 16
      kernels.multiply(count * stride, scales.lanes + scalePlaces[l] * stride, errors)
      kernels.transpose(count, take, errors, stride, errorRows.lanes, rowVectors)
      kernels.product(
        before, count, take, hidden + network.place(ofLayer: l), count, 1, errors, stride, next,
        stride, false)
      kernels.multiply(before * stride, tape + slopes[l - 1] * stride, next)
      kernels.addOuterProduct(
        before, count, samples, stride, tape + outputs[l - 1] * stride, errors, errorRows.lanes,
        rowVectors, sums.lanes + sumPlaces[l])
      errors = next
    }
    kernels.addOuterProduct(
      widths[0], network.dimension, samples, stride, errors, inputs.columns(block),
      inputs.rows(block), inputs.rowVectors, sums.lanes + sumPlaces[0])
  }

  func end(_ gradient: KernelSet.MutableFloats) {
    for l in network.widths.indices {
      let shape = Self.shape(network, l)
      kernels.finishOuterProduct(
        shape.rows, shape.columns, sums.lanes + sumPlaces[l], gradient + network.place(ofLayer: l))
    }
  }
}
