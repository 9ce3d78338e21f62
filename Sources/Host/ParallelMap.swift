import Dispatch

/// What a function makes of each of some values, by all cores.
///
/// - Parameter together: as many values are one core's at a time.
package func parallelMap<A: Sendable, B: Sendable>(
  _ values: [A], together: Int, _ body: @Sendable (A) -> B
) -> [B] {
  let results = UnsafeMutableBufferPointer<B?>.allocate(capacity: values.count)
  results.initialize(repeating: nil)
  defer {
    results.deinitialize()
    results.deallocate()
  }
  // Each element is written by one thread, and read after all have ended.
  nonisolated(unsafe) let shared = results
  DispatchQueue.concurrentPerform(iterations: (values.count + together - 1) / together) { part in
    let first = part * together
    for i in first..<min(first + together, values.count) { shared[i] = body(values[i]) }
  }
  return results.map { $0! }
}
