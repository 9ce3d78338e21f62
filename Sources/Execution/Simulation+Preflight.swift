import Archives
import Foundation
import Host
import Kernels
import Networks
import Sampling
import Studies

// What would fail after hours of sampling is found before the first cell.

extension Simulation {
  /// - Parameters:
  ///   - missing: the cells to simulate.
  ///   - cells: the cells to merge.
  /// - Throws: `FileError` or `UserError` if they could not be simulated or written.
  func requireSuccess(of missing: [Cell], merging cells: [Cell], _ store: CellStore) throws {
    try requireWritable(store)
    try requireRoom(for: slurm == nil ? missing : [], merging: cells, store)
    // What submitted a task has done this.
    guard !isBundle else { return }
    try requireFiniteStarts(of: missing)
    try requireTrajectories(of: missing)
  }

  /// - Throws: `FileError` if the study file, a cell or a record beside them could not be written:
  ///   a name or a path is too long, or the folder closed to this user.
  private func requireWritable(_ store: CellStore) throws {
    let folder = parentFolder(of: output)
    // As long as the path of any cell.
    let cell = "\(store.folder)/\(String(repeating: "0", count: 71))"
    for path in [output, "\(folder)/lock.json", "\(folder)/runs.json", cell] {
      try tryWriting(path)
    }
  }

  /// - Throws: `FileError` if the disk has less room than the numbers of the missing cells take, or
  ///   those of all as they are merged. What a file takes besides is not known before.
  private func requireRoom(for missing: [Cell], merging cells: [Cell], _ store: CellStore) throws {
    guard let free = freeBytes(in: parentFolder(of: output)) else { return }
    let own = missing.reduce(0) { $0 + $1.resultBytes }
    let all = isBundle ? 0 : cells.reduce(0) { $0 + $1.resultBytes }
    for (need, path) in [(own, "\(store.folder)/"), (own + all, output)] where need > free {
      let kilobytes = [need, free].map { String(format: "%.0f kB", $0 / 1000) }
      throw FileError(
        "write \(path)",
        message: "the study needs \(kilobytes[0]) of disk, of which \(kilobytes[1]) are free: "
          + String(cString: strerror(ENOSPC)))
    }
  }

  /// Tries the energies at which chains start where variances or ridges are extreme, one cell for
  /// each data set's size and all of those.
  ///
  /// - Throws: `UserError` if one is beyond single precision: its chain would never move.
  private func requireFiniteStarts(of missing: [Cell]) throws {
    let names = spec.kind.variances.map(\.name) + [Parameters.Name.ridge]
    let extreme = missing.filter { cell in
      cell.dataset == 0 && names.contains { !(1e-6...1e6).contains(cell.parameters.real($0)) }
    }
    let starts = parallelMap(extreme, together: 4) { [kernels] cell in
      cell.startEnergies(cell.problem, kernels: kernels)
    }
    for (cell, energies) in zip(extreme, starts) {
      guard let chain = energies.firstIndex(where: { !Float($0).isFinite }) else { continue }
      let values = names.map { "\($0) \(cell.parameters.real($0).spelt)" }.joined(separator: ", ")
      throw UserError(
        "\(spec.file): \(values): a \(cell.sampler.starts[chain].rawValue) chain starts at an energy "
          + "beyond single precision; expected less extreme values")
    }
  }

  /// Tries trajectories of a given length that are longer than any adapted one, by the warm-up of
  /// one chain of the stiffest cell: how many gradients they take depends on the step size.
  ///
  /// - Throws: `UserError` if the bound on the gradients of a trajectory cuts them.
  private func requireTrajectories(of missing: [Cell]) throws {
    guard case .hmc(let length?, _, _) = spec.sampler.method,
      length > HamiltonianMonteCarlo.longestAdapted,
      let cell = missing.max(by: { $0.stiffness < $1.stiffness })
    else { return }
    let report = warmedUp(cell, cell.problem)
    guard report.trajectory < length else { return }
    let longest = HamiltonianMonteCarlo(warmup: cell.sampler.warmup)
      .longestLength(stepSize: report.stepSize)
    let unit = pow(10, log10(longest).rounded(.down) - 1)
    throw UserError(
      "\(spec.file): sampler.trajectory: got \(length.spelt); expected at most "
        + String(format: "%g", (longest / unit).rounded(.down) * unit)
        + ", with \(HamiltonianMonteCarlo.mostGradients) gradients a trajectory in steps of "
        + String(format: "%.2g", report.stepSize))
  }

  private func warmedUp(_ cell: Cell, _ problem: some Problem) -> ChainReport {
    let posterior = Posterior(
      network: problem.network, data: cell.trainingSet(kernels: kernels), ridge: cell.ridge,
      kernels: kernels)
    let observer = problem.observer(test: cell.testSet(kernels: kernels), kernels: kernels)
    return makeSampler(cell, chain: 0, posterior, observer, kernels: kernels).report
  }
}

extension Cell {
  /// The energy at which each chain starts.
  fileprivate func startEnergies(_ problem: some Problem, kernels: KernelSet) -> [Double] {
    let posterior = Posterior(
      network: problem.network, data: trainingSet(kernels: kernels), ridge: ridge, kernels: kernels)
    let gradient = posterior.makeGradient()
    return sampler.starts.indices.map {
      posterior.evaluate(AlignedBuffer(start(ofChain: $0, kernels: kernels)), gradient: gradient)
    }
  }

  /// What the square of the largest frequency grows with.
  fileprivate var stiffness: Double { Double(samples) / ridge }
}
