import Kernels
import Networks

extension NeuronChain {
  /// Specialised draws have w₁ ~ N(±1.2, 0.25²) σ_w, and ln(ρ/σ_w²) ~ N(−1.1, 0.45²).
  static let outer = 1.2
  private static let spread = 0.25
  static let shrinkage = -1.1
  private static let stretch = 0.45
  /// The least |w₁|/σ_w of a partner.
  private static let partner = 0.6
  /// The sizes of steps.
  private static let sizes = [1.0, 0.4, 0.12]

  /// The mean modulus of a specialised draw's readout, of which half is its standard deviation.
  private var readout: Double {
    0.5
      * (model.readoutVariance * min(1, 2 * Double(model.dimension) / Double(model.width)))
      .squareRoot()
  }

  private var scales: (overlap: Double, logLength: Double, readout: Double) {
    (
      (model.weightVariance / Double(model.dimension)).squareRoot(),
      (2 / Double(model.dimension - 1)).squareRoot(),
      (model.readoutVariance / Double(model.width)).squareRoot()
    )
  }

  func fromPrior(_ x: Double, _ y: Double, _ z: Double) -> Neuron {
    let scales = scales
    return Neuron(
      overlap: scales.overlap * x, logLength: scales.logLength * y, readout: scales.readout * z)
  }

  private func specialised(_ sign: Double, _ x: Double, _ y: Double, _ z: Double) -> Neuron {
    let root = model.weightVariance.squareRoot()
    let direction = coupling.coefficient > 0 ? sign : -sign
    return Neuron(
      overlap: sign * root * (Self.outer + Self.spread * x),
      logLength: Self.shrinkage + Self.stretch * y, readout: direction * readout * (1 + 0.5 * z))
  }

  /// Returns ln of the density of draws: half of them are of the prior, a quarter of each sign.
  private func logProposal(_ neuron: Neuron) -> Double {
    let scales = scales
    let root = model.weightVariance.squareRoot()
    func logNormal(_ x: Double, _ y: Double, _ z: Double, volume: Double) -> Double {
      -0.5 * (x * x + y * y + z * z) - naturalLogarithm(volume)
    }
    let lazy = logNormal(
      neuron.overlap / scales.overlap, neuron.logLength / scales.logLength,
      neuron.readout / scales.readout,
      volume: scales.overlap * scales.logLength * scales.readout * 2)
    let direction = coupling.coefficient > 0 ? 1.0 : -1.0
    let outer = [1.0, -1].map { sign in
      logNormal(
        (sign * neuron.overlap / root - Self.outer) / Self.spread,
        (neuron.logLength - Self.shrinkage) / Self.stretch,
        (sign * direction * neuron.readout / readout - 1) / 0.5,
        volume: Self.spread * root * Self.stretch * readout * 2)
    }
    let top = max(lazy, outer[0], outer[1])
    return top
      + naturalLogarithm(
        naturalExponential(lazy - top) + naturalExponential(outer[0] - top)
          + naturalExponential(outer[1] - top))
  }

  /// Proposes a move of a neuron, with three standard normals, and accepts or rejects it.
  mutating func attempt(_ i: Int, _ move: Int, _ x: Double, _ y: Double, _ z: Double) {
    let place = UInt32(4 * i + move)
    let old = neurons[i]
    var new = old
    var logRatio = 0.0
    if move == 0 {
      let choice = stream.uniform(step: step, index: 2 * place)
      new = choice < 0.5 ? fromPrior(x, y, z) : specialised(choice < 0.75 ? 1 : -1, x, y, z)
      logRatio = logProposal(old) - logProposal(new)
    } else {
      let (size, scales) = (Self.sizes[move - 1], scales)
      // One of the three, or all.
      let choice = move == 3 ? 3 : stream.integer(below: 4, step: step, index: place)
      if choice == 0 || choice == 3 { new.overlap += size * scales.overlap * x }
      if choice == 1 || choice == 3 { new.logLength += size * 1.5 * scales.logLength * y }
      if choice == 2 || choice == 3 { new.readout += size * scales.readout * z }
    }
    derive(&new)
    logRatio += logPrior(new) - logPrior(old)

    let k = quadrature.nodes.count
    if new.overlap == old.overlap && new.logLength == old.logLength {
      for j in 0..<k { trial.response[j] = responses[i * k + j] }
    } else {
      quadrature.respond(to: new, in: &trial.response, at: 0)
    }
    let (a, b) = (old.readout, new.readout)
    trial.sums.tail = sums.tail + b * b * new.tail - a * a * old.tail
    trial.sums.linear = sums.linear + b * b * new.linear - a * a * old.linear
    for j in 0..<k {
      trial.sums.residual[j] = sums.residual[j] + a * responses[i * k + j] - b * trial.response[j]
    }
    trial.partners.removeAll(keepingCapacity: true)
    trial.readouts.removeAll(keepingCapacity: true)
    if move == 0 && step % 2 == 1 {
      guard let change = shareOut(a * old.coupling - b * new.coupling, besides: i) else { return }
      logRatio += change
    }

    // Accepted if G is above this. The value at s = 0 is the larger one, and costs least.
    let limit =
      naturalLogarithm(stream.uniform(step: step, index: 2 * place + 1)) + least.value - logRatio
    let square = square(trial.sums.residual)
    guard likelihood.value(trial.sums, square: square, covered: 0) > limit else { return }
    likelihood.share(of: new, in: &trial.share, at: 0)
    trial.sums.shares.set(sums.shares)
    trial.sums.shares.add(trial.share, at: 0)
    trial.sums.shares.subtract(shares, at: i)
    for (m, j) in trial.partners.enumerated() {
      var partner = neurons[j]
      partner.readout = trial.readouts[m]
      likelihood.share(of: partner, in: &trial.shares, at: m)
      trial.sums.shares.add(trial.shares, at: m)
      trial.sums.shares.subtract(shares, at: j)
    }
    guard let found = likelihood.least(trial.sums, square: square, above: limit) else { return }
    least = found
    swap(&sums, &trial.sums)
    neurons[i] = new
    for j in 0..<k { responses[i * k + j] = trial.response[j] }
    shares.set(trial.share, from: 0, at: i)
    for (m, j) in trial.partners.enumerated() {
      neurons[j].readout = trial.readouts[m]
      shares.set(trial.shares, from: m, at: j)
    }
  }

  /// Changes the readouts of all other specialised neurons in proportion to their couplings, so
  /// that the alignment changes by a given amount.
  ///
  /// - Returns: the change of the logarithm of their prior; `nil` if there are no others.
  private mutating func shareOut(_ change: Double, besides i: Int) -> Double? {
    let least = Self.partner * model.weightVariance.squareRoot()
    var squares = 0.0
    for (j, neuron) in neurons.enumerated() where j != i && abs(neuron.overlap) > least {
      trial.partners.append(j)
      squares += neuron.coupling * neuron.coupling
    }
    guard squares > 0 else { return nil }
    let k = quadrature.nodes.count
    var excess = 0.0
    for j in trial.partners {
      let neuron = neurons[j]
      let step = change * neuron.coupling / squares
      let readout = neuron.readout + step
      let difference = readout * readout - neuron.readout * neuron.readout
      trial.readouts.append(readout)
      excess += difference
      trial.sums.tail += difference * neuron.tail
      trial.sums.linear += difference * neuron.linear
      for q in 0..<k { trial.sums.residual[q] -= step * responses[j * k + q] }
    }
    return -0.5 * Double(model.width) * excess / model.readoutVariance
  }
}
