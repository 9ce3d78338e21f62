import Kernels
import Networks
import Sampling

extension CellResult {
  /// Samples a cell. The result depends on the cell alone.
  ///
  /// All chains make the cell's number of draws, one a move. Where they do not agree then, every second
  /// draw is dropped and each chain goes on to the same number at twice the spacing, and so on for at most
  /// the cell's number of doublings. Where they disagree even so, and the cell has replicas, each chain is
  /// replaced by a ladder of them that starts where it did; its gradients are added.
  public init(simulating cell: Cell, kernels: KernelSet = .best) {
    let posterior = Posterior(
      network: cell.network, data: cell.trainingSet(kernels: kernels), ridge: cell.ridge,
      kernels: kernels)
    func runs(_ sampler: (Int) -> any Sampler) -> [Run] {
      cell.sampler.starts.indices.map {
        Run(cell, start: cell.sampler.starts[$0], sampler($0), posterior)
      }
    }
    self.init(
      extending: runs { makeSampler(cell, chain: $0, posterior, kernels: kernels) }, of: cell)
    if case .hmc(_, _, let replicas) = cell.sampler.method, replicas > 0, !chainsAgree {
      let ladders = runs {
        TemperedSampler(cell, chain: $0, posterior, replicas: replicas, kernels: kernels)
      }
      let spent = gradients
      self.init(extending: ladders, of: cell)
      gradients = zip(gradients, spent).map { $0 + $1 }
      self.replicas = [replicas]
    }
  }

  /// Draws until the chains agree, within the cell's number of doublings.
  private init(extending runs: [Run], of cell: Cell) {
    var spacing = 1
    for run in runs { run.extend(spacing: spacing) }
    self.init(merging: runs, spacing: spacing)
    while spacing < 1 << cell.sampler.doublings, !chainsAgree, isFinite {
      spacing *= 2
      for run in runs {
        run.draws.dropEverySecond(width: cell.network.width)
        run.extend(spacing: spacing)
      }
      self.init(merging: runs, spacing: spacing)
    }
    isUnadjusted = cell.sampler.langevinStep > 0
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
      let report = run.sampler.report
      stepSize.append(report.stepSize)
      trajectory.append(report.trajectory)
      acceptance.append(report.acceptance)
      energyError.append(report.energyError)
      virial.append(report.virial)
      gradients.append(report.gradients)
      logEvidence.append(report.logEvidence?.value ?? .nan)
      logEvidenceError.append(report.logEvidence?.standardError ?? .nan)
    }
    self.spacing = [spacing]
    replicas = [0]
  }
}

/// A chain and what its draws were reduced to.
private final class Run {
  let cell: Cell
  let start: SamplerSpec.Start
  let sampler: any Sampler
  let posterior: Posterior<TwoLayerNetwork>
  var draws = CellResult()

  init(
    _ cell: Cell, start: SamplerSpec.Start, _ sampler: any Sampler,
    _ posterior: Posterior<TwoLayerNetwork>
  ) {
    self.cell = cell
    self.start = start
    self.sampler = sampler
    self.posterior = posterior
  }

  /// Draws until there are as many as the cell asks for, each `spacing` moves after the last.
  func extend(spacing: Int) {
    while draws.alignment.count < cell.sampler.draws {
      for _ in 0..<spacing { sampler.advance() }
      let keepNeurons = draws.alignment.count % cell.sampler.thin == 0
      sampler.withDraw { position, energy in
        draws.append(
          position, energy: energy, of: posterior, target: cell.target, keepNeurons: keepNeurons)
      }
    }
  }
}

extension CellResult {
  /// Reduces one draw to its observables.
  fileprivate mutating func append(
    _ position: borrowing AlignedBuffer, energy: Double, of posterior: Posterior<TwoLayerNetwork>,
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
