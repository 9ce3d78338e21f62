import Foundation

extension Program {
  /// Runs the program to its end, whatever it writes and in whatever order.
  ///
  /// - Throws: `UserError` if it cannot be started, or still runs after `timeLimit`.
  package func run() throws -> ProgramRun {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput =
      try input.map { try FileHandle(forReadingFrom: URL(fileURLWithPath: $0)) }
      ?? FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      try takingSignals { try process.run() }
    } catch {
      // Foundation closes many files in the new process, and fails where so many cannot be open.
      var limit = rlimit()
      let isLow = openFiles(&limit) == 0 && limit.rlim_cur < 256
      throw UserError(
        "\(name): cannot be started: \(error.localizedDescription)"
          + (isLow
            ? "; \(limit.rlim_cur) files may be open, expected 256 or more (ulimit -n)" : ""),
        exitCode: 1)
    }

    let deadline = ContinuousClock.now + timeLimit
    var texts = Drain([output, errors].map(\.fileHandleForReading.fileDescriptor))
    let state = texts.read(until: deadline, atMost: outputLimit)
    if state == .full { kill(process.processIdentifier, SIGKILL) }
    let left = max(0, ContinuousClock.now.duration(to: deadline) / .seconds(1))
    guard state != .late, ended.wait(timeout: .now() + left) == .success else {
      // What does not end when it is asked to is killed. Its own children may outlive it.
      for signal in [SIGTERM, SIGKILL] {
        kill(process.processIdentifier, signal)
        if ended.wait(timeout: .now() + 2) == .success { break }
      }
      throw UserError(
        "\(name): still running after \(timeLimit / .seconds(1)) s, and was stopped", exitCode: 1)
    }
    let status = process.terminationStatus
    return ProgramRun(
      ending: process.terminationReason == .exit ? .exit(code: status) : .signal(status),
      output: texts.bytes[0], errors: String(decoding: texts.bytes[1], as: UTF8.self))
  }

  /// Runs the program to its end on a thread of its own, which may wait: tasks go on meanwhile.
  ///
  /// - Throws: `UserError` if it cannot be started, or still runs after `timeLimit`.
  package func run() async throws -> ProgramRun {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try run() }) }
    }
  }
}

/// Gets the limit on files that this process has open.
private func openFiles(_ limit: inout rlimit) -> Int32 {
  #if canImport(Glibc)
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  #else
    getrlimit(RLIMIT_NOFILE, &limit)
  #endif
}

/// Runs `body` with no signal blocked in this thread. A process inherits what the thread blocks
/// that starts it, and threads of Dispatch and of tasks block most: SIGTERM would not reach it.
private func takingSignals(_ body: () throws -> Void) rethrows {
  var (none, old) = (sigset_t(), sigset_t())
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, &old)
  defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
  try body()
}

/// Several pipes that are read as bytes come, so that none of them fills while another is read.
private struct Drain {
  enum State { case ended, late, full }

  /// What has come, for each pipe.
  private(set) var bytes: [Data]
  private var pipes: [pollfd]

  init(_ descriptors: [Int32]) {
    bytes = descriptors.map { _ in Data() }
    pipes = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  }

  /// Reads until all pipes are closed, time is over, or the first one has given more than `limit`.
  mutating func read(until deadline: ContinuousClock.Instant, atMost limit: Int) -> State {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while pipes.contains(where: { $0.fd >= 0 }) {
      let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
      guard left > 0 else { return .late }
      guard poll(&pipes, nfds_t(pipes.count), Int32(min(left.rounded(.up), 1e6))) > 0 else {
        continue
      }
      for i in pipes.indices where pipes[i].fd >= 0 && pipes[i].revents != 0 {
        let count = Foundation.read(pipes[i].fd, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        // poll passes over what is negative.
        if count <= 0 { pipes[i].fd = -1 } else { bytes[i].append(contentsOf: buffer[..<count]) }
      }
      if bytes[0].count > limit { return .full }
    }
    return .ended
  }
}
