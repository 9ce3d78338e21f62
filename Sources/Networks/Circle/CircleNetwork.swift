import Kernels

/// A network of `depth` layers of weights on the circle, trained by full-batch descent.
///
/// f = (1/(γ₀n)) a·σ(h_L) with h_1 = W_0 x and h_{l+1} = V_l σ(h_l), where V_l = W_l/√n: the
/// mean-field scaling. Weights W and a are N(0, 1) at first. The output is 0 at the start: of two
/// layers the upper half of the units repeats the lower with the opposite sign of a. In deeper
/// networks such pairs would leave the lower layers without gradient, and the initial function is
/// taken off instead. A step follows the gradient of the mean of (y − f)²/2 over the points with
/// the rate η γ₀² n, so that the kernel of γ₀ → 0 is of order one in units of t = η × steps. All
/// weights move by old values.
///
/// *Complexity:* 26 n P flops a step, and 6 n² P for each further layer. Two layers compute their
/// features anew on the way back, which is faster than to keep them.
package final class CircleNetwork {
  package let target: CircleTarget
  package let width: Int
  package let depth: Int
  package let activation: CircleActivation
  /// γ₀.
  package let richness: Double
  /// η.
  package let step: Double
  /// The number of steps so far.
  package private(set) var moves = 0
  /// The mean of (y − f)² over the points.
  package private(set) var loss = 0.0

  private let kernels: KernelSet
  /// Vectors of a row of points, and of a row of units.
  private let vectors, unitVectors: Int
  /// x by coordinate, and by point.
  private let inputs, inputRows: AlignedBuffer
  /// y, and the initial function of deeper networks.
  private let targets: AlignedBuffer
  /// W_0, sixteen numbers a unit of which three are used.
  private let first: AlignedBuffer
  /// V_1 …, n × n each.
  private let hidden: [Layer]
  private let readout: AlignedBuffer
  /// σ(h_l) and σ′(h_l) of each hidden layer.
  private let features, slopes: [Layer]
  /// Residuals, scaled.
  private let errors: AlignedBuffer
  private let readoutSums, readoutGradient: AlignedBuffer
  private let scratch: AlignedBuffer

  /// Sizes have to be multiples of this.
  package static let granularity = 32

  /// - Parameters:
  ///   - width: n, a multiple of `granularity`, as is the number of points.
  ///   - depth: layers of weights, from 2.
  ///   - stream: the initial weights; used for nothing else.
  package init(
    _ target: CircleTarget, width: Int, depth: Int, activation: CircleActivation,
    richness: Double, step: Double, from stream: RandomStream, kernels: KernelSet = .best
  ) {
    precondition(depth >= 2 && width % Self.granularity == 0)
    precondition(target.points % Self.granularity == 0)
    self.target = target
    self.width = width
    self.depth = depth
    self.activation = activation
    self.richness = richness
    self.step = step
    self.kernels = kernels
    let points = target.points
    vectors = points / 16
    unitVectors = width / 16
    inputs = AlignedBuffer(count: 3 * points)
    inputRows = AlignedBuffer(count: 16 * points)
    for j in 0..<points {
      for (i, x) in target.input(j).enumerated() {
        inputs[i * points + j] = Float(x)
        inputRows[16 * j + i] = Float(x)
      }
    }
    targets = AlignedBuffer(target.values.map { Float($0) })
    errors = AlignedBuffer(count: points)
    first = AlignedBuffer(count: 16 * width)
    readout = AlignedBuffer(stream.standardNormals(count: width, step: 0))
    let weights = stream.standardNormals(count: 3 * width, step: 1)
    for i in 0..<width { for k in 0..<3 { first[16 * i + k] = weights[3 * i + k] } }
    let scale = 1 / Float(width).squareRoot()
    hidden = (0..<depth - 2).map { layer in
      let normals = stream.standardNormals(count: width * width, step: UInt64(2 + layer))
      return Layer(AlignedBuffer(normals.map { scale * $0 }))
    }
    features = (1..<depth).map { _ in Layer(AlignedBuffer(count: width * points)) }
    slopes = (1..<depth).map { _ in Layer(AlignedBuffer(count: width * points)) }
    readoutSums = AlignedBuffer(count: 16 * width)
    readoutGradient = AlignedBuffer(count: width)
    scratch = AlignedBuffer(count: depth == 2 ? 0 : width * points)
    if depth == 2 {
      pairUnits()
      forward()
    } else {
      forward()
      let start = outputs
      for j in 0..<points { targets[j] += Float(start[j]) }
      forward()
    }
  }

  /// Gives the upper half of the units the weights of the lower, with −a.
  private func pairUnits() {
    let half = width / 2
    for i in 0..<half {
      readout[half + i] = -readout[i]
      for k in 0..<16 { first[16 * (half + i) + k] = first[16 * i + k] }
    }
  }
}

