import Foundation

/// Processor time of this thread for one call, the median of seven rounds of five milliseconds or
/// more.
package func medianSeconds(of body: () -> Void) -> Double {
  func time(_ calls: Int) -> Double {
    let begin = threadSeconds()
    for _ in 0..<calls { body() }
    return threadSeconds() - begin
  }
  var calls = 1
  while time(calls) < 5e-3 { calls *= 2 }
  return (0..<7).map { _ in time(calls) / Double(calls) }.sorted()[3]
}

private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
