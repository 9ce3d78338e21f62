import Kernels
import Networks
import Sampling

extension CellResult {
  /// Samples a cell. The result depends on the cell alone.
  ///
  /// All chains make the cell's number of draws, one a trajectory. Where they are not certified then,
  /// every second draw is dropped and each chain goes on to the same number at twice the spacing, and so
  /// on for at most the cell's number of doublings.
  public init(simulating cell: Cell, kernels: KernelSet = .best) {
    let posterior = Posterior(
      network: cell.network, data: cell.trainingSet(kernels: kernels), ridge: cell.ridge,
      kernels: kernels)
    var runs = cell.sampler.starts.indices.map {
      Run(cell, chain: $0, posterior, kernels: kernels)
    }
    var spacing = 1
    for i in runs.indices { runs[i].extend(posterior, spacing: spacing) }
    self.init(merging: runs, spacing: spacing)
    while spacing < 1 << cell.sampler.doublings, !isCertified {
      spacing *= 2
      for i in runs.indices {
        runs[i].draws.dropEverySecond(width: cell.network.width)
        runs[i].extend(posterior, spacing: spacing)
      }
      self.init(merging: runs, spacing: spacing)
    }
  }

  /// What the chains of one cell drew, chain by chain.
  private init(merging runs: [Run], spacing: Int) {
    for run in runs {
      starts.append(run.start)
      alignment += run.draws.alignment
      trainingLoss += run.draws.trainingLoss
      energy += run.draws.energy
      specialists += run.draws.specialists
      squaredOverlap += run.draws.squaredOverlap
      squaredNorm += run.draws.squaredNorm
      overlap += run.draws.overlap
      stepSize.append(run.chain.stepSize)
      acceptance.append(run.chain.acceptance)
      virial.append(run.chain.virial)
      gradients.append(run.chain.state.gradients)
    }
    self.spacing = [spacing]
  }
}

/// A chain and what its draws were reduced to.
private struct Run {
  let cell: Cell
  let start: SamplerSpec.Start
  let chain: Chain<Posterior<TwoLayerNetwork>>
  var draws = CellResult()

  init(
    _ cell: Cell, chain index: Int, _ posterior: borrowing Posterior<TwoLayerNetwork>,
    kernels: KernelSet
  ) {
    self.cell = cell
    start = cell.sampler.starts[index]
    let origin = cell.stream(chain: index, purpose: "start", kernels: kernels)
    let position =
      switch start {
      case .cold: cell.network.coldStart(from: origin)
      case .planted: cell.network.plantedStart(target: cell.target, from: origin)
      }
    chain = Chain(
      posterior, start: position,
      settings: HamiltonianMonteCarlo(
        warmup: cell.sampler.warmup, trajectory: cell.sampler.trajectory),
      stream: cell.stream(chain: index, purpose: "trajectories", kernels: kernels),
      kernels: kernels)
  }

  /// Draws until there are as many as the cell asks for, each `spacing` trajectories after the last.
  mutating func extend(_ posterior: borrowing Posterior<TwoLayerNetwork>, spacing: Int) {
    while draws.alignment.count < cell.sampler.draws {
      for _ in 0..<spacing { chain.advance(posterior) }
      let keepNeurons = draws.alignment.count % cell.sampler.thin == 0
      draws.append(
        chain.state.position, energy: chain.state.energy, of: posterior, target: cell.target,
        keepNeurons: keepNeurons)
    }
  }
}

extension CellResult {
  /// Reduces one draw to its observables.
  fileprivate mutating func append(
    _ position: borrowing AlignedBuffer, energy: Double,
    of posterior: borrowing Posterior<TwoLayerNetwork>,
    target: HermiteTarget, keepNeurons: Bool
  ) {
    let network = posterior.network
    var (count, overlapSquares, normSquares) = (0, 0.0, 0.0)
    for neuron in 0..<network.width {
      let w1 = network.overlap(ofNeuron: neuron, position)
      if abs(w1) > Self.specialistThreshold { count += 1 }
      overlapSquares += w1 * w1
      normSquares += network.squaredNorm(ofNeuron: neuron, position)
      if keepNeurons { overlap.append(Float(w1)) }
    }
    alignment.append(network.alignment(with: target, position))
    trainingLoss.append(Float(posterior.trainingLoss(position, energy: energy)))
    self.energy.append(Float(energy))
    specialists.append(count)
    squaredOverlap.append(Float(overlapSquares / Double(network.width)))
    squaredNorm.append(Float(normSquares / Double(network.width)))
  }

  /// Drops draws 1, 3, 5 … of a single chain. The draws whose neurons are kept stay every `thin`-th.
  fileprivate mutating func dropEverySecond(width: Int) {
    func half<T>(_ values: [T], block: Int = 1) -> [T] {
      values.indices.filter { $0 / block % 2 == 0 }.map { values[$0] }
    }
    alignment = half(alignment)
    trainingLoss = half(trainingLoss)
    energy = half(energy)
    specialists = half(specialists)
    squaredOverlap = half(squaredOverlap)
    squaredNorm = half(squaredNorm)
    overlap = half(overlap, block: width)
  }
}
