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
  init(sampling cell: PosteriorCell) {
    self.init(sampling: cell, cell.task.instance.problem)
  }

  private init(sampling cell: PosteriorCell, _ problem: some Problem) {
    let kernels = cell.kernels
    let instance = cell.task.instance
    let data = instance.trainingSet(kernels: kernels)
    let posterior = Posterior(
      network: problem.network, data: data, ridge: cell.ridge, kernels: kernels)
    let observer = problem.observer(
      training: data, test: instance.testSet(kernels: kernels), kernels: kernels)
    func runs(_ sampler: (Int) -> any Sampler) -> [Run] {
      cell.sampler.starts.indices.map {
        Run(cell.task, sampler($0), observer) { posterior.trainingLoss($0, energy: $1) }
      }
    }
    self.init(
      extending: runs { makeSampler(cell, chain: $0, posterior, observer) }, of: cell.task)
    if case .hmc(_, _, let replicas, _) = cell.sampler.method, replicas > 0, !chainsAgree {
      let ladders = runs { TemperedSampler(cell, chain: $0, posterior, replicas: replicas) }
      let spent = gradients
      self.init(extending: ladders, of: cell.task)
      numbers["gradients"] = .integer(zip(gradients, spent).map { $0 + $1 })
      numbers["replicas"] = .integer([replicas])
    }
  }

  /// Draws until the chains agree, within the cell's number of doublings.
  private init(extending runs: [Run], of task: PosteriorTask) {
    var spacing = 1
    for run in runs { run.extend(spacing: spacing) }
    self.init(merging: runs, of: task, spacing: spacing)
    while spacing < 1 << task.sampler.doublings, !chainsAgree, isFinite {
      spacing *= 2
      for run in runs {
        run.draws.dropEverySecond(task.parameters)
        run.extend(spacing: spacing)
      }
      self.init(merging: runs, of: task, spacing: spacing)
    }
  }

  /// What the chains of one cell drew, chain by chain.
  private init(merging runs: [Run], of task: PosteriorTask, spacing: Int) {
    self.init(task.layout, task.parameters, labels: task.labels)
    numbers = DrawTable.numbers(runs.map(\.draws))
    numbers["spacing"] = .integer([spacing])
    numbers["replicas"] = .integer([0])
    let reports = runs.map(\.sampler.report)
    func real(_ value: (ChainReport) -> Double) -> Numbers { .double(reports.map(value)) }
    numbers["step_size"] = real(\.stepSize)
    numbers["trajectory"] = real(\.trajectory)
    numbers["acceptance"] = real(\.acceptance)
    numbers["energy_error"] = real(\.energyError)
    numbers["virial"] = real(\.virial)
    numbers["gradients"] = .integer(reports.map(\.gradients))
    if task.sampler.proposesInvolutions {
      numbers[Layout.involutionAcceptance] = real(\.involutionAcceptance)
    }
    numbers["log_evidence"] = real { $0.logEvidence?.value ?? .nan }
    numbers["log_evidence_error"] = real { $0.logEvidence?.standardError ?? .nan }
  }
}

/// A chain and what its draws were reduced to.
private final class Run {
  let task: PosteriorTask
  let sampler: any Sampler
  let observer: any Observer
  let loss: (borrowing AlignedBuffer, Double) -> Double
  var draws: DrawTable

  init(
    _ task: PosteriorTask, _ sampler: any Sampler, _ observer: any Observer,
    loss: @escaping (borrowing AlignedBuffer, Double) -> Double
  ) {
    self.task = task
    self.sampler = sampler
    self.observer = observer
    self.loss = loss
    draws = DrawTable(of: task.kind, observing: task.observed)
  }

  /// Draws until there are as many as the cell asks for, each `spacing` moves after the last.
  func extend(spacing: Int) {
    while draws.count < task.sampler.draws {
      for _ in 0..<spacing { sampler.advance() }
      sampler.withDraw { draw, energy in
        let isKept = draws.count % task.sampler.thin == 0
        draws.append(
          observer.observe(draw, keepingUnits: isKept, further: task.observed),
          trainingLoss: loss(draw, energy), energy: energy)
      }
    }
  }
}
