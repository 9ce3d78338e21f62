import Foundation

/// Seconds of processor time of this process, user and system.
package func processorSeconds() -> Double {
  let usage = resourceUsage()
  return [usage.ru_utime, usage.ru_stime].reduce(0) {
    $0 + Double($1.tv_sec) + 1e-6 * Double($1.tv_usec)
  }
}

/// Bytes that this process has had in memory at the most.
package func peakMemory() -> Double {
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
package struct Machine: Sendable {
  package let processor, system: String
  package let cores: Int

  package static let this: Machine = {
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

/// The limit on this process's address space, infinite if it has none.
private func addressSpaceLimit() -> Double {
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    let resource = RLIMIT_AS
  #endif
  var limit = rlimit()
  guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(1) << 60 else { return .infinity }
  return Double(limit.rlim_cur)
}

/// Bytes of address space that programs, libraries and threads have taken, where it is limited;
/// otherwise they need no memory worth counting.
package func takenAddressSpace() -> Double {
  guard addressSpaceLimit().isFinite,
    let facts = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
    let pages = facts.split(separator: " ").first.flatMap({ Double($0) })
  else { return 0 }
  return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
}

/// Bytes of memory that this process may have: the machine's, or fewer where it or its group of
/// processes has a limit.
package func allowedMemory() -> Double {
  var allowed = min(Double(ProcessInfo.processInfo.physicalMemory), addressSpaceLimit())
  for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    if let bytes = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
      allowed = min(allowed, bytes)
    }
  }
  return allowed
}
