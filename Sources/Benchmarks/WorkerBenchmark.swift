import Foundation
import Kernels
import Synchronization

/// The throughput of two chains on two cores, relative to one chain on one core. Each worker has
/// its own copy of everything, so only memory, caches and clocks are shared.
struct WorkerBenchmark: Sendable {
  /// The gradient that every worker evaluates.
  let gradient: GradientBenchmark
  /// The cores of the workers.
  let cores: [Int]

  /// Measures rounds of one worker alone, each in turn, and rounds of all at once, by the wall
  /// clock.
  func measure(effort: Effort, kernels: KernelSet) -> WorkerResult {
    let steps = Mutex(0)
    let times = Mutex([Double](repeating: 0, count: cores.count))
    let go = cores.map { _ in DispatchSemaphore(value: 0) }
    let done = DispatchSemaphore(value: 0)
    for (worker, core) in cores.enumerated() {
      let thread = Thread {
        Core.pin(to: core)
        let advance = gradient.makeChain(kernels)
        while true {
          go[worker].wait()
          let count = steps.withLock { $0 }
          guard count > 0 else { break }
          let begin = Clock.processorTime
          advance(count)
          let time = Clock.processorTime - begin
          times.withLock { $0[worker] = time }
          done.signal()
        }
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }

    /// Returns the wall time, and the mean processor time of the given workers.
    func seconds(_ workers: Range<Int>, steps count: Int) -> (wall: Double, processor: Double) {
      steps.withLock { $0 = count }
      let begin = Clock.wallTime
      for worker in workers { go[worker].signal() }
      for _ in workers { done.wait() }
      let wall = Clock.wallTime - begin
      let processor = times.withLock { $0[workers].reduce(0, +) }
      return (wall, processor / Double(workers.count))
    }

    let everyone = 0..<cores.count
    _ = seconds(everyone, steps: 1)
    var count = 1
    while seconds(0..<1, steps: count).wall < effort.workerSeconds { count *= 2 }
    var alone = (wall: Double.infinity, processor: Double.infinity)
    var together = alone
    var (processor, wall) = (0.0, 0.0)
    for round in 0..<effort.workerRounds {
      let one = round % cores.count
      let single = seconds(one..<one + 1, steps: count)
      let all = seconds(everyone, steps: count)
      alone = (min(alone.wall, single.wall), min(alone.processor, single.processor))
      together = (min(together.wall, all.wall), min(together.processor, all.processor))
      processor += single.processor + Double(cores.count) * all.processor
      wall += single.wall + Double(cores.count) * all.wall
    }
    _ = seconds(everyone, steps: 0)
    let workers = Double(cores.count)
    let (ratio, target, share) = (
      workers * alone.wall / together.wall, 0.95 * workers, processor / wall
    )
    return WorkerResult(
      model: gradient.model, variant: gradient.variant, sizes: gradient.sizes,
      workers: cores.count, oneGradientsPerSecond: Double(count) / alone.wall,
      allGradientsPerSecond: workers * Double(count) / together.wall, ratio: ratio,
      processorTimeRatio: workers * alone.processor / together.processor, target: target,
      verdict: share < WorkerResult.wholeShare ? .loaded : Outcome(ratio, target: target),
      coreShare: share)
  }
}

/// The throughput of several workers, beside that of one.
package struct WorkerResult: Encodable, Sendable {
  /// The least share of a core that counts as a core of one's own.
  static let wholeShare = 0.95

  /// The network's kind, which of its forms, and its sizes.
  package let model, variant, sizes: String
  /// The number of workers.
  package let workers: Int
  /// The gradients a second of one worker alone, and of all together.
  package let oneGradientsPerSecond, allGradientsPerSecond: Double
  /// The ratio of the two by the wall clock.
  package let ratio: Double
  /// The same ratio by the workers' own time, which excludes what others take of the cores.
  package let processorTimeRatio: Double
  /// The ratio to reach.
  package let target: Double
  /// The verdict on the ratio by the wall clock, for workers that had their cores to themselves.
  package let verdict: Outcome
  /// The share of the cores that the workers had.
  package let coreShare: Double
}
