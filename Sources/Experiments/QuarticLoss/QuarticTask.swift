import Host
import Kernels
import Sampling
import Studies
import Theory

/// The sampling of one action.
struct QuarticTask: UndividedTask {
  let experiment: QuarticLoss
  let parameters: Parameters
  var layout: Layout { .quarticLoss }

  init(
    _ experiment: QuarticLoss, exponent: Double, quartic: Double, samples: Int, ridge: Double,
    dataset: Int
  ) {
    self.experiment = experiment
    var cell = Parameters()
    cell["exponent"] = .real(exponent)
    cell["frequencies"] = .integer(experiment.frequencies)
    cell["quartic"] = .real(quartic)
    cell[Parameters.Name.samples] = .integer(samples)
    cell[Parameters.Name.ridge] = .real(ridge)
    cell[Parameters.Name.dataset] = .integer(dataset)
    parameters = cell
  }

  var labels: [String: [String]] {
    ["start": (0..<experiment.chains).map { start(ofChain: $0).rawValue }]
  }

  var canonical: String {
    "numerics \(numericsVersion)\nquartic-loss "
      + layout.coordinates.map { "\($0.name) \(parameters.text($0.name))" }.joined(separator: " ")
      + "\nchains \(experiment.chains) warmup \(experiment.warmup) draws \(experiment.draws)"
  }

  func extent(along axis: Layout.Axis) -> Int {
    axis == .chain ? experiment.chains : experiment.draws
  }

  private func start(ofChain chain: Int) -> SamplerSpec.Start { chain % 2 == 0 ? .cold : .planted }

  /// y_k/√λ_k.
  private func target(_ kernels: KernelSet) -> [Double] {
    CellStreams.stream(
      "numerics \(dataVersion) circle \(parameters.dataset)", kernels: kernels
    ).standardNormals(count: 2 * experiment.frequencies, step: 0).map(Double.init)
  }

  private func action(_ kernels: KernelSet) -> QuarticAction {
    QuarticAction(
      exponent: parameters.real("exponent"), target: target(kernels),
      samples: Double(parameters.samples), ridge: parameters.ridge,
      quartic: parameters.real("quartic"), kernels: kernels)
  }

  func compute(_ streams: CellStreams) throws -> CellResult {
    let kernels = streams.kernels
    let action = action(kernels)
    let target = target(kernels)
    let settings = HamiltonianMonteCarlo(warmup: experiment.warmup, trajectory: .adapted)
    var (errors, fourths) = ([Float](), [Float]())
    var chains: [(step: Double, acceptance: Double, virial: Double, gradients: Int)] = []
    for index in 0..<experiment.chains {
      let start =
        switch self.start(ofChain: index) {
        case .cold:
          streams.stream(chain: index, purpose: "start")
            .standardNormals(count: action.dimension, step: 0)
        case .planted: target.map { Float($0) }
        }
      let chain = Chain(
        action, start: start, settings: settings,
        stream: streams.stream(chain: index, purpose: "trajectories"), kernels: kernels)
      for _ in 0..<experiment.draws {
        chain.advance(action)
        let moments = action.moments(chain.state.position)
        errors.append(Float(moments.square))
        fourths.append(Float(moments.fourth))
      }
      chains.append((chain.stepSize, chain.acceptance, chain.virial, chain.state.gradients))
    }
    let variances = RidgeRenormalization.powerLaw(
      exponent: parameters.real("exponent"), modes: experiment.frequencies
    ).flatMap { [$0, $0] }
    let theory = try QuarticHartree(
      eigenvalues: variances, squares: zip(variances, target).map { $0 * $1 * $1 },
      ridge: parameters.ridge, quartic: parameters.real("quartic")
    ).solution(samples: Double(parameters.samples))
    var result = CellResult(layout, parameters, labels: labels)
    result.numbers = [
      "error": .single(errors), "fourth": .single(fourths),
      "step_size": .double(chains.map(\.step)), "acceptance": .double(chains.map(\.acceptance)),
      "virial": .double(chains.map(\.virial)), "gradients": .integer(chains.map(\.gradients)),
      "hartree": .double([theory.error]), "gaussian": .double([theory.gaussianError]),
    ]
    return result
  }

  /// Gradients: steps shorten as the loss stiffens.
  var expectedSteps: [Double] {
    let stiffness = Double(parameters.samples) * (1 / parameters.ridge + parameters.real("quartic"))
    return [
      1.4 * Double(experiment.chains * (experiment.warmup + experiment.draws))
        * (1 + stiffness.squareRoot())
    ]
  }
  func steps(of result: CellResult) -> [Double] {
    [Double(result.integers("gradients").reduce(0, +))]
  }
  var stepWork: Double { 32 * Double(experiment.frequencies * experiment.frequencies) }
  func secondsPerStep(_ streams: CellStreams) -> [Double] {
    let action = action(streams.kernels)
    let position = AlignedBuffer(count: action.dimension)
    let gradient = action.makeGradient()
    return [medianSeconds { _ = action.evaluate(position, gradient: gradient) }]
  }
  var workingBytes: Double { 64 * Double(experiment.frequencies * experiment.frequencies) }
}
