import Foundation
import TestSupport
import Testing

/// What cannot be written is told in one line, and earlier files stay.
@Suite struct DiskTests {
  /// A limit on the size of files stands in for a full disk: a write then stops part-way too.
  func codOnAFullDisk(kilobytes: Int, _ arguments: String...) throws -> Run {
    let script = "ulimit -f \(kilobytes); trap '' XFSZ; exec \"$0\" \"$@\""
    return try run(URL(filePath: "/bin/bash"), ["-c", script, tool.path] + arguments)
  }

  @Test func noRoomForACell() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/study.yml")
      _ = try cod("simulate", "\(folder)/study.yml")
      let before = contents(folder)
      try write(study(widths: "[3, 5, 7]"), to: "\(folder)/study.yml")
      let run = try codOnAFullDisk(kilobytes: 1, "simulate", "\(folder)/study.yml")
      expectFailure(run, 1, saying: "cod: cannot write \(folder)/.cells/")
      #expect(run.errors.hasSuffix(": File too large\n"), "\(run.errors)")
      let after = contents(folder).filter { $0.key != "study.yml" }
      #expect(after == before.filter { $0.key != "study.yml" }, "\(after.keys) was \(before.keys)")
    }
  }

  /// Every cell fits, the file of all of them does not; once there is room, nothing is done twice.
  @Test func noRoomForTheStudy() throws {
    try withFolder { folder in
      let sampler = "warmup: 20, draws: 200, thin: 50"
      try write(study(sampler: sampler), to: "\(folder)/study.yml")
      _ = try cod("simulate", "\(folder)/study.yml")
      let old = try bytes("\(folder)/study.h5")
      try write(study(datasets: 12, sampler: sampler), to: "\(folder)/study.yml")
      let run = try codOnAFullDisk(kilobytes: 200, "simulate", "\(folder)/study.yml")
      expectFailure(run, 1, saying: "cod: cannot write \(folder)/study.h5: File too large\n")
      #expect(try bytes("\(folder)/study.h5") == old)
      #expect(!contents(folder).keys.contains { $0.contains(".tmp-") })
      let again = try cod("simulate", "\(folder)/study.yml")
      #expect(
        again.output.hasPrefix("\(folder)/study.h5: 0 cells simulated, 24 taken over, "), "\(again)"
      )
    }
  }

  @Test func noRoomForATable() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/two-layer-density.yml")
      _ = try cod("simulate", "\(folder)/two-layer-density.yml")
      try write("old", to: "\(folder)/ldt-density.tsv")
      let run = try codOnAFullDisk(
        kilobytes: 4, "tables", "ldt-density", "--data", folder, "-o", folder)
      expectFailure(run, 1, saying: "cod: cannot write \(folder)/ldt-density.tsv: File too large\n")
      #expect(try bytes("\(folder)/ldt-density.tsv") == Data("old".utf8))
    }
  }

  @Test func missingFoldersAreMade() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/study.yml")
      let run = try cod("simulate", "study.yml", "-o", "a/b/c.h5", in: folder)
      #expect(run.status == 0 && run.output.hasPrefix("a/b/c.h5: 4 cells simulated"), "\(run)")
      #expect(try cod("summary", "\(folder)/a/b/c.h5").status == 0)
    }
  }

  /// Foundation cannot take the folder of such names on Linux.
  @Test func namesOfASingleCharacter() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/s")
      let run = try cod("simulate", "s", "-o", "o", in: folder)
      #expect(run.status == 0 && run.output.hasPrefix("o: 4 cells simulated"), "\(run)")
    }
  }

  @Test func aFileInThePlaceOfAFolder() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/study.yml")
      let run = try cod("simulate", "study.yml", "-o", "study.yml/x.h5", in: folder)
      expectFailure(
        run, 1, saying: "cod: study.yml: File exists; expected a folder to write results")
      #expect(try bytes("\(folder)/study.yml") == Data(study().utf8))
    }
  }

  @Test func aFolderInThePlaceOfTheFile() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/study.yml")
      let run = try cod("simulate", "\(folder)/study.yml", "-o", folder)
      expectFailure(run, 2, saying: "cod: \(folder): got a folder; expected the name of a file")
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may write where nobody else may"))
  func aFolderThatIsReadOnly() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/locked", withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o555])
      try write(study(), to: "\(folder)/study.yml")
      let run = try cod("simulate", "\(folder)/study.yml", "-o", "\(folder)/locked/study.h5")
      expectFailure(
        run, 1, saying: "cod: \(folder)/locked/.cells: Permission denied; expected a folder")
    }
  }

  /// A folder mounted read-only binds even root, where root may mount.
  @Test(.enabled(if: mayMount, "no new mounts for this user"))
  func aFileSystemThatIsReadOnly() throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/study.yml")
      let script =
        "mkdir disk; mount -t tmpfs -o ro tmpfs disk; exec \"$0\" simulate study.yml -o disk/x.h5"
      let run = try run(
        URL(filePath: "/usr/bin/env"), ["unshare", "--mount", "bash", "-c", script, tool.path],
        in: folder)
      expectFailure(run, 1, saying: "cod: disk/.cells: Read-only file system; expected a folder")
    }
  }
}

/// Whether a mount name space of one's own can be had here.
let mayMount =
  (try? run(
    URL(filePath: "/usr/bin/env"),
    ["unshare", "--mount", "bash", "-c", "mount -t tmpfs -o ro tmpfs /mnt"]
  ).status) == 0