// MARK: - Descent

extension CircleNetwork {
  /// η × steps.
  package var time: Double { step * Double(moves) }

  /// Makes a step.
  package func move() {
    if depth == 2 {
      kernels.shallowStep(
        width, vectors, activation == .tanh, inputs.lanes, errors.lanes, first.floats,
        readout.floats)
    } else {
      pullBack(updating: true)
      moveOuter()
    }
    moves += 1
    forward()
  }

  /// Sets the loss, and as errors the residuals times the rate ηγ₀/P of a step.
  private func forward() {
    if depth == 2 {
      kernels.shallowForward(
        width, vectors, activation == .tanh, inputs.lanes, first.floats, readout.floats,
        errors.lanes)
    } else {
      activate()
      kernels.product(
        1, width, vectors, readout.floats, width, 1, features[depth - 2].lanes, vectors,
        errors.lanes, vectors, false)
    }
    let scale = 1 / (richness * Double(width))
    // The kernel writes (f − y) · scale · inverse ridge.
    loss =
      kernels.residuals(vectors, Float(scale), Float(-rate / scale), targets.lanes, errors.lanes)
      / Double(target.points)
  }

  private var rate: Double { step * richness / Double(target.points) }

  /// Computes the features and slopes of all layers.
  private func activate() {
    let kernel =
      switch activation {
      case .relu: kernels.activateReLU
      case .tanh: kernels.activateTanh
      }
    kernels.product(
      width, 3, vectors, first.floats, 16, 1, inputs.lanes, vectors, features[0].lanes, vectors,
      false)
    kernel(width, vectors, vectors, features[0].lanes, slopes[0].lanes)
    for layer in 0..<depth - 2 {
      kernels.product(
        width, width, vectors, hidden[layer].floats, width, 1, features[layer].lanes, vectors,
        features[layer + 1].lanes, vectors, false)
      kernel(width, vectors, vectors, features[layer + 1].lanes, slopes[layer + 1].lanes)
    }
  }

  /// Makes the slopes of each layer the derivatives s_l of Σ_j e_j a·σ by its pre-activations, with
  /// the errors e, and moves the hidden weights by them if `updating`.
  private func pullBack(updating: Bool) {
    let top = depth - 2
    kernels.multiplySlopes(
      width, vectors, vectors, readout.floats, errors.lanes, nil, slopes[top].lanes)
    for layer in (0..<top).reversed() {
      kernels.product(
        width, width, vectors, hidden[layer].floats, 1, width, slopes[layer + 1].lanes, vectors,
        scratch.lanes, vectors, false)
      kernels.multiply(width * vectors, scratch.lanes, slopes[layer].lanes)
      if updating { moveHidden(layer) }
    }
  }

  /// W_0 += s_1 xᵀ, and a += Σ_j e_j σ(h_L).
  private func moveOuter() {
    kernels.product(
      width, target.points, 1, slopes[0].floats, target.points, 1, inputRows.lanes, 1, first.lanes,
      1, true)
    for i in 0..<width { readoutSums.lanes[i] = SIMD16(repeating: 0) }
    kernels.addReadoutGradient(
      width, vectors, vectors, errors.lanes, features[depth - 2].lanes, readoutSums.lanes)
    kernels.laneSums(width, readoutSums.lanes, readoutGradient.floats)
    kernels.addScaled(unitVectors, 1, readoutGradient.lanes, readout.lanes)
  }

