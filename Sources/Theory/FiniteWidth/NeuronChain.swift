import Kernels
import Networks

/// A Markov chain over the overlaps, lengths and readouts of N neurons, given the samples of x₁.
///
/// A neuron is moved in four ways: it is drawn anew, from the prior or near a specialised neuron,
/// and it takes steps of three sizes. In every other sweep the other specialised neurons make up
/// for a neuron that is drawn anew: their readouts change along their couplings, so that the
/// alignment stays. Otherwise the number of specialists would hardly change.
struct NeuronChain {
  /// The overlap, length and readout of a neuron, and what follows from them.
  struct Neuron {
    /// w₁.
    var overlap: Double
    /// ln of |w_⊥|²/σ_w².
    var logLength: Double
    var readout: Double
    /// |w_⊥|², and |w|².
    var length = 0.0
    var squaredNorm = 0.0
    /// The coupling c to the target.
    var coupling = 0.0
    /// The variances l and t at given x₁.
    var linear = 0.0
    var tail = 0.0
  }

  let model: FiniteWidthPosterior
  let likelihood: ReplicaLikelihood
  let coupling: ErfCoupling
  let stream: RandomStream
  let quadrature: SampleQuadrature
  private(set) var step: UInt64 = 0
  var neurons: [Neuron] = []
  /// φ̄ of each neuron at the nodes.
  var responses: [Double]
  /// What each neuron adds to C and the entropies.
  var shares: ReplicaLikelihood.Shares
  /// The sums over neurons.
  var sums: Sums
  /// G, and the place of its least over Γ.
  var least = (value: 0.0, index: -1)
  /// What is proposed: the sums, and what the moved neuron has and its partners.
  var trial: Trial

  /// r at the nodes, and sums over neurons.
  struct Sums {
    var residual: [Double]
    var shares = ReplicaLikelihood.Shares(neurons: 1)
    var tail = 0.0
    var linear = 0.0
  }

  /// A proposal; its arrays are there from the beginning, so that no move allocates any.
  struct Trial {
    var sums: Sums
    var response: [Double]
    var share = ReplicaLikelihood.Shares(neurons: 1)
    /// Neurons whose readouts change too, and their new readouts and shares.
    var partners: [Int] = []
    var readouts: [Double] = []
    var shares: ReplicaLikelihood.Shares
  }

  /// Draws neurons from the prior, of which the first ones are specialised and make the alignment
  /// one half.
  init(
    _ model: FiniteWidthPosterior, _ quadrature: SampleQuadrature, samples: Int, specialists: Int,
    stream: RandomStream
  ) {
    self.model = model
    self.quadrature = quadrature
    self.stream = stream
    coupling = ErfCoupling(degree: model.degree)
    let s = model.weightVariance
    let lazy = 2 * s / (1 + 2 * s)
    likelihood = ReplicaLikelihood(
      samples: samples, ridge: model.ridge, dimension: model.dimension,
      priorTail: model.readoutVariance * 2 / .pi * (arcsine(lazy) - lazy))
    let (n, k) = (model.width, quadrature.nodes.count)
    responses = [Double](repeating: 0, count: n * k)
    shares = ReplicaLikelihood.Shares(neurons: n)
    sums = Sums(residual: [Double](repeating: 0, count: k))
    trial = Trial(sums: sums, response: sums.residual, shares: shares)
    let normals = stream.standardNormals(count: 3 * n, step: 0)
    for i in 0..<n {
      var neuron = fromPrior(
        Double(normals[3 * i]), Double(normals[3 * i + 1]), Double(normals[3 * i + 2]))
      if i < specialists {
        neuron = Neuron(overlap: Self.outer * s.squareRoot(), logLength: Self.shrinkage, readout: 0)
        derive(&neuron)
        neuron.readout = 0.5 / (Double(specialists) * neuron.coupling)
      }
      derive(&neuron)
      neurons.append(neuron)
    }
    for i in 0..<n { quadrature.respond(to: neurons[i], in: &responses, at: i * k) }
    collect()
  }

  /// The alignment Σ a_i c_i.
  var alignment: Double { neurons.reduce(0) { $0 + $1.readout * $1.coupling } }

  /// Moves every neuron four times.
  mutating func sweep() {
    step += 1
    // Sums are computed anew, so that rounding does not build up.
    if step % 64 == 0 { collect() }
    let normals = RandomStream.normalBuffer(count: 12 * neurons.count)
    stream.fill(normals, step: step)
    for i in neurons.indices {
      for move in 0..<4 {
        let z = 12 * i + 3 * move
        attempt(i, move, Double(normals[z]), Double(normals[z + 1]), Double(normals[z + 2]))
      }
    }
  }
}

// MARK: - What follows from a neuron

extension NeuronChain {
  func derive(_ neuron: inout Neuron) {
    let square = neuron.overlap * neuron.overlap
    neuron.length = model.weightVariance * naturalExponential(neuron.logLength)
    neuron.squaredNorm = square + neuron.length
    neuron.coupling = coupling.value(
      overlap: neuron.overlap, squaredNorm: neuron.squaredNorm)
    let width = 1 + 2 * neuron.squaredNorm
    neuron.linear = 4 / .pi * neuron.length / width
    neuron.tail =
      2 / .pi * (arcsine(2 * neuron.squaredNorm / width) - arcsine(2 * square / width))
      - neuron.linear
  }

  func logPrior(_ neuron: Neuron) -> Double {
    let (d, s) = (Double(model.dimension), model.weightVariance)
    return -0.5
      * (d * neuron.squaredNorm / s - (d - 1) * neuron.logLength
        + Double(model.width) * neuron.readout * neuron.readout / model.readoutVariance)
  }

  func square(_ residual: [Double]) -> Double {
    var sum = 0.0
    for k in residual.indices { sum += quadrature.weights[k] * residual[k] * residual[k] }
    return sum
  }

  /// Computes all sums from the neurons.
  private mutating func collect() {
    let k = quadrature.nodes.count
    sums = Sums(residual: quadrature.nodes.map { normalisedHermite(model.degree, $0) })
    for (i, neuron) in neurons.enumerated() {
      let a = neuron.readout
      likelihood.share(of: neuron, in: &shares, at: i)
      sums.shares.add(shares, at: i)
      sums.tail += a * a * neuron.tail
      sums.linear += a * a * neuron.linear
      for j in 0..<k { sums.residual[j] -= a * responses[i * k + j] }
    }
    least = likelihood.least(sums, square: square(sums.residual), above: -.infinity)!
  }
}

extension SampleQuadrature {
  /// Writes φ̄ = erf(w x₁/√(1 + 2ρ)) of a neuron at the nodes.
  func respond(to neuron: NeuronChain.Neuron, in values: inout [Double], at place: Int) {
    let argument = neuron.overlap / (1 + 2 * neuron.length).squareRoot()
    for (k, x) in nodes.enumerated() { values[place + k] = argument * x }
    replaceByErrorFunctions(&values, in: place..<(place + nodes.count))
  }
}

/// Returns He_m(x)/√m!.
private func normalisedHermite(_ degree: Int, _ x: Double) -> Double {
  var (previous, current) = (1.0, x)
  for k in 1..<degree {
    (previous, current) = (
      current, (x * current - Double(k).squareRoot() * previous) / Double(k + 1).squareRoot()
    )
  }
  return current
}
