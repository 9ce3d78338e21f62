import Archives
import Foundation
import Host
import Kernels

/// Measures a run from here on.
package struct RunMeasurement: Sendable {
  private let begin = ContinuousClock.now
  private let usage = processorSeconds()

  package init() {}

  /// The run until now.
  package func run(
    of study: String, key: String, cells: Int, simulated: Int, workers: Int, kernels: KernelSet
  ) -> RunLog.Run {
    let machine = Machine.this
    // Microseconds, so that the file does not promise more.
    func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }
    return RunLog.Run(
      study: study, studyKey: key, date: Date().formatted(.iso8601),
      processor: machine.processor, system: machine.system,
      instructionSet: kernels.instructionSet.rawValue, cores: machine.cores, workers: workers,
      simulated: simulated, cells: cells,
      seconds: rounded(begin.duration(to: .now) / .seconds(1)),
      coreSeconds: rounded(processorSeconds() - usage), peakMemory: peakMemory())
  }
}