  /// V_l += s_{l+1} σ(h_l)ᵀ/n.
  private func moveHidden(_ layer: Int) {
    kernels.transpose(
      width, vectors, features[layer].lanes, vectors, scratch.lanes, unitVectors)
    var inverse = SIMD16<Float>(repeating: 1 / Float(width))
    kernels.scaleLanes(target.points * unitVectors, &inverse, scratch.lanes)
    kernels.product(
      width, target.points, unitVectors, slopes[layer + 1].floats, target.points, 1, scratch.lanes,
      unitVectors, hidden[layer].lanes, unitVectors, true)
  }
}

// MARK: - What is measured

extension CircleNetwork {
  /// f at each point, less what it was at the start.
  package var outputs: [Double] {
    zip(target.values, errors.values).map { $0 - Double($1) / rate }
  }

  /// The first k whose amplitude k^−q the network has learned by less than half, or K + 1.
  package var frontier: Int {
    let (outputs, amplitudes) = (outputs, target.amplitudes)
    return (1...target.modes).first { k in
      let overlap = outputs.indices.reduce(0.0) { $0 + outputs[$1] * target.wave(k, at: $1) }
      return !(2 * overlap / Double(target.points) >= amplitudes[k - 1] / 2)
    } ?? target.modes + 1
  }

  /// The mean over points of the tangent kernel's diagonal, in units in which it is of order one.
  package func kernelDiagonal() -> Double {
    activate()
    for j in 0..<target.points { errors[j] = 1 }
    pullBack(updating: false)
    // Of each layer |σ(h_l)|², and the squares of the derivatives by its pre-activations.
    let sums = features.map { squares(of: $0) }
    let derivatives = slopes.map { squares(of: $0) }
    let width = Double(width)
    let total = (0..<target.points).reduce(0.0) { total, j in
      var diagonal = sums[depth - 2][j] / width + 2 * derivatives[0][j] / width
      for layer in 0..<depth - 2 {
        diagonal += derivatives[layer + 1][j] / width * sums[layer][j] / width
      }
      return total + diagonal
    }
    forward()
    return total / Double(target.points)
  }

  /// The sum of squares of each point's column.
  private func squares(of layer: Layer) -> [Double] {
    let points = target.points
    var sums = [Double](repeating: 0, count: points)
    sums.withUnsafeMutableBufferPointer { sums in
      for i in 0..<width {
        let row = layer.floats + i * points
        for j in 0..<points { sums[j] += Double(row[j]) * Double(row[j]) }
      }
    }
    return sums
  }

  /// W_0 row by row, V_1 … and a.
  package var parameters: (first: [Float], hidden: [[Float]], readout: [Float]) {
    (
      (0..<width).flatMap { i in (0..<3).map { first[16 * i + $0] } },
      (0..<depth - 2).map { hidden[$0].values }, readout.values
    )
  }

  /// Takes other weights, of the layout of `parameters`.
  package func setParameters(first: [Float], hidden: [[Float]] = [], readout: [Float]) {
    for i in 0..<width { for k in 0..<3 { self.first[16 * i + k] = first[3 * i + k] } }
    for (layer, values) in hidden.enumerated() {
      for (i, value) in values.enumerated() { self.hidden[layer].floats[i] = value }
    }
    for (i, value) in readout.enumerated() { self.readout[i] = value }
    forward()
  }
}

/// A buffer that arrays can hold.
private final class Layer {
  private let buffer: AlignedBuffer
  var floats: UnsafeMutablePointer<Float> { buffer.floats }
  var lanes: UnsafeMutablePointer<SIMD16<Float>> { buffer.lanes }
  var values: [Float] { buffer.values }

  init(_ buffer: consuming AlignedBuffer) { self.buffer = buffer }
}
