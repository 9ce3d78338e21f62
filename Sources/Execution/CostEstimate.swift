import Archives
import Foundation
import Host
import Kernels
import Networks
import Studies

/// What it takes to simulate a study, told before it is done.
package struct CostEstimate: Encodable, Sendable {
  package let study: String
  package let workers: Int
  /// From scratch, and what is not simulated yet.
  package let all, missing: Work
  /// Bytes of memory at the most, of the study file, and of its cells' files beside it.
  package let memory, file, cells: Double
  /// Standard error of the core time's logarithm; `nil` where nothing tells it.
  package let error: Double?
  /// What the numbers of gradients are taken from.
  package let source: Source
  /// Core time of the last run on such a processor that simulated all of it, from `runs.json`.
  package let measuredCoreSeconds: Double?

  package struct Work: Encodable, Sendable {
    package let cells: Int
    /// Seconds of one core, and seconds with all workers, the longest cells first.
    package let coreSeconds, wallSeconds: Double
  }

  package enum Source: String, Encodable, Sendable {
    /// Every cell has been simulated before.
    case sameCells = "archived cells"
    /// Cells of the same kind of network have, and the nearest ones tell.
    case nearestCells = "nearest archived cells"
    /// None have: the formula that orders the cells of a run.
    case formula
  }
}

/// Core time of cells: gradients, counted in archived cells, times seconds of a gradient, measured here.
package struct CostModel: Sendable {
  private let kernels: KernelSet
  private let archived: [Archived]
  private let runs: RunLog?

  private struct Archived: Sendable {
    let cell: Cell
    let gradients: Double
    /// Draws of all chains, those included that were dropped.
    let draws: Double
  }

  /// - Parameter folder: the folder whose study files are learned from; damaged ones are passed over.
  package init(archives folder: String, kernels: KernelSet) {
    self.kernels = kernels
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var all: [Archived] = []
    for name in names.sorted() where name.hasSuffix(".h5") {
      let path = "\(folder)/\(name)"
      guard let archive = try? Archive(reading: path),
        let spec = try? StudySpec(
          parsing: archive.specText, of: "\(path.dropLast(3)).yml",
          smoke: archive.grid == StudySpec.Grid.smoke.rawValue)
      else { continue }
      let cells = spec.cells()
      guard cells.map(\.key) == archive.keys else { continue }
      all += zip(cells, archive.results).map { cell, result in
        Archived(
          cell: cell, gradients: Double(result.gradients.reduce(0, +)),
          draws: cell.draws * (1 + log2(Double(result.spacing[0])) / 2))
      }
    }
    archived = all
    runs = try? RunLog(in: folder)
  }

  /// What each of some cells takes.
  struct Prediction {
    /// Of one core.
    let seconds: [Double]
    let error: Double?
    let source: CostEstimate.Source
  }

  /// Times a few gradients, which takes about a second.
  func prediction(of cells: [Cell]) -> Prediction {
    let counts = counts(of: cells)
    let timing = Timing(of: cells, kernels: kernels)
    let seconds = zip(cells, counts.cells).map { cell, count in
      Self.besides
        * (count.gradients * timing.gradient(cell) + count.draws * timing.observation(cell))
    }
    return Prediction(
      seconds: seconds,
      error: counts.error.map { ($0 * $0 + timing.error * timing.error).squareRoot() },
      source: counts.source)
  }

  /// Bytes of the study files of a folder, which a model reads.
  static func bytes(of folder: String) -> Double {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".h5") }.reduce(0) { sum, name in
      let size = (try? files.attributesOfItem(atPath: "\(folder)/\(name)"))?[.size] as? NSNumber
      return sum + (size?.doubleValue ?? 0)
    }
  }

  /// Times a few gradients, which takes about a second.
  ///
  /// - Parameter output: the study file, beside which finished cells may be.
  package func estimate(_ spec: StudySpec, to output: String, workers: Int) -> CostEstimate {
    let cells = spec.cells()
    let prediction = prediction(of: cells)
    let seconds = prediction.seconds
    let archived = (try? Archive.keys(of: output)) ?? []
    let done = CellStore(besides: output).keys().union(archived)
    let pending = cells.indices.filter { !done.contains(cells[$0].key) }
    let numbers = cells.reduce(0) { $0 + $1.resultBytes }
    var share = Self.compressed
    if let size = fileSize(output), archived == cells.map(\.key) {
      share = Double(size) / numbers
    }
    return CostEstimate(
      study: output, workers: workers, all: work(seconds, workers),
      missing: work(pending.map { seconds[$0] }, workers),
      memory: max(
        simulationMemory(of: cells, workers: workers), mergeMemory(of: cells)),
      file: share * numbers, cells: numbers + Double(cells.count) * Self.cellFile,
      error: prediction.error, source: prediction.source,
      measuredCoreSeconds: runs?.whole(StudySpec.key(of: cells), on: Machine.this.processor)?
        .coreSeconds)
  }

  /// Core time over that of gradients and observations: integrator, random numbers, diagnostics, files.
  /// Measured on four archived studies simulated anew: 1.09, 1.10, 1.29 and 1.31.
  private static let besides = 1.2
  /// Bytes of a study file a byte of numbers, where no file tells: sampled numbers hardly compress.
  private static let compressed = 0.8
  /// Bytes of a cell's file besides its numbers.
  private static let cellFile = 500.0

  private func fileSize(_ path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
  }

  /// The longest first, each to the worker that is free first.
  private func work(_ seconds: [Double], _ workers: Int) -> CostEstimate.Work {
    let shares = longestFirst(seconds, over: workers)
    let busy = shares.map { $0.reduce(0) { $0 + seconds[$1] } }
    return CostEstimate.Work(
      cells: seconds.count, coreSeconds: seconds.reduce(0, +), wallSeconds: busy.max()!)
  }
}

