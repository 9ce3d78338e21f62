import Foundation
import Host
import Kernels
import Networks
import Studies

/// The sampling of one cell.
package struct PosteriorTask: ProblemTask {
  package let layout: Layout
  package let instance: ProblemInstance
  package let sampler: SamplerSpec
  /// Names of the further observables that are archived.
  package let observed: [String]
  /// Those of the instance, and what the sampler gives.
  package let parameters: Parameters

  init(layout: Layout, instance: ProblemInstance, sampler: SamplerSpec, observed: [String]) {
    self.layout = layout
    self.instance = instance
    self.sampler = sampler
    self.observed = observed
    parameters = SamplerSpec.coordinates.reduce(into: instance.parameters) {
      $0[$1.coordinate.name] = $1.value(sampler)
    }
  }

  package var kind: NetworkKind { instance.kind }
  package var labels: [String: [String]] { [Layout.starts.name: sampler.starts.map(\.rawValue)] }

  package var canonical: String {
    canonicalDraws + (observed.isEmpty ? "" : "\nobserve \(observed.joined(separator: " "))")
  }
  package var canonicalDraws: String { "\(instance.canonical)\n\(sampler.canonical)" }

  package func extent(along axis: Layout.Axis) -> Int {
    switch axis {
    case .chain: sampler.starts.count
    case .draw: sampler.draws
    case .keptDraw: sampler.kept
    default: preconditionFailure("no axis '\(axis.name)'")
    }
  }

  package func stride(of axis: Layout.Axis) -> Int { axis == .keptDraw ? sampler.thin : 1 }
}

// MARK: - Cost

extension PosteriorTask {
  package var family: String {
    "posterior \(kind.name) \(sampler.langevinStep > 0) \(sampler.isIntegrated)"
      + (sampler.ladders == .all ? " ladders" : "")
  }

  /// Gradients and draws of all chains, but for those of continued ones and of ladders that replace
  /// them: nobody knows before which cells these are.
  package var expectedSteps: [Double] { [expectedGradients, draws] }

  private var draws: Double { Double(sampler.draws * sampler.starts.count) }

  private var expectedGradients: Double {
    let chains = Double(sampler.cold + sampler.planted)
    var iterations = Double(sampler.warmup + sampler.draws) * chains
    if sampler.ladders == .all {
      // Every rung moves, and the warm-up is twice as long.
      iterations += Double(sampler.warmup) * chains
      iterations *= Double(sampler.replicas)
    }
    switch sampler.method {
    case .langevin(_, let interval): return iterations * Double(interval)
    case .hmc(let trajectory, _, _, let proposesInvolutions):
      // The step size falls with the stiffness of the data, P/κ.
      let stiffness = Double(instance.samples) / instance.ridge
      let proposals = proposesInvolutions ? instance.problem.involutions.count : 0
      return iterations
        * ((trajectory ?? 1.4) * (1 + stiffness.squareRoot()) + Double(proposals))
    }
  }

  /// Gradients, and draws of all chains, those included that were dropped.
  package func steps(of result: CellResult) -> [Double] {
    [
      Double(result.gradients.reduce(0, +)),
      draws * (1 + log2(Double(result.spacing[0])) / 2),
    ]
  }

  package var stepWork: Double {
    var work = instance.gradientWork
    if sampler.isIntegrated {
      let features = kind.demand(parameters).features
      work += Double(instance.samples) * features * features + 2 * features * features * features
    }
    return work
  }

  package var partThreads: Int { sampler.slices }

  /// Seconds of a gradient, and of reducing a draw to its observables.
  package func secondsPerStep(_ streams: CellStreams) -> [Double] {
    seconds(instance.problem, PosteriorCell(task: self, streams: streams))
  }

  private func seconds(_ problem: some Problem, _ cell: PosteriorCell) -> [Double] {
    let kernels = cell.streams.kernels
    let data = instance.trainingSet(kernels: kernels)
    let start = cell.start(ofChain: 0)
    let observer = problem.observer(
      training: data, test: instance.testSet(kernels: kernels), kernels: kernels)
    let position = AlignedBuffer(start)
    let observation = medianSeconds { _ = observer.observe(position, keepingUnits: false) }
    if sampler.isIntegrated {
      let collapsed = CollapsedPosterior(
        network: problem.network, data: data, ridge: instance.ridge, kernels: kernels)
      let hidden = AlignedBuffer(Array(start.prefix(problem.network.hiddenCount)))
      let gradient = collapsed.makeGradient()
      return [medianSeconds { _ = collapsed.evaluate(hidden, gradient: gradient) }, observation]
    }
    let posterior = Posterior(
      network: problem.network, data: data, ridge: instance.ridge, kernels: kernels)
    let gradient = posterior.makeGradient()
    return [medianSeconds { _ = posterior.evaluate(position, gradient: gradient) }, observation]
  }

  /// The data twice, what the network makes of all samples, the states of a chain or a ladder, and
  /// gradients of slices.
  package var workingBytes: Double {
    let states = 12 * max(1, sampler.replicas) + sampler.slices - 1
    return instance.workingBytes + 4 * kind.demand(parameters).parameters * Double(states)
  }
}
