import Kernels
import Networks
import Sampling
import Studies

/// A chain, or a ladder, in one round of its cell.
final class PosteriorPart: CellPart {
  private let task: PosteriorTask
  private let spacing: Int
  private let sampler: any Sampler
  private let observer: any Observer
  private let loss: (borrowing AlignedBuffer, Double) -> Double
  private var progress: PosteriorState

  /// Begins the part, or goes on with it.
  ///
  /// - Throws: `DamagedState` if the bytes are those of neither.
  init<P: Problem>(
    _ index: Int, of number: Int, from bytes: [UInt8], _ cell: PosteriorCell, _ problem: P
  ) throws(DamagedState) {
    let (task, kernels) = (cell.task, cell.kernels)
    let data = task.instance.trainingSet(kernels: kernels)
    func conditioned() -> Posterior<P.Model> {
      Posterior(
        network: problem.network, data: data, ridge: cell.ridge, slices: cell.sampler.slices,
        kernels: kernels)
    }
    let posterior = conditioned()
    let observer = problem.observer(
      training: data, test: task.instance.testSet(kernels: kernels), kernels: kernels)
    self.task = task
    self.observer = observer
    loss = { posterior.trainingLoss($0, energy: $1) }

    let round = PosteriorRound(number: number, of: task.sampler)
    spacing = round.spacing
    sampler =
      round.isTempered
      ? TemperedSampler(
        cell, chain: index, posterior, replicas: task.sampler.replicas, another: conditioned)
      : makeSampler(cell, chain: index, posterior, observer)
    var (before, coder) = (PosteriorState(of: task), StateCoder(reading: bytes))
    if !bytes.isEmpty { try before.code(&coder) }
    let last = PosteriorRound(number: before.round, of: task.sampler)
    if round.isTempered, !last.isTempered {
      guard let report = before.report else { throw DamagedState() }
      progress = PosteriorState(of: task)
      progress.spent = report.gradients
    } else {
      if !bytes.isEmpty {
        try sampler.code(&coder)
        try coder.requireEnd()
      }
      progress = before
      if before.round != number {
        guard before.round < number, before.report != nil else { throw DamagedState() }
        progress.report = nil
        progress.draws.dropEverySecond(task.parameters)
      }
    }
    progress.round = number
  }

  func advance(until pause: () -> Bool, threads: () -> Int) -> Bool {
    while progress.report == nil {
      sampler.use(threads: threads())
      move()
      if progress.draws.count == task.sampler.draws {
        progress.report = sampler.report
      } else if pause() {
        return false
      }
    }
    return true
  }

  private func move() {
    guard sampler.isWarm else { return sampler.warmUp() }
    sampler.advance()
    progress.moves += 1
    guard progress.moves == spacing else { return }
    progress.moves = 0
    sampler.withDraw { draw, energy in
      let isKept = progress.draws.count % task.sampler.thin == 0
      progress.draws.append(
        observer.observe(draw, keepingUnits: isKept, further: task.observed),
        trainingLoss: loss(draw, energy), energy: energy)
    }
  }

  func state() throws(DamagedState) -> [UInt8] {
    var coder = StateCoder()
    try progress.code(&coder)
    try sampler.code(&coder)
    return coder.bytes
  }
}
