import Foundation
import TestSupport
import Testing

/// In a folder that takes no changes, what only reads works, and what writes says which file it
/// could not.
@Suite(.enabled(if: mayMount, "no new mounts for this user")) struct ReadOnlyTests {
  /// Runs a command in a folder that is mounted read-only for it alone.
  func onAReadOnlyDisk(_ arguments: [String], in folder: String) throws -> Run {
    let script = """
      mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" && exec "$0" "$@"
      """
    return try run(
      URL(filePath: "/usr/bin/env"),
      ["unshare", "--mount", "bash", "-c", script, tool.path] + arguments, in: folder)
  }

  /// A pipeline with everything made, whose width study then has another width.
  func withArchive(_ body: (String) throws -> Void) throws {
    try withFolder { folder in
      let pipeline = try SmallPipeline(in: folder)
      try pipeline.simulate()
      for figure in SmallPipeline.figures { _ = try cod("tables", figure, in: folder) }
      try body(folder)
    }
  }

  @Test func whatReadsWorks() throws {
    try withArchive { folder in
      let before = contents(folder)
      for arguments in [
        ["summary", "data/two-layer-width.h5"], ["status", "data/two-layer-width.yml"],
        ["simulate", "data/two-layer-width.yml"], ["tables", "specialists"],
        ["verify", "data/two-layer-width.h5", "data/two-layer-width.h5"],
      ] {
        let run = try onAReadOnlyDisk(arguments, in: folder)
        #expect(run.status == 0 && run.errors == "", "\(arguments): \(run)")
      }
      #expect(contents(folder) == before)
    }
  }

  @Test func whatWritesSaysWhatItCannot() throws {
    try withArchive { folder in
      try write(
        study(widths: "[5, 40]", sampler: "warmup: 20, draws: 60"),
        to: "\(folder)/data/two-layer-width.yml")
      try write("old", to: "\(folder)/figures/ldt-density.tsv")
      let before = contents(folder)
      var cases = [
        (["simulate", "data/two-layer-width.yml"], "cannot write data/two-layer-width.h5: "),
        (["tables", "ldt-density"], "figures/ldt-density.tsv"),
      ]
      if hasGnuplot { cases.append((["render", "specialists"], "figures/specialists.svg")) }
      for (arguments, file) in cases {
        let run = try onAReadOnlyDisk(arguments, in: folder)
        expectFailure(run, 1, saying: file)
        #expect(run.errors.contains(": Read-only file system"), "\(run.errors)")
      }
      #expect(contents(folder) == before)
    }
  }
}
