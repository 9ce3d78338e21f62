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
