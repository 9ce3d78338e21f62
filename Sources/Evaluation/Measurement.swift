import Archives
import Experiments
import Foundation
import Host
import Kernels
import Networks
import Studies

/// What networks are in one cell, measured as draws of its posterior are.
struct Measurement {
  /// The networks as draws of one chain, all of whose neurons are kept.
  let draws: CellResult
  /// λ_y of each network.
  let eigenvalues: [Double]
  /// λ_y in the prior: mean and its standard error.
  let priorEigenvalue: (mean: Double, error: Double)
  /// What looks wrong with each network's weights.
  let notes: [[String]]

  /// - Parameter networks: all of this cell.
  /// - Throws: `UserError` if a network has no finite energy, or another f than its file says.
  init(
    _ networks: [TrainedNetwork], in cell: Cell, scaling: WeightScaling, from path: String,
    kernels: KernelSet
  ) throws {
    try self.init(networks, cell.problem, cell, scaling, path, kernels)
  }

  private init(
    _ networks: [TrainedNetwork], _ problem: some Problem, _ cell: Cell, _ scaling: WeightScaling,
    _ path: String, _ kernels: KernelSet
  ) throws {
    let data = cell.trainingSet(kernels: kernels)
    let posterior = Posterior(
      network: problem.network, data: data, ridge: cell.ridge, kernels: kernels)
    let observer = problem.observer(
      training: data, test: cell.testSet(kernels: kernels), kernels: kernels)
    let spike = KernelSpike(problem.network, target: problem.target, kernels: kernels)
    let check = ReadingCheck(
      problem.network, data, posterior, cell, scaling: scaling, kernels: kernels)
    let gradient = AlignedBuffer(count: posterior.dimension)
    var draws = DrawTable(of: cell.kind)
    var eigenvalues: [Double] = []
    var notes: [[String]] = []
    for network in networks {
      let parameters = AlignedBuffer(network.parameters(scaling))
      let energy = posterior.evaluate(parameters, gradient: gradient)
      let observation = observer.observe(parameters, keepingUnits: true)
      guard Float(energy).isFinite, observation.observables.allSatisfy(\.isFinite) else {
        throw UserError(
          "\(path): network \(shown(network.name)): its energy is \(energy); expected weights whose energy "
            + "is finite in single precision")
      }
      try check.requireOutputs(of: network, from: path)
      let loss = posterior.trainingLoss(parameters, energy: energy)
      draws.append(observation, trainingLoss: loss, energy: energy)
      eigenvalues.append(spike.eigenvalue(parameters))
      notes.append(check.notes(on: network, trainingLoss: loss))
    }
    var result = CellResult(cell.layout, cell.parameters)
    result.numbers = DrawTable.numbers([draws])
    self.draws = result
    self.eigenvalues = eigenvalues
    self.notes = notes
    priorEigenvalue = spike.prior
  }
}
