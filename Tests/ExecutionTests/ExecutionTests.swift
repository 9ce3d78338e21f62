import Execution
import Experiments
import Host
import Studies
import TestSupport
import Testing

/// Parts of a study for many machines, and what is made of Slurm's words.
@Suite struct ExecutionTests {
  let wide = tinyStudy.with("[3, 5]", as: "[3, 5, 8, 13, 21, 34, 55]").with(
    "samples: 10, datasets: 2", as: "samples: [10, 100], datasets: 3")

  @Test(arguments: [1, 2, 7, 41, 42, 50]) func shardsAreDisjointAndComplete(count: Int) async throws
  {
    let cells = try await StudySpec.of(wide).cells()
    #expect(cells.count == 42)
    let parts = try (1...count).map { try Shard("\($0)/\(count)").part(of: cells) }
    #expect(parts.joined().sorted() == Array(cells.indices))
    #expect(parts.filter(\.isEmpty).count == max(0, count - 42))
    #expect(parts.allSatisfy { $0 == $0.sorted() }, "in grid order")
    #expect(try Shard("1/\(count)").part(of: cells) == parts[0], "the same again")
  }

  /// No share is more than one piece above another.
  @Test func bundlesAreOfEqualLength() throws {
    let seconds = (1...1000).map { 1 + 9 * Double($0 * 7919 % 1000) / 1000 }
    let plan = Plan(seconds: seconds, target: 100)
    let lengths = plan.bundles.map { $0.reduce(0) { $0 + seconds[$1] } }
    #expect(plan.bundles.joined().sorted() == Array(seconds.indices))
    #expect(plan.bundles.count == 55, "5495.5 s in tasks of 100 s")
    #expect(lengths.max()! - lengths.min()! < 2, "\(lengths)")
    #expect(plan.seconds == lengths.max())
  }

  @Test func aLongCellHasATaskOfItsOwn() {
    let plan = Plan(seconds: [1, 500, 1, 1], target: 100)
    #expect(plan.bundles.contains([1]) && plan.seconds == 500)
    #expect(Plan(seconds: [1, 2], target: 0.1).bundles.map(\.count) == [1, 1])
    #expect(Plan(seconds: [0, 0], target: 900).bundles == [[0, 1]])
    #expect(Plan(seconds: [1, 2], target: 1e-300).bundles.count == 2)
    let shared = Plan(seconds: [100, 10, 10, 10], workers: 8, target: 50)
    #expect(shared.bundles.count == 1 && shared.seconds == 100, "a piece has one core")
    let parted = Plan(seconds: [100, 10, 10, 10], spans: [25, 10, 10, 10], workers: 8, target: 50)
    #expect(parted.bundles.count == 1 && parted.seconds == 25, "but for its parts")
    #expect(Plan(seconds: [10, 10, 10, 10], workers: 2, target: 50).seconds == 20)
  }

  @Test(arguments: ["", "3", "0/7", "8/7", "1/0", "-1/2", "1/2/3", "a/b", "1/ 2"])
  func noShard(_ text: String) async {
    let line = await errorLine { _ = try Shard(text) }
    #expect(line == "got '\(text)'; expected I/N with 1 ≤ I ≤ N, as in 3/7")
  }

  @Test(arguments: ["", "index", "index:", ":3", "index:0", "index:-1", "index:x"])
  func noBundle(_ text: String) async {
    let line = await errorLine { _ = try TaskBundle(text) }
    #expect(line == "got '\(text)'; expected FILE:LINE")
  }

  @Test(arguments: [
    ("90", 5400), ("1:30", 90), ("2:00:00", 7200), ("1-0", 86400), ("1-12:30", 131400),
    ("1-0:0:1", 86401),
  ])
  func timeLimits(_ text: String, seconds: Double) throws {
    #expect(try TimeLimit(text).seconds == seconds)
  }

  @Test(arguments: ["", "0", "an hour", "1:2:3:4", "-5", "1--2", "UNLIMITED", "1.5"])
  func noTimeLimit(_ text: String) async {
    let line = await errorLine { _ = try TimeLimit(text) }
    #expect(line.hasPrefix("got '\(text)'; expected minutes, "))
  }

  // MARK: - Slurm's words

  @Test func theQueue() {
    let tasks = Slurm.tasks(
      listed: "17|0|RUNNING\n17|1|COMPLETING\n17|2|PENDING\n18|N/A|CONFIGURING\n")
    #expect(tasks.map(\.job) == ["17", "17", "17", "18"])
    #expect(tasks.map(\.index) == [0, 1, 2, 0])
    #expect(tasks.map(\.isRunning) == [true, true, false, false])
    #expect(Slurm.tasks(listed: "").isEmpty)
    for said in ["4242\n", "4242;alpha\n", "4242\nYour quota\n", "note 7\r\n4242;a\r\n"] {
      #expect(Slurm.number(ofJobSubmitted: said) == "4242", "\(said)")
    }
    for said in ["", "Submitted batch job 4242\n", "4242x\n"] {
      #expect(Slurm.number(ofJobSubmitted: said) == nil, "\(said)")
    }
  }

