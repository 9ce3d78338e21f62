import Foundation
import Host
import Kernels
import Networks
import Sampling
import Studies

// What would fail after hours of sampling.

extension PosteriorExperiment {
  package func rehearse(_ missing: [Cell], of file: String, kernels: KernelSet) throws {
    let cells = missing.compactMap { cell in
      (cell.task as? PosteriorTask).map {
        PosteriorCell(task: $0, streams: cell.streams(kernels: kernels))
      }
    }
    try requireFiniteStarts(of: cells, file)
    try requireTrajectories(of: cells, file)
  }

  /// Tries the energies at which chains start where variances or ridges are extreme, one cell for
  /// each data set's size and all of those.
  ///
  /// - Throws: `UserError` if one is beyond single precision: its chain would never move.
  private func requireFiniteStarts(of missing: [PosteriorCell], _ file: String) throws {
    let names = kind.variances.map(\.name) + [Parameters.Name.ridge]
    let extreme = missing.filter { cell in
      let parameters = cell.task.parameters
      return parameters.dataset == 0
        && names.contains { !(1e-6...1e6).contains(parameters.real($0)) }
    }
    let starts = parallelMap(extreme, together: 4) { cell in
      cell.startEnergies(cell.task.instance.problem)
    }
    for (cell, energies) in zip(extreme, starts) {
      guard let chain = energies.firstIndex(where: { !Float($0).isFinite }) else { continue }
      let values = names.map { "\($0) \(cell.task.parameters.real($0).spelt)" }
        .joined(separator: ", ")
      throw UserError(
        "\(file): \(values): a \(cell.sampler.starts[chain].rawValue) chain starts at an energy "
          + "beyond single precision; expected less extreme values")
    }
  }

  /// Tries trajectories of a given length that are longer than any adapted one, by the warm-up of
  /// one chain of the stiffest cell: how many gradients they take depends on the step size.
  ///
  /// - Throws: `UserError` if the bound on the gradients of a trajectory cuts them.
  private func requireTrajectories(of missing: [PosteriorCell], _ file: String) throws {
    guard case .hmc(let length?, _, _, _) = sampler.method,
      length > HamiltonianMonteCarlo.longestAdapted,
      let cell = missing.max(by: { $0.stiffness < $1.stiffness })
    else { return }
    let report = warmedUp(cell, cell.task.instance.problem)
    guard report.trajectory < length else { return }
    let longest = HamiltonianMonteCarlo(warmup: cell.sampler.warmup)
      .longestLength(stepSize: report.stepSize)
    let unit = pow(10, log10(longest).rounded(.down) - 1)
    throw UserError(
      "\(file): sampler.trajectory: got \(length.spelt); expected at most "
        + String(format: "%g", (longest / unit).rounded(.down) * unit)
        + ", with \(HamiltonianMonteCarlo.mostGradients) gradients a trajectory in steps of "
        + String(format: "%.2g", report.stepSize))
  }

  private func warmedUp(_ cell: PosteriorCell, _ problem: some Problem) -> ChainReport {
    let instance = cell.task.instance
    let data = instance.trainingSet(kernels: cell.kernels)
    let posterior = Posterior(
      network: problem.network, data: data, ridge: cell.ridge, kernels: cell.kernels)
    let observer = problem.observer(
      training: data, test: instance.testSet(kernels: cell.kernels), kernels: cell.kernels)
    let sampler = makeSampler(cell, chain: 0, posterior, observer)
    while !sampler.isWarm { sampler.warmUp() }
    return sampler.report
  }
}

extension PosteriorCell {
  /// The energy at which each chain starts.
  fileprivate func startEnergies(_ problem: some Problem) -> [Double] {
    let posterior = Posterior(
      network: problem.network, data: task.instance.trainingSet(kernels: kernels), ridge: ridge,
      kernels: kernels)
    let gradient = posterior.makeGradient()
    return sampler.starts.indices.map {
      posterior.evaluate(AlignedBuffer(start(ofChain: $0)), gradient: gradient)
    }
  }

  /// What the square of the largest frequency grows with.
  fileprivate var stiffness: Double { Double(task.instance.samples) / ridge }
}
