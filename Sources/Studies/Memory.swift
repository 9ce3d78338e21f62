import Foundation

/// Bytes of memory that simulating cells takes at the most: data, features and their slopes of the largest
/// cells, and their results, as samples and on their way to the store; as many as there are workers. By
/// arithmetic.
func simulationMemory(of cells: [Cell], workers: Int) -> Double {
  3e7 + cells.map { $0.workingBytes + 4 * $0.resultBytes }.sorted().suffix(workers).reduce(0, +)
}

/// Bytes of memory that merging cells takes at the most: the file as it grows, two copies of the rows that are
/// turned into columns at once, and the cells. By arithmetic.
func mergeMemory(of cells: [Cell]) -> Double {
  let numbers = cells.reduce(0) { $0 + $1.resultBytes }
  return 3e7 + numbers + 2 * min(numbers, Double(Transposition.blockBytes)) + 2e3
    * Double(cells.count)
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
