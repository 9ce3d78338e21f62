/// Runs `body` with its stack frame at each of the four offsets from a multiple of 64 bytes that
/// callers can leave. Code that takes its frame for aligned to whole vectors crashes at three of
/// them.
package func atEveryStackOffset(_ body: () throws -> Void) rethrows {
  for bytes in [16, 32, 48, 64] {
    try withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 16) { _ in try body() }
  }
}
