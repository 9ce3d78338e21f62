import Foundation
import TestSupport
import Testing

/// Names that shells, make, gnuplot or format strings could stumble over.
@Suite struct OddNamesTests {
  static let names = ["it's 50% \"naïve\" $HOME äöü", "a  b;c & d", "(x) [y] {z} #1 =2 ~"]

  @Test(.enabled(if: hasGnuplot && has("make"), "no gnuplot or make on PATH"), arguments: names)
  func aProjectFolder(name: String) throws {
    try withFolder { top in
      let plain = try SmallPipeline(in: "\(top)/plain")
      let odd = try SmallPipeline(in: "\(top)/\(name)")
      for pipeline in [plain, odd] {
        try pipeline.simulate()
        let run = try pipeline.make("figures")
        #expect(run.status == 0 && run.errors == "", "\(run)")
      }
      for part in ["data", "figures"] {
        #expect(odd.made(under: part) == plain.made(under: part))
        #expect(!odd.made(under: part).isEmpty)
      }
    }
  }

  /// Blanks, apostrophes, percent signs and other letters are fine with `swift build`; these are
  /// not.
  @Test(.enabled(if: has("make"), "make is not on PATH"), arguments: ["a \"b\"", "a\\b"])
  func aFolderThatSwiftCannotBuildIn(name: String) throws {
    try withFolder { top in
      let pipeline = try SmallPipeline(in: "\(top)/\(name)")
      // Everything is newer than the tool.
      let run = try pipeline.make("build", "sources=Makefile", "swift=false")
      #expect(run.status == 2 && run.output == "", "\(run)")
      #expect(run.complaints.count == 1, "\(run)")
      #expect(run.errors.contains(": swift cannot build in a folder with \" or \\ in its name"))
    }
  }

  /// Drafts of pictures go to TMPDIR.
  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH"), arguments: names)
  func aTemporaryFolder(name: String) throws {
    try withFolder { top in
      let pipeline = try SmallPipeline(in: "\(top)/p")
      try FileManager.default.createDirectory(
        atPath: "\(top)/\(name)", withIntermediateDirectories: false)
      try pipeline.simulate()
      _ = try cod("tables", "specialists", in: pipeline.folder)
      let run = try cod(
        "render", "specialists", in: pipeline.folder, environment: ["TMPDIR": "\(top)/\(name)"])
      #expect(run.status == 0 && run.errors == "", "\(run)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(top)/\(name)") == [])
    }
  }

  @Test(arguments: names) func aStudy(name: String) throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data", withIntermediateDirectories: false)
      try write(study(), to: "\(folder)/data/\(name).yml")
      let simulated = try cod("simulate", "data/\(name).yml", in: folder)
      #expect(simulated.output.hasPrefix("data/\(name).h5: 4 cells simulated, "), "\(simulated)")
      let status = try cod("status", in: folder)
      #expect(status.status == 0 && status.output == "data/\(name).h5: fresh\n", "\(status)")
      for command in ["summary", "why"] {
        let run = try cod(command, "data/\(name).h5", in: folder)
        #expect(run.status == 0 && run.errors == "", "\(run)")
      }
    }
  }
}
