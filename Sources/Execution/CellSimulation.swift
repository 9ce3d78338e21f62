import Archives
import Kernels
import Networks
import Sampling
import Studies

extension CellResult {
  /// Samples a cell. The result depends on the cell alone.
  ///
  /// All chains make the cell's number of draws, one a move. Where they disagree, every second draw
  /// is dropped and each chain goes on to the same number at twice the spacing. This is repeated up
  /// to the cell's number of doublings. Where they disagree even so, and the cell has replicas, a
  /// ladder of them replaces each chain and starts where it did. The chain's gradients are counted
  /// too.
  package init(simulating cell: Cell, kernels: KernelSet = .best) {
    self.init(simulating: cell, cell.problem, kernels: kernels)
  }

  private init(simulating cell: Cell, _ problem: some Problem, kernels: KernelSet) {
    let posterior = Posterior(
      network: problem.network, data: cell.trainingSet(kernels: kernels), ridge: cell.ridge,
      kernels: kernels)
    let observer = problem.observer(test: cell.testSet(kernels: kernels), kernels: kernels)
    func runs(_ sampler: (Int) -> any Sampler) -> [Run] {
      cell.sampler.starts.indices.map {
        Run(cell, start: cell.sampler.starts[$0], sampler($0), observer) {
          posterior.trainingLoss($0, energy: $1)
        }
      }
    }
    self.init(
      extending: runs { makeSampler(cell, chain: $0, posterior, observer, kernels: kernels) },
      of: cell)
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
        run.draws.dropEverySecond(of: cell)
        run.extend(spacing: spacing)
      }
      self.init(merging: runs, spacing: spacing)
    }
    isUnadjusted = cell.sampler.langevinStep > 0
  }

  /// What the chains of one cell drew, chain by chain.
  private init(merging runs: [Run], spacing: Int) {
    self.init()
    certifying = runs[0].cell.kind.certifying
    for run in runs {
      starts.append(run.start)
      alignment += run.draws.alignment
      trainingLoss += run.draws.trainingLoss
      energy += run.draws.energy
      for (name, values) in run.draws.observables {
        observables[name, default: .init()].wrappedValue += values.wrappedValue
      }
      for (name, values) in run.draws.units {
        units[name, default: .init()].wrappedValue += values.wrappedValue
      }
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
  let observer: any Observer
  let trainingLoss: (borrowing AlignedBuffer, Double) -> Double
  var draws = CellResult()

  init(
    _ cell: Cell, start: SamplerSpec.Start, _ sampler: any Sampler, _ observer: any Observer,
    trainingLoss: @escaping (borrowing AlignedBuffer, Double) -> Double
  ) {
    self.cell = cell
    self.start = start
    self.sampler = sampler
    self.observer = observer
    self.trainingLoss = trainingLoss
  }

  /// Draws until there are as many as the cell asks for, each `spacing` moves after the last.
  func extend(spacing: Int) {
    while draws.alignment.count < cell.sampler.draws {
      for _ in 0..<spacing { sampler.advance() }
      sampler.withDraw { append($0, energy: $1) }
    }
  }

  /// Reduces one draw to its observables.
  private func append(_ draw: borrowing AlignedBuffer, energy: Double) {
    let isKept = draws.alignment.count % cell.sampler.thin == 0
    draws.append(
      observer.observe(draw, keepingUnits: isKept), trainingLoss: trainingLoss(draw, energy),
      energy: energy, of: cell.kind)
  }
}

extension CellResult {
  /// Drops draws 1, 3, 5 … of a single chain. The draws whose neurons are kept stay every
  /// `thin`-th.
  fileprivate mutating func dropEverySecond(of cell: Cell) {
    func half<T>(_ values: [T], block: Int = 1) -> [T] {
      values.indices.filter { $0 / block % 2 == 0 }.map { values[$0] }
    }
    alignment = half(alignment)
    trainingLoss = half(trainingLoss)
    energy = half(energy)
    for (name, values) in observables {
      observables[name] = .init(wrappedValue: half(values.wrappedValue))
    }
    for unit in cell.kind.units {
      let values = units[unit.name, default: .init()].wrappedValue
      units[unit.name] = .init(
        wrappedValue: half(values, block: cell.parameters.integer(unit.size)))
    }
  }
}
