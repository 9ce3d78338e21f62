import Host
import Kernels
import Networks
import Sampling
import Studies

/// The descent of one network on a circle.
struct CircleTask: UndividedTask {
  let circle: CircleNetworks
  let point: Point
  let parameters: Parameters
  var layout: Layout { circle.layout }

  /// A point of the grid.
  struct Point {
    let depth, width: Int
    let richness, exponent: Double
    let phases: CircleNetworks.Phases
    let step: Double
  }

  init(_ circle: CircleNetworks, _ point: Point, dataset: Int) {
    self.circle = circle
    self.point = point
    var parameters = Parameters()
    parameters[CircleNetworks.Name.depth] = .integer(point.depth)
    parameters[Parameters.Name.width] = .integer(point.width)
    parameters[Parameters.Name.activation] = .word(circle.activation.rawValue)
    parameters[CircleNetworks.Name.richness] = .real(point.richness)
    parameters[CircleNetworks.Name.exponent] = .real(point.exponent)
    parameters[CircleNetworks.Name.phases] = .word(point.phases.rawValue)
    parameters[CircleNetworks.Name.modes] = .integer(circle.modes)
    parameters[CircleNetworks.Name.points] = .integer(circle.points)
    parameters[Parameters.Name.step] = .real(point.step)
    parameters[Parameters.Name.dataset] = .integer(dataset)
    self.parameters = parameters
  }

  var canonical: String {
    """
    numerics \(numericsVersion)
    circle-network depth \(point.depth) width \(point.width) activation \(circle.activation)
    richness \(point.richness) exponent \(point.exponent) phases \(point.phases)
    modes \(circle.modes) points \(circle.points) step \(point.step)
    from \(circle.times.first) to \(circle.times.last) per_decade \(circle.times.perDecade)
    dataset \(parameters.dataset)
    """
  }

  func extent(along axis: Layout.Axis) -> Int {
    guard axis == .record else { preconditionFailure("no axis '\(axis.name)'") }
    return circle.times.count
  }

  /// Phases depend on data set and k alone.
  private func target(_ kernels: KernelSet) -> CircleTarget {
    let stream = CellStreams.stream(
      "numerics \(dataVersion) phases \(parameters.dataset)", kernels: kernels)
    return CircleTarget(
      points: circle.points, exponent: point.exponent,
      phases: (1...circle.modes).map { k in
        point.phases == .cosine ? 0 : stream.uniform(step: UInt64(k))
      })
  }

  /// Initial weights depend on sizes and data set alone: cells that differ in target and richness
  /// begin at the same ones.
  private func network(_ kernels: KernelSet) -> CircleNetwork {
    let stream = CellStreams.stream(
      "numerics \(dataVersion) circle \(point.depth)x\(point.width) \(parameters.dataset)",
      kernels: kernels)
    return CircleNetwork(
      target(kernels), width: point.width, depth: point.depth, activation: circle.activation,
      richness: point.richness, step: point.step, from: stream, kernels: kernels)
  }

  /// The loss from which on a network counts as diverged, in units of that at the beginning.
  private static let divergence = 1000.0

  func compute(_ streams: CellStreams) -> CellResult {
    let network = network(streams.kernels)
    let ends = circle.times.moves(step: point.step)!
    let largest = Self.divergence * network.loss
    var records: [[Double]] = []
    for end in ends {
      while network.moves < end, network.loss <= largest { network.move() }
      // The negation is true of a NaN too.
      guard network.loss <= largest else { break }
      records.append([network.loss, network.kernelDiagonal(), Double(network.frontier)])
    }
    let isStable = records.count == ends.count
    var result = CellResult(layout, parameters)
    for (i, name) in ["loss", "kernel_diagonal", "frontier"].enumerated() {
      result.numbers[name] = .double(
        isStable ? records.map { $0[i] } : [Double](repeating: .nan, count: ends.count))
    }
    let times = ends.map { Double($0) * point.step }
    let eigenvalues = CircleKernel.eigenvalues(
      points: circle.points, modes: circle.modes, depth: point.depth,
      activation: circle.activation)
    result.numbers["time"] = .double(times)
    result.numbers["kernel_loss"] = .double(
      times.map { network.target.lazyLoss(eigenvalues: eigenvalues, at: $0) })
    result.numbers["unstable_at"] = .double([isStable ? .nan : network.time])
    return result
  }
}

// MARK: - Cost

extension CircleTask {
  /// Steps, and records.
  var expectedSteps: [Double] {
    [Double(circle.times.moves(step: point.step)!.last!), Double(circle.times.count)]
  }

  func steps(of result: CellResult) -> [Double] { expectedSteps }

  /// Flops of a step.
  var stepWork: Double {
    let (n, p) = (Double(point.width), Double(circle.points))
    return p * (26 * n + 6 * n * n * Double(point.depth - 2))
  }

  func secondsPerStep(_ streams: CellStreams) -> [Double] {
    let network = network(streams.kernels)
    return [
      medianSeconds { network.move() },
      medianSeconds { _ = network.kernelDiagonal() },
    ]
  }

  var workingBytes: Double {
    let (n, p) = (Double(point.width), Double(circle.points))
    return 4 * (40 * n + 3 * n * p * Double(point.depth) + n * n * Double(point.depth - 2))
  }
}
