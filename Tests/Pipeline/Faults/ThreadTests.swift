import Foundation
import TestSupport
import Testing

#if os(Linux)
  private let canLimitThreads = has("timeout") && (getuid() != 0 || has("setpriv"))
#else
  private let canLimitThreads = false
#endif

/// Where the system gives no threads, every command says so in one line. Dispatch would ask for
/// them again for ever.
@Suite(.enabled(if: canLimitThreads, "no limit of threads to set here"))
struct ThreadTests {
  @Test(arguments: [["simulate", "x.yml"], ["simulate", "x.yml", "--workers", "1"], ["status"]])
  func noThread(arguments: [String]) throws {
    try withFolder { folder in
      // Another user has to be able to read and run it all.
      let copy = "\(folder)/cod"
      try FileManager.default.copyItem(atPath: tool.path, toPath: copy)
      try write(study(), to: "\(folder)/x.yml")
      chmod(folder, 0o777)
      let limited = "ulimit -u 1; exec \"$0\" \"$@\""
      // The limit does not hold for root. Nobody has this number, so nobody else's processes count.
      let user = getuid() == 0 ? ["setpriv", "--reuid", "64999", "--clear-groups"] : []
      let run = try run(
        URL(filePath: "/usr/bin/env"),
        ["timeout", "100"] + user + ["/bin/bash", "-c", limited, copy] + arguments, in: folder)
      expectFailure(run, 1, saying: "threads can be started")
      #expect(run.errors.contains("ulimit -u"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/x.h5"))
    }
  }
}
