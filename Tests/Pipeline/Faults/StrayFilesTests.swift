import Foundation
import TestSupport
import Testing

/// Files that stand in a project's folders and should not: those of other systems and of editors,
/// pipes, studies that cannot be read, records that somebody else has changed.
@Suite struct StrayFilesTests {
  /// Runs `body` in a folder with data/good.yml, which is simulated.
  func withProject(_ body: (String) throws -> Void) throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data", withIntermediateDirectories: false)
      try write(study(), to: "\(folder)/data/good.yml")
      #expect(try cod("simulate", "data/good.yml", in: folder).status == 0)
      try body(folder)
    }
  }

  @Test func namesWithADot() throws {
    try withProject { folder in
      for name in ["._good.yml", "._good.h5", ".#good.yml", ".DS_Store"] {
        try write("\u{0}\u{5}\u{16}\u{7}", to: "\(folder)/data/\(name)")
      }
      let status = try cod("status", in: folder)
      #expect(status.status == 0 && status.output == "data/good.h5: fresh\n", "\(status)")
      let estimate = try cod("estimate", in: folder)
      #expect(estimate.status == 0 && estimate.errors.isEmpty, "\(estimate)")
    }
  }

  /// A study that cannot be read is one line among the others'.
  @Test func aStudyThatCannotBeRead() throws {
    try withProject { folder in
      try write("\u{1}", to: "\(folder)/data/bad.yml")
      for command in ["status", "estimate", "verify"] {
        let run = try cod(command, in: folder)
        #expect(run.status == 1, "\(command): \(run)")
        #expect(run.output.contains("data/good.h5"), "\(command): \(run)")
        let said = (run.output + run.errors).split(separator: "\n")
        #expect(said.count { $0.contains("data/bad.yml: ") } == 1, "\(command): \(run)")
      }
      #expect(try cod("why", "good", in: folder).status == 0)
    }
  }

  /// Two names that are one to Unicode, é and e with an accent.
  @Test func namesOfOneNormalForm() throws {
    try withProject { folder in
      for name in ["\u{e9}", "e\u{301}"] { try write(study(), to: "\(folder)/data/\(name).yml") }
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/data")
      // Some file systems take them for one.
      guard names.count(where: { $0 == "\u{e9}.yml" }) == 2 else { return }
      let run = try cod("status", in: folder)
      #expect(run.status == 1 && run.output.contains("data/good.h5: fresh"), "\(run)")
      #expect(run.output.contains("another form of Unicode"), "\(run)")
    }
  }

  /// Nothing depends on the log of runs.
  @Test(arguments: ["<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b\n", ""])
  func aLogOfAnotherForm(text: String) throws {
    try withProject { folder in
      try write(text, to: "\(folder)/data/runs.json")
      try write(study(widths: "[4]"), to: "\(folder)/data/good.yml")
      let run = try cod("simulate", "data/good.yml", in: folder)
      #expect(run.status == 0 && run.complaints.count == 1, "\(run)")
      #expect(run.errors.contains("data/runs.json: got another form"), "\(run)")
      #expect(try bytes("\(folder)/data/runs.json") == Data(text.utf8))
      #expect(try cod("status", in: folder).output == "data/good.h5: fresh\n")
    }
  }

  /// A pipe waits for ever, for whoever reads it as a file.
  @Test(arguments: [
    "data/runs.json", "data/lock.json", "data/good.h5", "data/good.yml", "data/.cells/.lock",
    "data/claims.yml", "figures/ldt-density.tsv", "figures/ldt-density.gp",
  ])
  func pipes(name: String) throws {
    try withProject { folder in
      let path = "\(folder)/\(name)"
      let parent = (path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      unlink(path)
      #expect(mkfifo(path, 0o600) == 0)
      let commands = [
        ["simulate", "data/good.yml"], ["status"], ["estimate"], ["claims"],
        // Of a whole folder of figures it computes all tables, which takes minutes.
        name.hasPrefix("data") ? ["verify"] : ["verify", name, name],
        ["draw", "ldt-density"], ["render", "ldt-density"], ["summary", "data/good.h5"],
        ["provenance", name],
      ]
      for command in commands {
        let run = try run(
          URL(filePath: "/usr/bin/env"), ["timeout", "100", tool.path] + command, in: folder)
        #expect(run.status != 124, "\(command) waits for \(name)")
        #expect(run.status == 0 || !(run.output + run.errors).isEmpty, "\(command): \(run)")
      }
      var status = stat()
      #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO, "it is replaced")
    }
  }

  /// A lock file that cannot be read does not count as none.
  @Test func aRecordThatIsNoFile() throws {
    try withProject { folder in
      try FileManager.default.removeItem(atPath: "\(folder)/data/lock.json")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data/lock.json", withIntermediateDirectories: false)
      expectFailure(try cod("status", in: folder), 2, saying: "data/lock.json: is a folder")
    }
  }

  /// A cell's file that is a pipe is no cell.
  @Test func aCellThatIsAPipe() throws {
    try withProject { folder in
      let store = "\(folder)/data/.cells"
      let cell = try #require(
        FileManager.default.subpaths(atPath: store)?.first { $0.hasSuffix(".cell") })
      for name in ["\(store)/\(cell)", "\(folder)/data/good.h5"] { unlink(name) }
      #expect(mkfifo("\(store)/\(cell)", 0o600) == 0)
      let run = try run(
        URL(filePath: "/usr/bin/env"), ["timeout", "100", tool.path, "simulate", "data/good.yml"],
        in: folder)
      #expect(run.status == 0 && run.output.contains("1 cells simulated"), "\(run)")
    }
  }

  /// Too few files that may be open are one line, whatever is to be done.
  @Test(arguments: [5, 8, 16, 24]) func fewOpenFiles(count: Int) throws {
    try withProject { folder in
      for command in [["status"], ["render", "specialists"]] {
        let run = try run(
          URL(filePath: "/bin/bash"),
          ["-c", "ulimit -n \(count); exec \"$0\" \"$@\"", tool.path] + command, in: folder)
        // Below some number the system cannot load the tool, and has its own line.
        #expect([1, 127].contains(run.status) && run.complaints.count == 1, "\(run)")
        #expect(run.errors.contains("Too many open files") || run.status == 127, "\(run)")
      }
    }
  }

  /// A folder for drafts that is not there is named.
  @Test func noFolderForDrafts() throws {
    try withFolder { folder in
      let figures = "\(projectFolder)/figures"
      let run = try cod(
        "render", "specialists", "--tables", figures, "--scripts", figures, in: folder,
        environment: ["TMPDIR": "/nonexistent"])
      expectFailure(run, 1, saying: "TMPDIR: /nonexistent: No such file or directory")
    }
  }
}
