import Foundation
import Kernels
import Networks
import Studies

/// Seconds of a gradient and of an observation, measured at cells of a few sizes: in proportion to
/// the operations that they take, at a rate between those of the two nearest sizes.
struct Timing {
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
    let observation = median { _ = observer.observe(position, keepingUnits: false) }
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

/// Processor time of this thread for one call, the median of seven rounds of five milliseconds or
/// more.
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
