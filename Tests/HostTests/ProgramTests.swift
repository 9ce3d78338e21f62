import Foundation
import Host
import TestSupport
import Testing

/// Programs that are run to their end.
@Suite struct ProgramTests {
  static func shell(_ script: String) throws -> Program {
    var shell = try Program("sh", ["-c", script])
    // A hang is a failure within the minute.
    shell.timeLimit = .seconds(60)
    return shell
  }

  /// A megabyte on each of standard output and error fills a pipe that nobody reads.
  @Test(arguments: ["talk o; talk e >&2", "talk e >&2; talk o", "talk e >&2 & talk o; wait"])
  func aTalkativeProgramIsHeardOut(order: String) async throws {
    let program = try Self.shell(
      "talk() { head -c 1000000 /dev/zero | tr '\\0' \"$1\"; }; \(order)")
    for run in [try await program.run(), try program.waited()] {
      #expect(run.succeeded)
      #expect(run.output == Data(repeating: UInt8(ascii: "o"), count: 1_000_000))
      #expect(run.errors == String(repeating: "e", count: 1_000_000))
    }
  }

  @Test func whatItIsStartedWith() throws {
    try withFolder { folder in
      try write("a line\n", to: "\(folder)/input")
      var program = try Program("sh", ["-c", "cat; echo \"$1\" \"$WORD\"; pwd -P; ls", "", "a  b"])
      program.environment["WORD"] = "word"
      program.folder = folder
      program.input = "\(folder)/input"
      let there = URL(filePath: folder).resolvingSymlinksInPath().path
      #expect(try program.run().text == "a line\na  b word\n\(there)\ninput\n")
      // Nothing is read where no input is given.
      #expect(try Self.shell("cat").run().output.isEmpty)
    }
  }

  @Test func howItEnded() throws {
    let run = try Self.shell("echo out; echo; echo ' first ' >&2; echo second >&2; exit 7").run()
    #expect(run.ending == .exit(code: 7) && !run.succeeded)
    #expect(run.text == "out\n\n" && run.errors == " first \nsecond\n")
    #expect(run.messages == ["first", "second"] && run.complaint == "first")
    #expect(try Self.shell("exit 3").run().complaint == "exit code 3")
    #expect(try Self.shell("kill -KILL $$").run().complaint == "killed by signal 9")
  }

  @Test func whatCannotBeRun() async throws {
    let line = await errorLine { _ = try Program("no-such-program", [], purpose: "expected it") }
    #expect(line == "no-such-program: not found on PATH; expected it")
    try await withFolder { folder in
      var program = try Self.shell("exit 0")
      program.input = "\(folder)/missing"
      let line = await errorLine { _ = try await program.run() }
      #expect(line.contains("missing"))
    }
  }

  /// One that hangs is stopped, with its pipes open or closed, whether or not it takes SIGTERM.
  @Test(arguments: ["exec sleep 60", "exec sleep 60 >&- 2>&-", "trap '' TERM; sleep 60 & wait"])
  func aHangIsAFault(script: String) async throws {
    var program = try Self.shell(script)
    program.timeLimit = .milliseconds(200)
    let line = await errorLine { _ = try await program.run() }
    #expect(line == "sh: still running after 0.2 s, and was stopped")
  }

  /// Threads of tasks and of Dispatch block signals; what they start does not.
  @Test func signalsReachIt() async throws {
    let program = try Self.shell("kill -TERM $$; sleep 0.1; echo alive")
    #expect(try program.waited().ending == .signal(SIGTERM))
    #expect(try await program.run().ending == .signal(SIGTERM))
    let onDispatch = await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: try? program.run().ending) }
    }
    #expect(onDispatch == .signal(SIGTERM))
  }

  @Test func outputHasALimit() throws {
    var program = try Program("head", ["-c", "1000000000", "/dev/zero"])
    program.outputLimit = 1_000_000
    let run = try program.run()
    #expect(run.ending == .signal(SIGKILL))
    #expect(run.output.count > 1_000_000 && run.output.count < 2_000_000)
    program.arguments[1] = "1000000"
    #expect(try program.run().output.count == 1_000_000)
  }

  /// Each waits for all others, of which there are more than threads in the pool.
  @Test func tasksDoNotBlockThePool() async throws {
    let count = 4 * ProcessInfo.processInfo.activeProcessorCount
    try await withFolder { folder in
      var program = try Self.shell(
        "touch \"$$\"; while [ \"$(ls | wc -l)\" -lt \(count) ]; do sleep 0.05; done")
      program.folder = folder
      try await withThrowingTaskGroup(of: Bool.self) { [program] group in
        for _ in 0..<count { group.addTask { try await program.run().succeeded } }
        for try await succeeded in group { #expect(succeeded) }
      }
    }
  }
}

extension Program {
  /// The run of this thread's own, in an asynchronous test too.
  fileprivate func waited() throws -> ProgramRun { try run() }
}