// MARK: - Gradients

extension CostModel {
  private struct Count {
    var gradients, draws: Double
  }

  /// Gradients and draws of cells: their own where they are archived, else those of the nearest archived
  /// point of the grid, over its data sets, in proportion to the formula.
  private func counts(
    of cells: [Cell]
  ) -> (cells: [Count], error: Double?, source: CostEstimate.Source) {
    let kind = cells[0].kind
    let relevant = archived.filter {
      $0.cell.kind.name == kind.name
        && ($0.cell.sampler.langevinStep > 0) == (cells[0].sampler.langevinStep > 0)
        && $0.cell.sampler.isIntegrated == cells[0].sampler.isIntegrated
    }
    let own = Dictionary(
      relevant.map { ($0.cell.key, $0) }, uniquingKeysWith: { first, _ in first })
    let points = Dictionary(grouping: relevant) { $0.cell.point }
    guard !points.isEmpty else {
      return (
        cells.map { Count(gradients: $0.expectedGradients, draws: $0.draws) }, nil, .formula
      )
    }
    var known: [Parameters: Count] = [:]
    var guessed = 0.0
    let counts = cells.map { cell in
      if let own = own[cell.key] { return Count(gradients: own.gradients, draws: own.draws) }
      let ratio = known[cell.point] ?? ratios(nearest(to: cell.point, in: points, kind))
      known[cell.point] = ratio
      guessed += 1
      return Count(
        gradients: ratio.gradients * cell.expectedGradients, draws: ratio.draws * cell.draws)
    }
    guard guessed > 0 else { return (counts, 0, .sameCells) }
    // As much as one archived point is off when the nearest other one tells.
    let errors = points.compactMap { point, there -> Double? in
      var others = points
      others[point] = nil
      guard !others.isEmpty else { return nil }
      return log(
        ratios(nearest(to: point, in: others, kind)).gradients / ratios(there).gradients)
    }
    let square = errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))
    let error = square.squareRoot() * guessed / Double(cells.count)
    return (counts, errors.isEmpty ? nil : error, .nearestCells)
  }

  private func ratios(_ cells: [Archived]) -> Count {
    let n = Double(cells.count)
    return Count(
      gradients: cells.reduce(0) { $0 + $1.gradients / $1.cell.expectedGradients } / n,
      draws: cells.reduce(0) { $0 + $1.draws / $1.cell.draws } / n)
  }

  private func nearest(
    to point: Parameters, in points: [Parameters: [Archived]], _ kind: NetworkKind
  ) -> [Archived] {
    func distance(_ other: Parameters) -> Double {
      kind.coordinates.reduce(0) { sum, coordinate in
        let name = coordinate.name
        switch (point[name], other[name]) {
        case (.integer(let a), .integer(let b)):
          return sum + abs(log(Double(max(1, a)) / Double(max(1, b))))
        case (.real(let a), .real(let b)): return sum + (a > 0 && b > 0 ? abs(log(a / b)) : 0)
        case (let a, let b): return sum + (a == b ? 0 : 1)
        }
      }
    }
    // Of points equally near, one in a fixed order.
    let names = kind.coordinates.map(\.name)
    return points.min { a, b in
      let (x, y) = (distance(a.key), distance(b.key))
      if x != y { return x < y }
      let pair = names.lazy.map { (a.key[$0], b.key[$0]) }.first { $0 != $1 }
      return pair.map { $0 < $1 } ?? false
    }!.value
  }
}

extension Cell {
  /// What it has in common with the other data sets.
  fileprivate var point: Parameters {
    var point = parameters
    point["dataset"] = .integer(0)
    return point
  }

  /// Of all chains.
  fileprivate var draws: Double { Double(sampler.draws * sampler.starts.count) }

