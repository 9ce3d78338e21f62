import Foundation

/// Bytes of memory that simulating cells takes at the most: data, features and their slopes of the largest
/// cells, as many as there are workers; all results, as samples and on their way to the file. By arithmetic.
func memoryNeed(of cells: [Cell], workers: Int) -> Double {
  let working = cells.map(\.workingBytes).sorted().suffix(workers).reduce(0, +)
  return 3e7 + working + 4 * cells.reduce(0) { $0 + $1.resultBytes }
}

/// Bytes of memory that this process may have: the machine's, or fewer where it or its group of processes
/// has a limit.
func allowedMemory() -> Double {
  var allowed = Double(ProcessInfo.processInfo.physicalMemory)
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    let resource = RLIMIT_AS
  #endif
  var limit = rlimit()
  if getrlimit(resource, &limit) == 0 { allowed = min(allowed, Double(limit.rlim_cur)) }
  for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    if let bytes = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
      allowed = min(allowed, bytes)
    }
  }
  return allowed
}
