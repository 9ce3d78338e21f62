import Archives
import Foundation
import Host
import Kernels
import Networks
import Sampling
import Studies

// What would fail after hours of sampling is found before the first cell.

extension Simulation {
  /// - Throws: `FileError` if the study file, a cell or a record beside them could not be written:
  ///   a name or a path is too long, or the folder closed to this user.
  func requireWritable(_ store: CellStore) throws {
    let folder = parentFolder(of: output)
    // As long as the path of any cell.
    let cell = "\(store.folder)/\(String(repeating: "0", count: 71))"
    for path in [output, "\(folder)/lock.json", "\(folder)/runs.json", cell] {
      try tryWriting(path)
    }
  }

  /// - Throws: `FileError` if the disk has less room than the numbers of the missing cells take, or
  ///   those of all as they are merged. What a file takes besides is not known before.
  func requireRoom(for missing: [Cell], merging cells: [Cell], _ store: CellStore) throws {
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

  /// Tries trajectories of a given length that are longer than any adapted one, by the warm-up of
  /// one chain of the stiffest cell: how many gradients they take depends on the step size.
  ///
  /// - Throws: `UserError` if the bound on the gradients of a trajectory cuts them.
  func requireTrajectories(of missing: [Cell]) throws {
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
  /// What the square of the largest frequency grows with.
  fileprivate var stiffness: Double { Double(samples) / ridge }
}
