import Foundation
import HDF5
import Kernels

/// `runs.json` beside study files: what simulating them took, where and when. Nothing else of a study
/// depends on it: volatile facts are kept out of everything that has to be the same from run to run.
public struct RunLog: Codable, Sendable {
  /// In the order in which they ended.
  public private(set) var runs: [Run] = []

  /// A run that simulated cells. One that was killed leaves no record: cells that it had finished count for
  /// none.
  public struct Run: Codable, Equatable, Sendable {
    /// The file's name without its ending.
    public let study: String
    public let studyKey: String
    /// When it ended, in UTC, "2026-11-21T22:05:00Z".
    public let date: String
    public let processor, system, instructionSet: String
    /// Cores of the machine, cells simulated at once, cells simulated, cells of the study.
    public let cores, workers, simulated, cells: Int
    /// Wall time; user and system time of all threads.
    public let seconds, coreSeconds: Double
    /// Bytes of memory in use at the most.
    public let peakMemory: Double

    enum CodingKeys: String, CodingKey {
      case study, date, processor, system, cores, workers, simulated, cells, seconds
      case studyKey = "study_key"
      case instructionSet = "instruction_set"
      case coreSeconds = "core_seconds"
      case peakMemory = "peak_memory"
    }

    /// Whether it simulated the whole study, so that its times are those of all cells.
    public var isWhole: Bool { simulated == cells }
  }

  init() {}
}

extension RunLog {
  /// That of a folder, if it has one.
  ///
  /// - Throws: `UserError` if it is of another form.
  public init?(in folder: String) throws {
    let path = Self.path(in: folder)
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    guard let log = try? JSONDecoder().decode(RunLog.self, from: bytes) else {
      throw UserError("\(path): got another form; expected what cod simulate writes", exitCode: 1)
    }
    self = log
  }

  static func path(in folder: String) -> String { "\(folder)/runs.json" }

  /// The last run that simulated every cell of a study of this key, on any processor or such a one.
  public func whole(_ studyKey: String, on processor: String? = nil) -> Run? {
    runs.last {
      $0.studyKey == studyKey && $0.isWhole && (processor == nil || processor == $0.processor)
    }
  }

  /// Adds a run to the log beside a study file. Runs that do so at once wait for one another.
  public static func append(_ run: Run, besides study: String) throws {
    let folder = parentFolder(of: study)
    try exclusively(CellStore(besides: study).lock) {
      var log = try RunLog(in: folder) ?? RunLog()
      log.runs.append(run)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try writeAtomically(encoder.encode(log) + Data("\n".utf8), to: path(in: folder))
    }
  }
}

/// Measures a run from here on.
public struct RunMeasurement: Sendable {
  private let begin = ContinuousClock.now
  private let usage = processorSeconds()

  public init() {}

  /// The run until now.
  public func run(
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

/// Seconds of processor time of this process, user and system.
private func processorSeconds() -> Double {
  let usage = resourceUsage()
  return [usage.ru_utime, usage.ru_stime].reduce(0) {
    $0 + Double($1.tv_sec) + 1e-6 * Double($1.tv_usec)
  }
}

/// Bytes that this process has had in memory at the most.
private func peakMemory() -> Double {
  #if os(Linux)
    1024 * Double(resourceUsage().ru_maxrss)
  #else
    Double(resourceUsage().ru_maxrss)
  #endif
}

private func resourceUsage() -> rusage {
  var usage = rusage()
  #if os(Linux)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  #else
    getrusage(RUSAGE_SELF, &usage)
  #endif
  return usage
}

/// What a machine is, in the few words that a time makes sense with.
struct Machine {
  let processor, system: String
  let cores: Int

  static let this: Machine = {
    var name = utsname()
    uname(&name)
    func text<T>(_ field: T) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = facts.split(separator: "\n").first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").last }
    return Machine(
      processor: model.map { $0.trimmingCharacters(in: .whitespaces) } ?? text(name.machine),
      system: "\(text(name.sysname)) \(text(name.release))",
      cores: ProcessInfo.processInfo.activeProcessorCount)
  }()
}
