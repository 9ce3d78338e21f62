import Host
import Kernels
import Networks
import Sampling
import Studies

/// The training of one cell.
package struct RelaxationTask: ProblemTask, UndividedTask {
  package let layout: Layout
  package let instance: ProblemInstance
  let training: TrainingSpec
  /// Those of the instance, and what the training gives.
  package let parameters: Parameters

  init(layout: Layout, instance: ProblemInstance, training: TrainingSpec) {
    self.layout = layout
    self.instance = instance
    self.training = training
    parameters = TrainingSpec.coordinates.reduce(into: instance.parameters) {
      $0[$1.coordinate.name] = $1.value(training)
    }
  }

  package var canonical: String { "\(instance.canonical)\n\(training.canonical)" }

  package func extent(along axis: Layout.Axis) -> Int {
    switch axis {
    case .run: training.runs
    case .record: training.times.count
    default: preconditionFailure("no axis '\(axis.name)'")
    }
  }

  package func compute(_ streams: CellStreams) throws -> CellResult {
    compute(instance.problem, streams)
  }

  private func compute(_ problem: some Problem, _ streams: CellStreams) -> CellResult {
    let kernels = streams.kernels
    let data = instance.trainingSet(kernels: kernels)
    let posterior = Posterior(
      network: problem.network, data: data, ridge: instance.ridge, kernels: kernels)
    let observer = problem.observer(
      training: data, test: instance.testSet(kernels: kernels), kernels: kernels)
    let further = instance.kind.further.map(\.name)
    let names =
      ["alignment", "training_loss"] + instance.kind.observables.map(\.name) + further
    let count = training.times.count
    var values: [String: [Double]] = [:]
    var unstable: [Double] = []
    var gradients: [Int] = []
    for run in 0..<training.runs {
      let start = problem.network.coldStart(from: streams.stream(chain: run, purpose: "start"))
      let dynamics = training.method.dynamics(
        posterior, start: start, step: training.step,
        stream: streams.stream(chain: run, purpose: "training"), kernels: kernels)
      do {
        let relaxation = try Relaxation(dynamics, times: training.times) { position, energy in
          let seen = observer.observe(position, keepingUnits: false, further: further)
          return [seen.alignment, posterior.trainingLoss(position, energy: energy)]
            + seen.observables + seen.further
        }
        for (i, name) in names.enumerated() {
          values[name, default: []] += relaxation.blocks.map { $0.means[i] }
        }
        values["acceptance", default: []] += relaxation.blocks.map(\.acceptance)
        unstable.append(.nan)
      } catch {
        // Such a run has no numbers.
        let none = [Double](repeating: .nan, count: count)
        for name in names + ["acceptance"] { values[name, default: []] += none }
        unstable.append(error.time)
      }
      gradients.append(dynamics.moves)
    }
    var result = CellResult(layout, parameters)
    let moves = training.times.moves(step: training.step)!
    result.numbers = values.mapValues { .double($0) }
    result.numbers["time"] = .double(moves.map { Double($0) * training.step })
    result.numbers["unstable_at"] = .double(unstable)
    result.numbers["gradients"] = .integer(gradients)
    return result
  }
}

// MARK: - Cost

extension RelaxationTask {
  package var family: String { "relaxation \(instance.kind.name) \(training.method)" }

  /// Moves, and readings.
  package var expectedSteps: [Double] {
    let runs = Double(training.runs)
    let blocks = training.times.moves(step: training.step)!
    let readings = zip([0] + blocks, blocks).reduce(0) {
      $0 + min(training.times.readings, $1.1 - $1.0)
    }
    return [runs * Double(blocks.last!), runs * Double(readings)]
  }

  package func steps(of result: CellResult) -> [Double] {
    [Double(result.integers("gradients").reduce(0, +)), expectedSteps[1]]
  }

  package var stepWork: Double { instance.gradientWork }

  /// Seconds of a gradient on all samples, and of a reading.
  package func secondsPerStep(_ streams: CellStreams) -> [Double] {
    seconds(instance.problem, streams)
  }

  private func seconds(_ problem: some Problem, _ streams: CellStreams) -> [Double] {
    let kernels = streams.kernels
    let data = instance.trainingSet(kernels: kernels)
    let posterior = Posterior(
      network: problem.network, data: data, ridge: instance.ridge, kernels: kernels)
    let observer = problem.observer(
      training: data, test: instance.testSet(kernels: kernels), kernels: kernels)
    let further = instance.kind.further.map(\.name)
    let position = AlignedBuffer(
      problem.network.coldStart(from: streams.stream(chain: 0, purpose: "start")))
    let gradient = posterior.makeGradient()
    return [
      medianSeconds { _ = posterior.evaluate(position, gradient: gradient) },
      medianSeconds {
        _ = observer.observe(position, keepingUnits: false, further: further)
      },
    ]
  }

  /// The data twice, what the network makes of all samples, and states.
  package var workingBytes: Double {
    instance.workingBytes + 4 * 8 * instance.kind.demand(parameters).parameters
  }
}
