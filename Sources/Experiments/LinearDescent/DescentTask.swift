import Host
import Kernels
import Networks
import Sampling
import Studies

/// The descent of one cell's networks.
struct DescentTask: UndividedTask {
  let descent: LinearDescent
  let spectrum: LinearTask
  let parameters: Parameters
  var layout: Layout { descent.layout }
  private var width: Int { parameters.width }
  private var batch: Int { parameters.integer(Parameters.Name.batch) }
  private var step: Double { parameters.real(Parameters.Name.step) }
  private var richness: Double { parameters.real(LinearDescent.Name.richness) }

  init(
    _ descent: LinearDescent, _ spectrum: LinearTask, width: Int, batch: Int, step: Double,
    richness: Double, dataset: Int
  ) {
    self.descent = descent
    self.spectrum = spectrum
    var parameters = Parameters()
    parameters[LinearDescent.Name.capacity] = .real(spectrum.capacity)
    parameters[LinearDescent.Name.source] = .real(spectrum.source)
    parameters[LinearDescent.Name.modes] = .integer(spectrum.modes)
    parameters[Parameters.Name.width] = .integer(width)
    parameters[Parameters.Name.batch] = .integer(batch)
    parameters[Parameters.Name.step] = .real(step)
    parameters[LinearDescent.Name.richness] = .real(richness)
    parameters[LinearDescent.Name.nets] = .integer(descent.nets)
    parameters[Parameters.Name.dataset] = .integer(dataset)
    self.parameters = parameters
  }

  var canonical: String {
    """
    numerics \(numericsVersion)
    linear-descent alpha \(spectrum.capacity) beta \(spectrum.source) modes \(spectrum.modes)
    width \(width) batch \(batch) step \(step) richness \(richness)
    nets \(descent.nets) kept \(descent.kept)
    from \(descent.times.first) to \(descent.times.last) per_decade \(descent.times.perDecade)
    dataset \(parameters.dataset)
    """
  }

  func extent(along axis: Layout.Axis) -> Int {
    switch axis {
    case .net: descent.kept
    case .record: descent.times.count
    default: preconditionFailure("no axis '\(axis.name)'")
    }
  }

  /// What a network sees of the task. Random features depend on width, modes, data set and the
  /// network's index alone: cells that differ in powers, richness or batch compare the same ones.
  private func problem(_ net: Int, kernels: KernelSet) throws -> ProjectedTask {
    guard width < spectrum.modes else { return ProjectedTask(spectrum) }
    let stream = CellStreams.stream(
      "numerics \(dataVersion) features \(width)x\(spectrum.modes) \(parameters.dataset) \(net)",
      kernels: kernels)
    return try ProjectedTask(spectrum, width: width, kernels: kernels) { row in
      stream.standardNormals(count: spectrum.modes, step: UInt64(row)).map { Double($0) }
    }
  }
}

// MARK: - Computation

extension DescentTask {
  /// The loss from which on a network counts as diverged, in units of that at the beginning.
  private static let divergence = 1000.0

