import Kernels

extension ThreeLayerNetwork {
  /// A way in which the two hidden layers can come to see the target.
  package enum Pattern: String, CaseIterable, Sendable {
    /// Sp–Mag: M₁ = (N₁N₂/d²)^{1/3} specialists in the first layer. Every neuron of the second
    /// leans a little towards the target, with Σ_i ⟨h_i, y⟩² = β = (N₂²/(N₁d))^{1/3}.
    case specialistsMagnetised = "Sp-Mag"
    /// GP–Sp: a first layer as in the prior, and M₂ = √(N₂/d) neurons of the second with ⟨h_i, x₁⟩
    /// = 1.3.
    case secondLayerSpecialists = "GP-Sp"
    /// Sp–GP: M₁ = √(N₁/d) specialists in the first layer, and a second as in the prior.
    case firstLayerSpecialists = "Sp-GP"
  }

  /// The overlap w·w* of a specialist of the first layer. It is the shape of least cost for He₃ in
  /// two layers at σ_w = 1 and infinite dimension.
  package static let specialistOverlap = 1.47
  /// The overlap ⟨h, x₁⟩ of a specialist of the second layer.
  package static let secondLayerOverlap = 1.3
  /// The number of inputs on which a planted start is brought to alignment 1.
  package static let plantedSamples = 65_536

  /// Returns the number of specialists of a pattern in the layer that has them: the nearest integer
  /// to the optimum, at least one and at most the width.
  package func specialists(in pattern: Pattern) -> Int {
    let (n, m, d) = (Double(firstWidth), Double(secondWidth), Double(dimension))
    let (optimum, width) =
      switch pattern {
      case .specialistsMagnetised: (cubeRoot(n * m / (d * d)), n)
      case .secondLayerSpecialists: ((m / d).squareRoot(), m)
      case .firstLayerSpecialists: ((n / d).squareRoot(), n)
      }
    return Int(min(width, max(1, optimum.rounded())))
  }

  /// Returns a start at a pattern, with alignment 1; everything else is drawn from the prior.
  ///
  /// The hidden layers are moved as the pattern says, by least norm. Then the readout is moved, on
  /// 65536 inputs drawn from the stream, since the alignment of erf of erf has no closed form.
  ///
  /// - Precondition: the activation is erf, since neurons of the others have no feature of degree
  ///   three.
  package func plantedStart(
    _ pattern: Pattern, target: HermiteTarget, from stream: RandomStream
  ) -> [Float] {
    precondition(activation == .erf)
    var theta = stream.standardNormals(count: parameterCount, step: 0)
    let count = specialists(in: pattern)
    switch pattern {
    case .specialistsMagnetised:
      specialise(count, &theta)
      magnetise(target, &theta)
    case .secondLayerSpecialists:
      let linear = HermiteTarget(degree: 1)
      for i in 0..<count {
        shift(ofNeuron: i, to: Self.secondLayerOverlap, on: linear, neurons: 0..<firstWidth, &theta)
      }
    case .firstLayerSpecialists: specialise(count, &theta)
    }
    let fresh = TrainingSet(
      inputs: stream.standardNormals(count: Self.plantedSamples * dimension, step: 1),
      dimension: dimension, target: target)
    let overlaps = TestSet(network: self, data: fresh).featureOverlaps(AlignedBuffer(theta))
    alignReadout(&theta, overlaps: overlaps)
    return theta
  }

  /// Makes the first neurons specialists, of the shape of least cost for He₃ in two layers at σ_w =
  /// 1 and infinite dimension: w₁ = 1.47, |w_⊥|² at 0.26 of its draw.
  private func specialise(_ count: Int, _ theta: inout [Float]) {
    for j in 0..<count {
      let row = j * dimension
      theta[row] = Float(Self.specialistOverlap * Double(dimension).squareRoot())
      for k in row + 1..<row + dimension { theta[k] *= 0.51 }  // √0.26
    }
  }

  /// Gives the second layer overlaps with the target along its readout, of squared sum β, through
  /// the first layer's specialists.
  private func magnetise(_ target: HermiteTarget, _ theta: inout [Float]) {
    let (n, m, d) = (Double(firstWidth), Double(secondWidth), Double(dimension))
    let strength = cubeRoot(m * m / (n * d)).squareRoot()
    let readout = theta.suffix(secondWidth).map(Double.init)
    let norm = readout.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for i in 0..<secondWidth {
      shift(
        ofNeuron: i, to: strength * readout[i] / norm, on: target,
        neurons: 0..<specialists(in: .specialistsMagnetised), &theta)
    }
  }

  /// Moves V_ij, for j among the given neurons, by the least that brings ⟨h_i, y⟩ to `overlap`.
  private func shift(
    ofNeuron i: Int, to overlap: Double, on target: HermiteTarget, neurons: Range<Int>,
    _ theta: inout [Float]
  ) {
    let parameters = AlignedBuffer(theta)
    let couplings = neurons.map { j in
      activation.overlap(
        with: target, overlap: self.overlap(ofNeuron: j, parameters),
        squaredNorm: squaredNorm(ofNeuron: j, parameters))
    }
    let missing = overlap - hiddenOverlaps(with: target, parameters)[i]
    let factor = missing / (hiddenScale * couplings.reduce(0) { $0 + $1 * $1 })
    for (j, coupling) in zip(neurons, couplings) {
      theta[firstWidth * dimension + j * secondWidth + i] += Float(factor * coupling)
    }
  }
}

/// Returns the cube root of x > 0, by functions whose bits are the same everywhere.
private func cubeRoot(_ x: Double) -> Double { naturalExponential(naturalLogarithm(x) / 3) }
