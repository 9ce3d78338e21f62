import Archives
import Foundation
import Host
import Kernels
import Studies

/// The requests to Slurm.
package struct SlurmOptions: Sendable {
  package var partition: String?
  /// The time limit of a task; by default what the estimate makes safe.
  package var time: TimeLimit?
  /// The most tasks in one array; by default what the cluster takes.
  package var arrayLimit: Int?
  /// The most tasks at once.
  package var maxParallel: Int?
  /// The minutes that a task should take.
  package var taskMinutes = 15.0
  /// Whether to return after submission: a job that merges follows by itself.
  package var detach = false
  /// Cells at once in a task, and its cores.
  package var workers = 1
  /// The command that does a task's work, without shell: the tool, and the study's arguments.
  package var command: [String]
  /// The options that a detached merge repeats.
  package var options: [String] = []

  package init(command: [String]) { self.command = command }
}

/// Simulates on a cluster: one array of tasks after another, until all cells are there.
///
/// What is done is told by the cells' files alone. Slurm's word on how a task ended decides what
/// the next array asks for. A run that is killed leaves the array as it is; the same command finds
/// it by its name.
struct SlurmEngine: Engine {
  let options: SlurmOptions
  let folder: SlurmFolder
  /// All cells of the study, which a job that merges reads.
  let study: [Cell]
  /// Where archived studies are, from which the cost of cells is learned.
  let archives: String
  let kernels: KernelSet

  func simulate(
    _ cells: [Cell], into store: CellStore, report: (EngineReport) -> Void
  ) async throws -> EngineEnding {
    guard Slurm.isInstalled else {
      throw UserError(
        "--engine slurm: sbatch not found on PATH; expected Slurm, or use --engine local or --shard"
      )
    }
    try folder.make()
    var missing = cells
    var lessons: Lessons?
    if let last = folder.lastRound(), folder.isMergeJob(of: last) {
      missing = try await settle(missing, last, in: store, report: report)
    }
    while true {
      let before = missing
      let round = try await folder.locked { () async throws -> SlurmRound? in
        let active = try await Slurm.active(named: folder.name)
        let last = folder.lastRound()
        if !active.isEmpty { return last ?? SlurmRound(jobs: Set(active.map(\.job)).sorted()) }
        missing = missing.filter { !store.contains($0.key) }
        if missing.isEmpty { return nil }
        // Anew by hand is another attempt; by itself it is the next round of the same one.
        if lessons == nil, let ended = last {
          if folder.isMergeJob(of: ended) {
            lessons = try await learn(from: ended, missing: missing, in: store)
          } else {
            lessons = (try? await learn(from: ended, missing: missing, in: store)) ?? ended.lessons
            lessons?.idle = 0
            lessons?.seconds = nil
          }
        }
        return try await submit(missing, lessons ?? Lessons(), store)
      }
      // Of a task that Slurm took for ended a moment before it was.
      let left = Set(missing.map(\.key))
      report(EngineReport(finished: before.filter { !left.contains($0.key) }))
      guard let round else { return .done }
      if options.detach {
        try await folder.locked { try await follow(round) }
        return .submitted("Slurm job \(round.jobs.joined(separator: ", "))")
      }
      report(EngineReport(note: "Slurm job \(round.jobs.joined(separator: ", "))"))
      missing = try await wait(for: missing, in: store, report: report)
      if missing.isEmpty { return .done }
      if round.number > 0 { lessons = try await learn(from: round, missing: missing, in: store) }
    }
  }

  // MARK: - Submission

  private func submit(
    _ cells: [Cell], _ lessons: Lessons, _ store: CellStore
  ) async throws -> SlurmRound {
    let prediction = CostModel(archives: archives, kernels: kernels).prediction(of: cells)
    let seconds = prediction.seconds.map { $0 * lessons.slowness }
    // Room for what the estimate may be off by: three of its errors, and at least a factor 2.
    let room = min(8, max(2, exp(3 * (prediction.error ?? 0.7))))
    var target = 60 * options.taskMinutes
    if let most = lessons.seconds { target = min(target, most) }
    if let limit = options.time { target = min(target, limit.seconds / room) }
    let begun = store.parts()
    let pieces = zip(cells, seconds).flatMap { cell, seconds in
      Piece.pieces(of: cell, seconds: seconds, workers: options.workers, target: target) {
        store.missingParts(of: cell, begun[cell.key] ?? [])
      }
    }
    let plan = Plan(
      seconds: pieces.map(\.seconds), spans: pieces.map(\.span), workers: options.workers,
      target: target)
    let bundles = plan.bundles.map { $0.map { pieces[$0].item } }
    let minutes = Int((plan.seconds * room / 60).rounded(.up)) + 3
    let memory = simulationMemory(of: cells, workers: options.workers)
    var round = SlurmRound(
      number: try folder.nextNumber(), cells: cells.count, tasks: bundles.count,
      arrayLimit: max(1, min(options.arrayLimit ?? .max, await Slurm.largestArray)),
      time: options.time?.text ?? "\(minutes)",
      seconds: plan.seconds,
      megabytes: Int((lessons.memory * 1.5 * memory / 1e6).rounded(.up)) + 200, lessons: lessons,
      parts: store.partsDigest(of: Set(cells.map(\.key))))
    try TaskBundle.write(bundles, to: folder.index(round))
    let arrays = round.arrays
    for (first, count) in arrays {
      let script = folder.script(round, first)
      // The line of the index is that of the array's first task and the task's own number.
      try writeScript(
        options.command.map(shellQuoted)
          + ["--workers", "\(options.workers)", "--bundle"]
          + ["\(shellQuoted(folder.index(round))):$((SLURM_ARRAY_TASK_ID + \(first + 1)))"],
        to: script)
      do {
        round.jobs.append(
          try await Slurm.submit(
            Slurm.Job(
              name: folder.name, script: script, folder: folder.path,
              log: folder.logPattern(round, first), tasks: count, parallel: options.maxParallel,
              // One array after the other, where so many tasks at once are all there may be.
              after: options.maxParallel == nil ? [] : round.jobs.suffix(1),
              partition: options.partition, time: round.time, cores: options.workers,
              megabytes: round.megabytes)))
      } catch  where !round.jobs.isEmpty {
        // A site takes so many jobs of a user and no more: the rest is for the next round.
        break
      }
      try folder.record(round)
    }
    return round
  }

