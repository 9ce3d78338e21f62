import Foundation
import TestSupport
import Testing

/// A file system of one's own that fills up: each command says which file it could not write,
/// leaves the earlier ones as they were, and ends well once there is room.
@Suite(.enabled(if: mayMount, "no new mounts for this user")) struct FullDiskTests {
  /// Runs a command on a small file system in memory on which few kilobytes are left, and again
  /// with room.
  ///
  /// - Parameters:
  ///   - seed: the folder whose content is on the disk. - kilobytes: what is left.
  /// - Returns: the failing run, whether the files that were there stayed as they were, and the
  ///   disk after the second run, which has to succeed.
  func onAFullDisk(
    _ arguments: [String], seed: String, kilobytes: Int, in folder: String
  ) throws -> (run: Run, changed: String, after: [String: Data]) {
    let script = """
      mkdir disk out; mount -t tmpfs -o size=4m tmpfs disk; cp -r seed/. disk
      (cd disk; find . -type f -exec sha256sum {} + > ../before)
      dd if=/dev/zero of=disk/ballast bs=1024 count=\(kilobytes) status=none
      dd if=/dev/zero of=disk/rest bs=4096 status=none 2> /dev/null || true
      rm disk/ballast
      status=0; (cd disk; exec "$0" "$@") || status=$?
      (cd disk; sha256sum --check --quiet ../before > ../changed 2>&1) || true
      (cd disk; find . -name '*.tmp-*') >> changed
      rm disk/rest
      (cd disk; "$0" "$@") > again 2>&1 || { cat again >&2; exit 99; }
      cp -r disk/. out; exit $status
      """
    try FileManager.default.moveItem(atPath: seed, toPath: "\(folder)/seed")
    let run = try run(
      URL(filePath: "/usr/bin/env"),
      ["unshare", "--mount", "bash", "-c", script, tool.path] + arguments, in: folder,
      environment: ["TMPDIR": "/tmp"])
    let changed = String(decoding: try bytes("\(folder)/changed"), as: UTF8.self)
    return (run, changed, contents("\(folder)/out"))
  }

  /// What the same command makes where there is room.
  func calm(_ arguments: [String], seed: String) throws -> [String: Data] {
    try withFolder { folder in
      try FileManager.default.copyItem(atPath: seed, toPath: "\(folder)/disk")
      let run = try run(tool, arguments, in: "\(folder)/disk")
      #expect(run.status == 0, "\(run)")
      return contents("\(folder)/disk")
    }
  }

  func expectRecovery(
    _ arguments: [String], kilobytes: Int, naming file: String,
    seed fill: (String) throws -> Void
  ) throws {
    try withFolder { folder in
      let seed = "\(folder)/filling"
      try FileManager.default.createDirectory(atPath: seed, withIntermediateDirectories: false)
      try fill(seed)
      let calm = try calm(arguments, seed: seed)
      let (run, changed, after) = try onAFullDisk(
        arguments, seed: seed, kilobytes: kilobytes, in: folder)
      expectFailure(run, 1, saying: "cod: cannot write \(file)")
      #expect(run.errors.hasSuffix(": No space left on device\n"), "\(run.errors)")
      #expect(changed == "", "files that were there have changed, or drafts stayed: \(changed)")
      #expect(Set(after.keys) == Set(calm.keys), "\(after.keys.sorted())")
      // What runs took is not the same twice.
      for (name, bytes) in calm where name != "runs.json" {
        #expect(after[name] == bytes, "\(name)")
      }
    }
  }

  @Test func simulateInTheMiddle() throws {
    try expectRecovery(["simulate", "x.yml"], kilobytes: 8, naming: "./.cells/") {
      try write(study(), to: "\($0)/x.yml")
    }
  }

  @Test func simulateAtTheMerge() throws {
    try expectRecovery(["simulate", "x.yml"], kilobytes: 8, naming: "x.h5") {
      try write(study(), to: "\($0)/x.yml")
      _ = try cod("simulate", "x.yml", in: $0)
      try FileManager.default.removeItem(atPath: "\($0)/x.h5")
      try FileManager.default.removeItem(atPath: "\($0)/lock.json")
    }
  }

  @Test func tables() throws {
    try expectRecovery(["tables", "specialists"], kilobytes: 0, naming: "figures/specialists") {
      try SmallPipeline(in: $0).simulate()
      try write("old", to: "\($0)/figures/specialists.tsv")
      try FileManager.default.removeItem(atPath: "\($0)/.build")
    }
  }

  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func render() throws {
    try expectRecovery(["render", "specialists"], kilobytes: 0, naming: "figures/specialists.") {
      try SmallPipeline(in: $0).simulate()
      _ = try cod("tables", "specialists", in: $0)
      try write("old", to: "\($0)/figures/specialists.svg")
      try FileManager.default.removeItem(atPath: "\($0)/.build")
    }
  }

  /// gnuplot says nothing where its own draft does not fit.
  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func gnuplotsDraft() throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      _ = try cod("tables", "specialists", in: folder)
      for format in ["svg", "pdf"] {
        try write("old", to: "\(folder)/figures/specialists.\(format)")
      }
      let script = """
        mkdir disk; mount -t tmpfs -o size=12k tmpfs disk; export TMPDIR=$PWD/disk
        exec "$0" render specialists
        """
      let run = try run(
        URL(filePath: "/usr/bin/env"), ["unshare", "--mount", "bash", "-c", script, tool.path],
        in: folder)
      expectFailure(run, 1, saying: "cod: figures/specialists.gp: gnuplot")
      for format in ["svg", "pdf"] {
        #expect(try bytes("\(folder)/figures/specialists.\(format)") == Data("old".utf8))
      }
    }
  }

  /// The README is the only page that is out of date.
  @Test func theReadme() throws {
    try expectRecovery(["docs"], kilobytes: 0, naming: "./README.md") { folder in
      for name in ["data", "figures", "docs"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder)/\(name)", withDestinationPath: "\(projectFolder)/\(name)")
      }
      let readme = try String(contentsOfFile: "\(projectFolder)/README.md", encoding: .utf8)
      try write(readme.with(" supported, ", as: " refuted, "), to: "\(folder)/README.md")
    }
  }
}

