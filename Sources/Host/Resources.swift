import Foundation

/// Throws unless the system gives this process the threads that its work runs on.
///
/// Where the system refuses a thread, Dispatch asks again for ever, and with it every task. So all
/// are asked for at once before the first work begins, and given back. The same holds of a little
/// memory, without which the language's runtime stops in the middle.
///
/// - Throws: `UserError` that names the limits.
package func requireThreads() throws {
  // Tasks and Dispatch have one for each core at the most. Others wait for timers and programs.
  let count = ProcessInfo.processInfo.activeProcessorCount + 4
  let (started, problem) = threads(atMost: count)
  guard problem == 0 else {
    throw UserError(
      "\(started) of \(count) threads can be started: \(String(cString: strerror(problem))); "
        + "expected higher limits on the user's processes (ulimit -u) and on memory (ulimit -v)",
      exitCode: 1)
  }
}

/// Bytes of address space that small work takes besides its threads.
private let roomForWork = 1 << 26

/// Throws unless this process may open the files that it works with.
///
/// Where it may not, Foundation stops in the middle as it starts a program.
///
/// - Throws: `UserError` that names the limit.
package func requireFiles() throws {
  // A program that is started takes some ten for a moment; one a core may be.
  let count = 16 + 12 * ProcessInfo.processInfo.activeProcessorCount
  var opened: [Int32] = []
  defer { for file in opened { close(file) } }
  while opened.count < count {
    let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw UserError(
        "\(opened.count) of \(count) files can be opened: \(String(cString: strerror(errno))); "
          + "expected a higher limit on open files (ulimit -n)", exitCode: 1)
    }
    opened.append(file)
  }
}

/// Starts threads that all live at once, and ends them.
///
/// - Returns: how many could be started, and the error number of the one that could not, or of the
///   room for their work.
private func threads(atMost count: Int) -> (started: Int, problem: Int32) {
  let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  defer { gate.deallocate() }
  pthread_mutex_init(gate, nil)
  pthread_mutex_lock(gate)
  var threads: [pthread_t] = []
  var problem: Int32 = 0
  while threads.count < count, problem == 0 {
    #if canImport(Darwin)
      var thread: pthread_t?
      problem = pthread_create(&thread, nil, { pass($0) }, gate)
      if let thread { threads.append(thread) }
    #else
      var thread = pthread_t()
      problem = pthread_create(&thread, nil, { pass($0!) }, gate)
      if problem == 0 { threads.append(thread) }
    #endif
  }
  if problem == 0 {
    let room = mmap(nil, roomForWork, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0)
    if room == MAP_FAILED { problem = errno } else { munmap(room, roomForWork) }
  }
  pthread_mutex_unlock(gate)
  for thread in threads { pthread_join(thread, nil) }
  pthread_mutex_destroy(gate)
  return (threads.count, problem)
}

/// Waits at a gate until it is open.
private func pass(_ gate: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  let gate = gate.assumingMemoryBound(to: pthread_mutex_t.self)
  pthread_mutex_lock(gate)
  pthread_mutex_unlock(gate)
  return nil
}
