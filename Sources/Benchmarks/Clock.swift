import CAffinity
import Foundation
import Kernels

/// Clocks in seconds.
enum Clock {
  /// The seconds that this thread has run, without those of others on the same core.
  static var processorTime: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// The seconds on a clock that always runs.
  static var wallTime: Double { seconds(CLOCK_MONOTONIC) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

/// A core of this machine, by its number.
enum Core {
  /// The cores on which this thread may run.
  static var all: [Int] {
    var cores = [Int32](repeating: 0, count: 1024)
    let count = Int(affinity_cores(&cores, Int32(cores.count)))
    // On systems other than Linux, only the system knows where a thread runs.
    return count > 0
      ? cores.prefix(count).map(Int.init) : Array(0..<ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Keeps this thread on one core; threads that it starts begin there too.
  ///
  /// - Returns: whether the system did so.
  @discardableResult
  static func pin(to core: Int) -> Bool { affinity_pin(Int32(core)) != 0 }
}

// MARK: - Speed of a core

/// Returns the flops a second of fused multiply-adds on this core, over two milliseconds or so.
func measurePeak(kernels: KernelSet) -> Double {
  // Without vectors or fused multiply-adds in hardware it takes a thousand times longer.
  let repeats = kernels.instructionSet == .generic ? 2000 : 600_000
  let begin = Clock.processorTime
  precondition(kernels.multiplyAddChains(repeats, 0.5, 0.5) > 0)
  return Double(repeats) * 640 / (Clock.processorTime - begin)
}

/// Returns the bytes a second that this core reads from an array of this size, or infinity for an
/// empty one.
func measureBandwidth(bytes: Double, rounds: Int, kernels: KernelSet) -> Double {
  guard bytes > 0 else { return .infinity }
  let array = AlignedBuffer(count: Int(bytes / 4))
  let timing = CallTiming(rounds: rounds, of: 2e-3) {
    for _ in 0..<$0 { precondition(kernels.readVectors(array.vectors, array.lanes) == 0) }
  }
  return bytes / timing.best
}

/// The processor time of repeated calls.
struct CallTiming {
  /// The seconds of one call in the best round.
  private(set) var best = Double.infinity
  /// The number of calls in all rounds.
  private(set) var calls = 0
  /// The share of a core that this thread had while it was timed: less than one if others ran too.
  var share: Double { processor / wall }
  private var processor = 0.0
  private var wall = 0.0

  /// Times calls of a function.
  ///
  /// - Parameters:
  ///   - rounds: number of rounds.
  ///   - duration: least seconds of a round.
  ///   - between: called before the first round, between any two and after the last.
  ///   - body: makes the given number of calls.
  init(
    rounds: Int, of duration: Double, between: () -> Void = {}, _ body: (_ calls: Int) -> Void
  ) {
    body(1)
    var repeats = 1
    while true {
      let begin = Clock.processorTime
      body(repeats)
      if Clock.processorTime - begin >= duration { break }
      repeats *= 2
    }
    between()
    for _ in 0..<rounds {
      let (begin, wallBegin) = (Clock.processorTime, Clock.wallTime)
      body(repeats)
      let time = Clock.processorTime - begin
      processor += time
      wall += Clock.wallTime - wallBegin
      best = min(best, time / Double(repeats))
      calls += repeats
      between()
    }
  }
}
