import Foundation
import Host
import Studies

/// One submission: which cells, in how many tasks, and what was asked for.
struct SlurmRound: Codable, Sendable {
  /// From 1; 0 for one of which there is no record here.
  var number = 0
  /// The arrays.
  var jobs: [String] = []
  /// The job that follows them, if it was detached.
  var merge: String?
  var cells = 0
  var tasks = 0
  var arrayLimit = 1
  var time = ""
  /// What the longest task was to take.
  var seconds: Double?
  var megabytes = 0
  var lessons = Lessons()
  /// What there was of parts of its cells when it was submitted.
  var parts: String?

  /// First task and number of tasks of each array.
  var arrays: [(first: Int, count: Int)] {
    stride(from: 0, to: tasks, by: arrayLimit).map { ($0, min(arrayLimit, tasks - $0)) }
  }
}

/// Where a study's submissions are recorded: beside its store, in a folder of its own.
///
///     NAME/1.json      what was submitted           NAME/1.index      the cells of each task
///     NAME/1-0.sh      an array's script            NAME/1-0-7.log    what its task 7 wrote
package struct SlurmFolder: Sendable {
  /// The jobs' name, which tells the study, its key and where its cells are stored.
  let name: String
  let path: String

  package init(output: String, studyKey: String) {
    // The same folder by whatever name.
    let store = URL(fileURLWithPath: parentFolder(of: output)).resolvingSymlinksInPath().path
    let digest = Digest.sha256(Data("\(studyKey) \(store)".utf8))
    let file = output.split(separator: "/").last.map(String.init) ?? output
    let study = (file.hasSuffix(".h5") ? String(file.dropLast(3)) : file)
      .map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" }
    name = "cod-\(String(study))-\(digest.prefix(12))"
    path = "\(store)/.slurm/\(name)"
  }

  func make() throws { try makeFolder(path) }
  /// Removes the records of a study that is done, unless tasks of it are still queued.
  func removeIfIdle() async {
    guard FileManager.default.fileExists(atPath: path) else { return }
    if Slurm.hasQueue, (try? await Slurm.active(named: name))?.isEmpty != true { return }
    remove()
  }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
    rmdir(parentFolder(of: path))
  }

  func index(_ round: SlurmRound) -> String { "\(path)/\(round.number).index" }
  func script(_ round: SlurmRound, _ first: Int) -> String {
    "\(path)/\(round.number)-\(first).sh"
  }
  /// As a pattern of sbatch.
  func logPattern(_ round: SlurmRound, _ first: Int) -> String {
    "\(path.replacing("%", with: "%%"))/\(round.number)-\(first)-%a.log"
  }
  func mergeLogPattern(_ round: SlurmRound) -> String {
    "\(path.replacing("%", with: "%%"))/\(round.number)-merge.log"
  }

  /// The number of a new round, which is nobody else's: its index is made, empty, for the cells
  /// that are to be written into it.
  ///
  /// - Throws: `UserError` with the system's reason.
  func nextNumber() throws -> Int {
    var number = (lastRound()?.number ?? 0) + 1
    while true {
      let index = index(SlurmRound(number: number))
      let descriptor = open(index, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        close(descriptor)
        return number
      }
      guard errno == EEXIST else {
        throw UserError(
          "\(index): \(String(cString: strerror(errno))); expected to write it", exitCode: 1)
      }
      number += 1
    }
  }

  func record(_ round: SlurmRound) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try writeAtomically(
      encoder.encode(round) + Data("\n".utf8), to: "\(path)/\(round.number).json")
  }

  func lastRound() -> SlurmRound? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard
      let last = names.filter({ $0.hasSuffix(".json") }).compactMap({ Int($0.dropLast(5)) }).max(),
      let bytes = contents(of: "\(path)/\(last).json")
    else { return nil }
    return try? JSONDecoder().decode(SlurmRound.self, from: bytes)
  }

  /// What there is to say of the last submission, if there was one.
  package func line() -> String? {
    guard let round = lastRound() else { return nil }
    let job = "Slurm job \(round.jobs.joined(separator: ", "))"
    guard Slurm.hasQueue, let active = try? Slurm.active(named: name) else {
      return "\(job) was submitted"
    }
    if active.isEmpty {
      let next = try? Slurm.active(named: "\(name)-merge")
      return next?.isEmpty == false
        ? "\(job) has ended, merging is to follow" : "\(job) has ended; the same command goes on"
    }
    let running = active.count { $0.isRunning }
    return "\(job): \(running) running, \(active.count - running) waiting"
  }

  /// Whether this process is the job that follows a round.
  func isMergeJob(of round: SlurmRound) -> Bool {
    round.merge != nil && ProcessInfo.processInfo.environment["SLURM_JOB_ID"] == round.merge
  }

  /// How the tasks ended of which something is missing.
  func endings(
    of round: SlurmRound, missing isMissing: (TaskItem) -> Bool
  ) async -> [TaskEnding] {
    guard let index = contents(of: index(round)) else {
      return [.unknown]
    }
    let lines = index.split(separator: UInt8(ascii: "\n"))
    var endings: [TaskEnding] = []
    for (job, array) in zip(round.jobs, round.arrays) {
      let known = await Slurm.endings(of: job)
      for task in 0..<array.count where array.first + task < lines.count {
        let items = TaskBundle.items(of: lines[array.first + task])
        guard items.contains(where: isMissing) else { continue }
        let log = "\(path)/\(round.number)-\(array.first)-\(task).log"
        let end = known[task] ?? known[Slurm.neverRan]
        endings.append(TaskEnding(state: end?.state, exitCode: end?.exitCode, log: tail(of: log)))
      }
    }
    return endings
  }

  /// Runs `body` while no other process does so in this folder. Where the file system has no locks,
  /// two at once may submit the same cells, each by an index of its own, which costs time and
  /// nothing else.
  func locked<R>(_ body: () async throws -> R) async throws -> R {
    // Of the commands of Slurm, each ends within a minute; estimating takes as long.
    try await inTurn("\(path)/lock", patience: .seconds(600), body)
  }

  private func tail(of file: String) -> String {
    guard isRegularFile(file), let handle = FileHandle(forReadingAtPath: file) else { return "" }
    defer { try? handle.close() }
    let end = (try? handle.seekToEnd()) ?? 0
    try? handle.seek(toOffset: end > 4096 ? end - 4096 : 0)
    return String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
  }
}