/// Standard output and standard error that take nothing.
@Suite struct FullOutputTests {
  @Test(arguments: [["status"], ["status", "--json"], ["summary", "data/x.h5"], ["why", "x"]])
  func fullOutputIsAFailure(arguments: [String]) throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data", withIntermediateDirectories: false)
      try write(study(), to: "\(folder)/data/x.yml")
      _ = try cod("simulate", "data/x.yml", in: folder)
      // Also where there is something to tell that is a failure itself.
      for widths in ["[3, 5]", "[3, 7]"] {
        try write(study(widths: widths), to: "\(folder)/data/x.yml")
        let run = try run(
          URL(filePath: "/bin/sh"),
          ["-c", "exec \"$0\" \"$@\" > /dev/full", tool.path] + arguments,
          in: folder)
        expectFailure(run, 1, saying: "cod: standard output: No space left on device\n")
      }
    }
  }

  /// Progress is lost then, and nothing else.
  @Test(arguments: ["2> /dev/full", "2>&-"]) func errorsThatNobodyTakes(redirection: String) throws
  {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      let simulated = try run(
        URL(filePath: "/bin/sh"), ["-c", "exec \"$0\" simulate x.yml \(redirection)", tool.path],
        in: folder)
      #expect(simulated.status == 0, "\(simulated)")
      #expect(simulated.output.hasPrefix("x.h5: 4 cells simulated, "), "\(simulated)")
      let refused = try run(
        URL(filePath: "/bin/sh"),
        ["-c", "exec \"$0\" status nowhere.yml \(redirection)", tool.path],
        in: folder)
      #expect(refused.status == 2 && refused.output == "", "\(refused)")
    }
  }
}