  /// Has a job merge after a round, whoever submitted that, unless one is queued already.
  private func follow(_ round: SlurmRound) async throws {
    let name = "\(folder.name)-merge"
    let own = ProcessInfo.processInfo.environment["SLURM_JOB_ID"]
    if try await Slurm.active(named: name).contains(where: { $0.job != own }) { return }
    let active = try await Slurm.active(named: folder.name).map(\.job).uniqued
    let script = "\(folder.path)/\(round.number)-merge.sh"
    try writeScript(
      (options.command + ["--engine", "slurm", "--detach"] + options.options).map(shellQuoted),
      to: script)
    var round = round
    round.merge = try await Slurm.submit(
      Slurm.Job(
        name: name, script: script, folder: folder.path, log: folder.mergeLogPattern(round),
        after: active.isEmpty ? round.jobs : active, partition: options.partition,
        time: "\(60 + study.count / 1000)", cores: 1,
        megabytes: mergeMegabytes(of: study, archived: CostModel.bytes(of: archives))))
    if round.number > 0 { try folder.record(round) }
  }

  /// With exec the job's process is the tool itself, which so gets the signal that Slurm sends.
  private func writeScript(_ words: [String], to path: String) throws {
    let text = "#!/bin/bash\nexec \(words.joined(separator: " "))\n"
    try writeAtomically(Data(text.utf8), to: path)
  }

  // MARK: - Waiting

  /// Waits until no task of the name is left.
  ///
  /// - Returns: the cells that are missing then.
  private func wait(
    for cells: [Cell], in store: CellStore, report: (EngineReport) -> Void
  ) async throws -> [Cell] {
    var missing = cells
    let begin = ContinuousClock.now
    var note: String?
    while true {
      let there = (try? store.keys()) ?? []
      let finished = missing.filter { there.contains($0.key) }
      missing.removeAll { there.contains($0.key) }
      if missing.isEmpty {
        report(EngineReport(finished: finished))
        return []
      }
      do {
        let active = try await Slurm.active(named: folder.name)
        if active.isEmpty {
          report(EngineReport(finished: finished))
          break
        }
        let running = active.count { $0.isRunning }
        note = "Slurm: \(running) running, \(active.count - running) waiting"
      } catch {
        // The controller may be restarting; the tasks go on meanwhile.
        note = "\(error)"
      }
      report(EngineReport(finished: finished, note: note))
      // Now and then, the rarer the longer it takes: the controller has others to serve.
      let age = begin.duration(to: .now) / .seconds(1)
      try await Task.sleep(for: .seconds(min(30, max(0.5, age / 20))))
    }
    guard let round = folder.lastRound(), round.number > 0 else { return missing }
    return try await settle(missing, round, in: store, report: report)
  }

  /// Looks for cells of tasks that have ended well, for a minute: on a network's file system files
  /// may be seen a while later.
  ///
  /// - Returns: the cells that are missing then.
  private func settle(
    _ cells: [Cell], _ round: SlurmRound, in store: CellStore, report: (EngineReport) -> Void
  ) async throws -> [Cell] {
    var missing = cells
    for _ in 0..<12 {
      let there = (try? store.keys()) ?? []
      let finished = missing.filter { there.contains($0.key) }
      missing.removeAll { there.contains($0.key) }
      report(EngineReport(finished: finished))
      let (keys, parts) = (Set(missing.map(\.key)), store.parts())
      // Of a part that has ended, the cell is not to be expected.
      let endings = await folder.endings(of: round) { item in
        keys.contains(item.cell)
          && !(parts[item.cell] ?? []).contains { $0.index == item.part && store.hasEnded($0) }
      }
      if !endings.contains(.completed) { break }
      try await Task.sleep(for: .seconds(5))
    }
    return missing
  }

  /// What a round teaches whose tasks have ended and left cells missing.
  private func learn(
    from round: SlurmRound, missing: [Cell], in store: CellStore
  ) async throws -> Lessons {
    let keys = Set(missing.map(\.key))
    let endings = await folder.endings(of: round) { keys.contains($0.cell) }
    let progress =
      missing.count < round.cells || round.parts.map { $0 != store.partsDigest(of: keys) } ?? false
    var lessons = round.lessons
    do {
      if let time = options.time, endings.contains(.timeout), !progress,
        round.tasks >= round.cells
      {
        throw UserError("cells of their own took longer than --time \(time.text); expected more")
      }
      try lessons.learn(from: endings, progress: progress, taskSeconds: round.seconds)
    } catch let error as UserError {
      throw UserError(
        "Slurm job \(round.jobs.joined(separator: ", ")): \(error); \(missing.count) cells are missing, "
          + "logs in \(folder.path); the same command goes on", exitCode: 1)
    }
    return lessons
  }
}