  func compute(_ streams: CellStreams) throws -> CellResult {
    let ends = descent.times.moves(step: step)!
    let names = ["loss", "growth", "frontier", "squared_norm"]
    var values: [String: [Double]] = [:]
    var (floors, curvatures, divergences) = ([Double](), [Double](), [Double]())
    var diverged = 0
    var means = [PairedLoss](repeating: PairedLoss(spectrum), count: ends.count)
    var floor = PairedLoss(spectrum)
    for net in 0..<descent.nets {
      let problem = try problem(net, kernels: streams.kernels)
      if descent.nets > 1 { floor.add(problem.amplitudes(of: problem.solution)) }
      let run = ReducedDescent(
        problem, step: step, richness: richness, kernels: streams.kernels)
      let samples = streams.stream(chain: net, purpose: "batches")
      var records: [[Double]] = []
      let largest = Self.divergence * run.loss
      for (record, end) in ends.enumerated() {
        while run.moves < end, run.loss <= largest {
          if batch > 0 { run.move(batch: batch, from: samples) } else { run.move() }
        }
        // The negation is true of a NaN too.
        guard run.loss <= largest else { break }
        let predictor = run.predictor
        records.append([
          run.loss, run.growth, run.frontier, predictor.reduce(0) { $0 + $1 * $1 },
        ])
        if descent.nets > 1 { means[record].add(problem.amplitudes(of: predictor)) }
      }
      let isStable = records.count == ends.count
      if !isStable { diverged += 1 }
      guard net < descent.kept else { continue }
      floors.append(problem.floor)
      curvatures.append(problem.curvatures[0])
      divergences.append(isStable ? .nan : run.time)
      for (i, name) in names.enumerated() {
        values[name, default: []] +=
          isStable ? records.map { $0[i] } : [Double](repeating: .nan, count: ends.count)
      }
    }
    var result = CellResult(layout, parameters)
    result.numbers = values.mapValues { .double($0) }
    result.numbers["time"] = .double(ends.map { Double($0) * step })
    result.numbers["floor"] = .double(floors)
    result.numbers["curvature"] = .double(curvatures)
    result.numbers["unstable_at"] = .double(divergences)
    result.numbers["diverged"] = .integer([diverged])
    result.numbers["mean_network_loss"] = .double(
      means.map { $0.networks == descent.nets ? $0.mean : .nan })
    result.numbers["mean_network_floor"] = .double([floor.mean])
    return result
  }
}

/// The loss of the mean over infinitely many networks, from the errors of a few: the mean of
/// v_iᵀ Λ v_j over pairs of different networks, which has no bias.
private struct PairedLoss {
  private let target: [Double]
  /// √λ_k Σ_i v_ik.
  private var sum: [Double]
  /// Σ_i v_iᵀ Λ v_i.
  private var squares = 0.0
  private(set) var networks = 0

  init(_ task: LinearTask) {
    target = task.amplitudes
    sum = [Double](repeating: 0, count: task.modes)
  }

  mutating func add(_ amplitudes: [Double]) {
    for k in sum.indices {
      let error = target[k] - amplitudes[k]
      sum[k] += error
      squares += error * error
    }
    networks += 1
  }

  /// NaN of fewer than two networks.
  var mean: Double {
    guard networks > 1 else { return .nan }
    let all = sum.reduce(0) { $0 + $1 * $1 }
    return (all - squares) / Double(networks * (networks - 1))
  }
}

// MARK: - Cost

extension DescentTask {
  private var moves: Int { descent.times.moves(step: step)!.last! }

  /// Steps, and networks that are made ready.
  var expectedSteps: [Double] {
    [Double(descent.nets) * Double(moves), Double(descent.nets)]
  }

  func steps(of result: CellResult) -> [Double] { expectedSteps }

  /// Flops of a step, with its share of those that make the network ready.
  var stepWork: Double {
    let (n, modes) = (Double(width), Double(spectrum.modes))
    let ready = width < spectrum.modes ? n * n * (modes + 50 * n) : modes
    return (richness > 0 ? 6 * n * n : 4 * n) + 20 * Double(batch) * n + 100
      + ready / Double(moves)
  }

  func secondsPerStep(_ streams: CellStreams) -> [Double] {
    guard let problem = try? problem(0, kernels: streams.kernels) else { return [0, 0] }
    let run = ReducedDescent(problem, step: 1e-9, richness: richness, kernels: streams.kernels)
    let samples = streams.stream(chain: 0, purpose: "batches")
    let move = medianSeconds {
      if batch > 0 { run.move(batch: batch, from: samples) } else { run.move() }
    }
    // Making a network ready takes as long as one does; it is not done again for a median.
    let begin = ContinuousClock.now
    _ = try? self.problem(0, kernels: streams.kernels)
    let ready = ContinuousClock.now - begin
    return [move, ready / .seconds(1)]
  }

  var workingBytes: Double {
    let (n, modes) = (Double(width), Double(spectrum.modes))
    let means = descent.nets > 1 ? Double(descent.times.count + 1) * modes : 0
    return 8 * (n * (modes + 3 * n) + means + 2 * Double(batch) * n)
  }
}
