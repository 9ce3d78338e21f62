import Foundation
import TestSupport
import Testing

/// A gnuplot that fails half-way: earlier pictures stay, `cod` says so in one line, and `make`
/// deletes nothing that is good.
@Suite struct GnuplotFaultTests {
  /// Shell scripts that stand in for gnuplot: the preamble names the draft in its last argument but
  /// two.
  static let draft = "draft=${3##*set output \\'}; draft=${draft%\\'}; "
  static let faults = [
    (draft + "echo '<svg half' > \"$draft\"; exit 1", "gnuplot: exit code 1\n"),
    (draft + "echo '<svg half' > \"$draft\"", "gnuplot drew half a picture and said nothing\n"),
    (draft + "echo '<svg half' > \"$draft\"; kill -9 $$", "gnuplot: killed by signal 9\n"),
    (draft + "echo '<svg></svg>' > \"$draft\"; kill -SEGV $$", "gnuplot: killed by signal 11\n"),
    (draft + "echo '<svg></svg>' > \"$draft\"; echo careful >&2", "gnuplot: careful\n"),
    ("exit 0", "gnuplot drew nothing\n"),
    // The first picture is whole, the second is not.
    (
      draft
        + "case $draft in *.svg) echo '<svg><title>a</title><desc>b</desc></svg>' > \"$draft\";; *) exit 3;; esac",
      "gnuplot: exit code 3\n"
    ),
    ("yes complaint | head -100000 >&2; exit 1", "gnuplot: complaint\n"),
  ]

  /// Puts a fake gnuplot first on a PATH.
  func path(_ script: String, in folder: String) throws -> [String: String] {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/bin", withIntermediateDirectories: true)
    try write("#!/bin/bash\n\(script)\n", to: "\(folder)/bin/gnuplot")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/bin/gnuplot")
    let path = ProcessInfo.processInfo.environment["PATH", default: ""]
    return ["PATH": "\(folder)/bin:\(path)", "TMPDIR": "\(folder)/bin"]
  }

  @Test(arguments: faults) func aFault(script: String, words: String) throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      for format in ["svg", "pdf"] {
        try write("old", to: "\(folder)/figures/specialists.\(format)")
      }
      _ = try cod("tables", "specialists", in: folder)
      let before = contents("\(folder)/figures")
      let path = try path(script, in: folder)
      let run = try cod("render", "specialists", in: folder, environment: path)
      expectFailure(run, 1, saying: "cod: figures/specialists.gp: \(words)")
      #expect(contents("\(folder)/figures") == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/bin") == ["gnuplot"])

      if has("make") {
        let made = try pipeline.make("fig-specialists", environment: path)
        #expect(made.status != 0, "\(made)")
        #expect(contents("\(folder)/figures") == before, "make has deleted or changed something")
      }
    }
  }

  /// While gnuplot hangs nothing is changed, and a `cod` that is stopped leaves the pictures as
  /// they were.
  @Test func aHang() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      for format in ["svg", "pdf"] {
        try write("old", to: "\(folder)/figures/specialists.\(format)")
      }
      _ = try cod("tables", "specialists", in: folder)
      let before = contents("\(folder)/figures")
      let script = Self.draft + "echo '<svg half' > \"$draft\"; echo > begun; exec sleep 60"
      let running = try start(
        tool, ["render", "specialists"], in: folder, environment: path(script, in: folder))
      while running.process.isRunning,
        !FileManager.default.fileExists(atPath: "\(folder)/begun")
      { Thread.sleep(forTimeInterval: 0.02) }
      #expect(running.process.isRunning)
      // SIGTERM may be blocked here, and then is in what is started from here.
      kill(running.process.processIdentifier, SIGKILL)
      #expect(running.wait().status == SIGKILL)
      #expect(contents("\(folder)/figures") == before)
    }
  }
}