  /// As scontrol 22.05 shows them, less what is not read; tasks that never ran share a line.
  @Test func statesOfTasks() {
    let shown = """
      JobId=18 ArrayJobId=17 ArrayTaskId=0 JobName=cod-x JobState=COMPLETED Reason=None ExitCode=0:0 RunTime=1
      JobId=19 ArrayJobId=17 ArrayTaskId=1 JobName=a b JobState=NODE_FAIL Reason=NodeDown ExitCode=0:0 RunTime=1
      JobId=20 ArrayJobId=17 ArrayTaskId=2 JobName=cod-x JobState=FAILED Reason=NonZeroExitCode ExitCode=1:0 R=1
      JobId=17 ArrayJobId=17 ArrayTaskId=3-5,8 ArrayTaskThrottle=2 JobName=cod-x JobState=CANCELLED ExitCode=0:0
      """
    let endings = Slurm.endings(shown: shown)
    #expect(endings.keys.sorted() == [0, 1, 2, 3, 4, 5, 8])
    #expect(endings[0]?.state == "COMPLETED" && endings[1]?.state == "NODE_FAIL")
    #expect(endings[2]?.state == "FAILED" && endings[2]?.exitCode == "1:0")
    #expect(endings[4]?.state == "CANCELLED")
    // All tasks of an array that was cancelled before any ran are one record.
    let cancelled = Slurm.endings(
      shown:
        "JobId=20 ArrayJobId=20 ArrayTaskId=4294967294 JobName=cod-x JobState=CANCELLED ExitCode=0:0 RunTime=0\n"
    )
    #expect(cancelled.keys.sorted() == [Slurm.neverRan])
    #expect(cancelled[Slurm.neverRan]?.state == "CANCELLED")
    #expect(Slurm.largestArray(shown: "MailProg = x\nMaxArraySize            = 1001\n") == 1001)
  }

  @Test(
    arguments: [
      ("COMPLETED", "0:0", "", .completed), ("TIMEOUT", "0:0", "", .timeout),
      ("NODE_FAIL", "0:0", "", .nodeFailure), ("PREEMPTED", "0:15", "", .nodeFailure),
      ("OUT_OF_MEMORY", "0:125", "", .outOfMemory), ("CANCELLED", "0:0", "", .cancelled),
      // Without cgroups slurmstepd, or the kernel, ends a task that takes too much memory.
      (
        "CANCELLED", "0:0",
        "slurmstepd: error: StepId=4.batch exceeded memory limit (900 > 200), being killed",
        .outOfMemory
      ),
      ("FAILED", "0:9", "", .outOfMemory), ("FAILED", "137:0", "", .outOfMemory),
      // It stopped when asked to, since SIGUSR1 said that its time is nearly over; or before
      // it had begun.
      ("FAILED", "3:0", "", .timeout), ("FAILED", "0:10", "", .timeout),
      (
        "FAILED", "1:0", "x.h5: 1/2 cells, 50 % of the work\ncod: cannot write x: No space left\n",
        .failed("cannot write x: No space left")
      ),
      ("FAILED", "127:0", "", .failed("exit code 127:0")),
      // Slurm forgets tasks after some minutes: then their logs tell.
      (
        nil, nil,
        "slurmstepd: error: *** JOB 4 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***",
        .timeout
      ),
      (
        nil, nil,
        "slurmstepd: error: *** JOB 4 ON n1 CANCELLED AT 2026-01-01T00:00:00 DUE TO NODE FAILURE, SEE LOG ***",
        .nodeFailure
      ),
      (
        nil, nil, "slurmstepd: error: *** JOB 4 ON n1 CANCELLED AT 2026-01-01T00:00:00 ***",
        .cancelled
      ),
      (
        nil, nil, "slurmstepd: error: Detected 1 oom-kill event(s) in StepId=4.batch.", .outOfMemory
      ),
      (nil, nil, "cod: x.h5: stopped when asked to, 3 cells simulated", .timeout),
      (nil, nil, "", .unknown),
    ] as [(String?, String?, String, TaskEnding)])
  func howATaskEnded(_ state: String?, code: String?, log: String, ending: TaskEnding) {
    #expect(TaskEnding(state: state, exitCode: code, log: log) == ending)
  }

  @Test func whatTasksTeach() async throws {
    var lessons = Lessons()
    try lessons.learn(from: [.nodeFailure, .completed], progress: true, taskSeconds: 900)
    #expect(lessons == Lessons(), "a node that fails is nobody's fault")
    try lessons.learn(from: [.timeout], progress: true, taskSeconds: 900)
    #expect(lessons == Lessons(), "what went on is gone on with")
    try lessons.learn(from: [.timeout, .outOfMemory], progress: false, taskSeconds: 900)
    #expect(lessons.slowness == 2 && lessons.memory == 2)
    let before = lessons
    let line = await errorLine {
      try lessons.learn(from: [.nodeFailure, .cancelled], progress: true, taskSeconds: 900)
    }
    #expect(line == "cancelled")
    #expect(lessons == before)
    #expect(lessons.seconds == nil)
    try lessons.learn(from: [.failed("?")], progress: true, taskSeconds: 800)
    #expect(lessons.seconds == 100, "what fails has less company")
    try lessons.learn(from: [.failed("?"), .failed("?")], progress: false, taskSeconds: 100)
    try lessons.learn(from: [.unknown], progress: true, taskSeconds: 100)
    #expect(
      lessons.seconds == 100, "where all fail, or nobody knows why, it is not for a cell's sake")
  }

  /// What cannot be mended by trying again ends.
  @Test func noEndlessRetries() async throws {
    for (ending, rounds, words) in [
      (.failed("no space"), 3, "no cell came of 3 rounds: no space"),
      (.nodeFailure, 3, "no cell came of 3 rounds: node failure"),
      (.timeout, 7, "out of time, even at 64 times the estimate; expected a longer --time"),
      (.outOfMemory, 5, "out of memory, even at 16 times the estimate"),
    ] as [(TaskEnding, Int, String)] {
      var lessons = Lessons()
      for _ in 1..<rounds { try lessons.learn(from: [ending], progress: false, taskSeconds: 900) }
      let line = await errorLine {
        try lessons.learn(from: [ending], progress: false, taskSeconds: 900)
      }
      #expect(line == words)
    }
  }
}
