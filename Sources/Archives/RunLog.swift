import Foundation
import Host

/// `runs.json` beside study files: what simulating them took, where and when. Nothing else of a
/// study depends on it: volatile facts are kept out of everything that has to be the same from run
/// to run.
package struct RunLog: Codable, Sendable {
  /// In the order in which they ended.
  package private(set) var runs: [Run] = []

  /// A run that simulated cells. One that was killed leaves no record: cells that it had finished
  /// count for none.
  package struct Run: Codable, Equatable, Sendable {
    /// The file's name without its ending.
    package let study: String
    package let studyKey: String
    /// When it ended, in UTC, "2026-11-21T22:05:00Z".
    package let date: String
    package let processor, system, instructionSet: String
    /// Cores of the machine, cells simulated at once, cells simulated, cells of the study.
    package let cores, workers, simulated, cells: Int
    /// Wall time; user and system time of all threads.
    package let seconds, coreSeconds: Double
    /// Bytes of memory in use at the most.
    package let peakMemory: Double

    package init(
      study: String, studyKey: String, date: String, processor: String, system: String,
      instructionSet: String, cores: Int, workers: Int, simulated: Int, cells: Int,
      seconds: Double, coreSeconds: Double, peakMemory: Double
    ) {
      self.study = study
      self.studyKey = studyKey
      self.date = date
      self.processor = processor
      self.system = system
      self.instructionSet = instructionSet
      self.cores = cores
      self.workers = workers
      self.simulated = simulated
      self.cells = cells
      self.seconds = seconds
      self.coreSeconds = coreSeconds
      self.peakMemory = peakMemory
    }

    enum CodingKeys: String, CodingKey {
      case study, date, processor, system, cores, workers, simulated, cells, seconds
      case studyKey = "study_key"
      case instructionSet = "instruction_set"
      case coreSeconds = "core_seconds"
      case peakMemory = "peak_memory"
    }

    /// Whether it simulated the whole study, so that its times are those of all cells.
    package var isWhole: Bool { simulated == cells }
  }

  init() {}
}

extension RunLog {
  /// Reads the log of a folder, if it has one.
  ///
  /// - Throws: `UserError` if it is of another form, or cannot be read.
  package init?(in folder: String) throws {
    let path = Self.path(in: folder)
    // An entry a run, of some 500 bytes.
    guard
      let bytes = try contents(
        ofOptional: path, as: "a file, or nothing", atMost: 1 << 26, exitCode: 1)
    else { return nil }
    guard let log = try? JSONDecoder().decode(RunLog.self, from: bytes) else {
      throw UserError("\(path): got another form; expected what cod simulate writes", exitCode: 1)
    }
    self = log
  }

  static func path(in folder: String) -> String { "\(folder)/runs.json" }

  /// The last run that simulated every cell of a study of this key, on any processor or such a one.
  package func whole(_ studyKey: String, on processor: String? = nil) -> Run? {
    runs.last {
      $0.studyKey == studyKey && $0.isWhole && (processor == nil || processor == $0.processor)
    }
  }

  /// Seconds of a core that all cells of a study took: in the last run of the whole, or in its
  /// parts together, or else by the mean of all cells of studies of this name that were simulated.
  /// `nil` if there is none.
  package func coreSeconds(of study: String, key: String, cells: Int) -> Double? {
    if let whole = whole(key) { return whole.coreSeconds }
    func mean(_ parts: [Run]) -> (cells: Int, seconds: Double) {
      let simulated = parts.reduce(0) { $0 + $1.simulated }
      return (simulated, parts.reduce(0) { $0 + $1.coreSeconds } / Double(simulated))
    }
    let own = mean(runs.filter { $0.studyKey == key })
    let named = mean(runs.filter { $0.study == study })
    guard named.cells > 0 else { return nil }
    return (own.cells >= cells ? own : named).seconds * Double(cells)
  }

  /// Adds a run to the log beside a study file. Runs that do so at once wait for one another.
  package static func append(_ run: Run, besides study: String) throws {
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