  /// Bytes of its arrays in the archive.
  var resultBytes: Double {
    let units = kind.units.reduce(0) { $0 + parameters.integer($1.size) }
    let perDraw = 16.0 + 5 * Double(kind.observables.count)
    return draws * perDraw + 4 * Double(sampler.kept * sampler.starts.count * units)
  }

  /// Bytes that sampling it needs: the data twice, what the network makes of all samples, and states.
  var workingBytes: Double {
    let demand = kind.demand(parameters)
    let test = kind.needsTestSet ? Double(parameters.testSamples) : 0
    let inputs = 2 * (Double(samples) + test) * Double(kind.inputDimension(parameters))
    let states = 12 * demand.parameters * Double(sampler.starts.count)
    return 4 * (inputs + 2 * (Double(samples) + test) * demand.perSample + states)
  }
}

// MARK: - Seconds

/// Seconds of a gradient and of an observation, measured at cells of a few sizes: in proportion to the
/// operations that they take, at a rate between those of the two nearest sizes.
private struct Timing {
  private let points: [(work: Double, gradient: Double, observation: Double)]
  /// Root mean square of how far sizes in between are off where their neighbours tell; at least the
  /// spread of `besides`, 10 %.
  let error: Double

  init(of cells: [Cell], kernels: KernelSet) {
    // One cell of each size, of at most nine sizes from the smallest to the largest.
    let sizes = Dictionary(grouping: cells, by: \.gradientWork).mapValues { $0[0] }
      .sorted { $0.key < $1.key }.map(\.value)
    let count = min(9, sizes.count)
    let measured = (0..<count).map { i in
      let cell = sizes[count == 1 ? 0 : i * (sizes.count - 1) / (count - 1)]
      let (gradient, observation) = cell.seconds(cell.problem, kernels)
      return (work: cell.gradientWork, gradient: gradient, observation: observation)
    }
    points = measured
    let errors = measured.indices.dropFirst().dropLast().map { i in
      var others = measured
      others.remove(at: i)
      let guess = Self.rate(at: measured[i].work, others) { $0.gradient }
      return log(guess * measured[i].work / measured[i].gradient)
    }
    let square = errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))
    error = max(0.1, square.squareRoot())
  }

  func gradient(_ cell: Cell) -> Double {
    cell.gradientWork * Self.rate(at: cell.gradientWork, points) { $0.gradient }
  }

  func observation(_ cell: Cell) -> Double {
    cell.gradientWork * Self.rate(at: cell.gradientWork, points) { $0.observation }
  }

  /// Seconds an operation, linear in ln(operations) between the sizes measured.
  private static func rate(
    at work: Double, _ points: [(work: Double, gradient: Double, observation: Double)],
    _ seconds: ((work: Double, gradient: Double, observation: Double)) -> Double
  ) -> Double {
    let rates = points.map { seconds($0) / $0.work }
    guard let above = points.firstIndex(where: { $0.work >= work }) else { return rates.last! }
    guard above > 0 else { return rates[0] }
    let (a, b) = (points[above - 1].work, points[above].work)
    let share = log(work / a) / log(b / a)
    return rates[above - 1] * (1 - share) + rates[above] * share
  }
}

extension Cell {
  /// Seconds of this core that a gradient takes, and reducing a draw to its observables.
  fileprivate func seconds(
    _ problem: some Problem, _ kernels: KernelSet
  ) -> (gradient: Double, observation: Double) {
    let data = trainingSet(kernels: kernels)
    let start = start(ofChain: 0, kernels: kernels)
    let observer = problem.observer(test: testSet(kernels: kernels), kernels: kernels)
    let position = AlignedBuffer(start)
    let observation = median {
      _ = observer.alignment(position)
      _ = observer.observables(position)
    }
    if sampler.isIntegrated {
      let collapsed = CollapsedPosterior(
        network: problem.network, data: data, ridge: ridge, kernels: kernels)
      let hidden = AlignedBuffer(Array(start.prefix(problem.network.hiddenCount)))
      let gradient = collapsed.makeGradient()
      return (median { _ = collapsed.evaluate(hidden, gradient: gradient) }, observation)
    }
    let posterior = Posterior(
      network: problem.network, data: data, ridge: ridge, kernels: kernels)
    let gradient = posterior.makeGradient()
    return (median { _ = posterior.evaluate(position, gradient: gradient) }, observation)
  }
}

/// Processor time of this thread for one call, the median of seven rounds of five milliseconds or more.
private func median(_ body: () -> Void) -> Double {
  func time(_ calls: Int) -> Double {
    let begin = threadSeconds()
    for _ in 0..<calls { body() }
    return threadSeconds() - begin
  }
  var calls = 1
  while time(calls) < 5e-3 { calls *= 2 }
  return (0..<7).map { _ in time(calls) / Double(calls) }.sorted()[3]
}

private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
