import Foundation
import TestSupport
import Testing

#if os(Linux)
  /// The examples of CONTRIBUTING.md do what it says.
  @Suite struct WorkedExampleTests {
    /// The blocks of a section.
    func blocks(_ section: String) throws -> [Block] {
      let text = try String(contentsOfFile: "\(projectFolder)/CONTRIBUTING.md", encoding: .utf8)
      let begin = try #require(text.firstRange(of: "\n## \(section)\n"), "no section \(section)")
      let rest = text[begin.upperBound...]
      let end = rest.firstRange(of: "\n## ")?.lowerBound ?? rest.endIndex
      return Block.all(of: String(rest[..<end]))
    }

    /// Puts what the blocks say into the files that their first lines name.
    func apply(_ blocks: [Block], to project: String) throws -> [String] {
      var names: [String] = []
      for block in blocks {
        let lines = block.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard
          let (_, name, more, _) = lines[0].wholeMatch(
            of: #/(?:\/\/|#|<!--) ([A-Za-z][\w\/+.-]*\.\w+)(, one more (?:line|entry))?( -->)?/#)?
            .output
        else { continue }
        let path = "\(project)/\(name)"
        let body = lines.dropFirst().joined(separator: "\n")
        names.append(String(name))
        guard let more else {
          #expect(!FileManager.default.fileExists(atPath: path), "\(name) is there already")
          try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
          try write(body, to: path)
          continue
        }
        var text = try String(contentsOfFile: path, encoding: .utf8)
        if more.hasSuffix("entry") {
          text += body
        } else {
          // Before the first element of the first list of elements like it.
          let list = try #require(
            text.firstRange(of: #/\[(?=\s*(?:\.\w|\w+\.self))/#), "no list in \(name)")
          text.insert(contentsOf: "\n\(body)", at: list.upperBound)
        }
        try write(text, to: path)
      }
      return names
    }

    @Test func aFigureAndAClaim() throws {
      try withFolder { folder in
        let project = "\(folder)/project"
        try copyProject(to: project)
        let claim = try blocks("A claim")
        let names = try apply(try blocks("A figure") + claim, to: project)
        #expect(
          names == [
            "Sources/Paper/WidthAlignment.swift", "Sources/Paper/Paper.swift",
            "figures/width-alignment.gp", "figures/width-alignment.md", "data/claims.yml",
          ])
        var build = try ExampleBuild(of: project, in: "\(folder)/build")
        try build.compile(["Paper.swift", "WidthAlignment.swift"], of: "Paper")
        let built = try build.link()
        @discardableResult func cod(_ arguments: String...) throws -> String {
          let made = try run(built, arguments, in: project)
          try #require(made.status == 0, "cod \(arguments): \(made)")
          return made.output
        }
        func text(_ name: String) throws -> String {
          try String(contentsOfFile: "\(project)/\(name)", encoding: .utf8)
        }

        // Drawn.
        try cod("draw", "width-alignment")
        let picture = try text("figures/width-alignment.svg")
        #expect(picture.trimmingCharacters(in: .newlines).hasSuffix("</svg>"))
        let row = try #require(
          try text("figures/width-alignment-numbers.tsv").split(separator: "\n")
            .first { $0.hasPrefix("slope\t") })
        let slope = row.split(separator: "\t").dropFirst().prefix(3).compactMap { Double($0) }
        try #require(slope.count == 3)
        let caption = String(format: "%.3f (95 %%: %.3f … %.3f) against ln N", arguments: slope)
          .replacing("-", with: "−")

        // Judged.
        let judged = try cod("claims")
        let expected = try #require(claim.first { $0.language == "text" }).text
        #expect(judged.contains(expected), "CONTRIBUTING.md shows other output than\n\(judged)")

        // In the documentation and in the report.
        try cod("docs")
        let page = try text("docs/results/two-layers.md")
        #expect(page.contains("](../../figures/width-alignment.svg)"))
        #expect(page.replacing("\n", with: " ").contains(caption), "\(caption)")
        #expect(page.contains("../claims.md#claim-worked-example-width-alignment"))
        #expect(try text("docs/claims.md").contains("id=\"claim-worked-example-width-alignment\""))
        try cod("report")
        let report = try text("report.html")
        #expect(report.contains("<figure id=\"figure-width-alignment\">"))
        #expect(report.contains("id=\"claim-worked-example-width-alignment\""))
        #expect(report.replacing("\n", with: " ").contains(caption), "\(caption)")
      }
    }

    @Test func aKindOfNetwork() throws {
      try withFolder { folder in
        let project = "\(folder)/project"
        try copyProject(to: project)
        let names = try apply(try blocks("A kind of network"), to: project)
        #expect(
          names == [
            "Sources/Networks/EvenNetwork.swift", "Sources/Experiments/Problems/Kinds/Even.swift",
            "Sources/Experiments/Problems/Kinds/Kinds.swift", "data/even-samples.yml",
          ])
        var build = try ExampleBuild(of: project, in: "\(folder)/build")
        for module in ["Networks", "Experiments"] { try build.compile(module, code: false) }
      }
    }

    /// The toy experiment goes through the whole pipeline, none of whose files is touched.
    @Test func anExperiment() async throws {
      try await withFolder { folder in
        let project = "\(folder)/project"
        try copyProject(to: project)
        let names = try apply(try blocks("An experiment"), to: project)
        #expect(
          names == [
            "Sources/Experiments/RandomWalks/RandomWalks.swift",
            "Sources/Experiments/Experiments.swift", "data/random-walks.yml",
          ])
        var build = try ExampleBuild(of: project, in: "\(folder)/build")
        try build.compile("Experiments")
        let built = try build.link()
        func cod(_ arguments: String..., status: Int32 = 0) throws -> String {
          let made = try run(built, arguments, in: project)
          try #require(made.status == status, "cod \(arguments): \(made)")
          return made.output
        }
        func bytes(_ name: String) throws -> Data {
          try Data(contentsOf: URL(filePath: "\(project)/data/\(name)"))
        }
        let (spec, file) = ("data/random-walks.yml", "data/random-walks.h5")

        // Whole; in shards; killed, and continued with other workers.
        #expect(try cod("estimate", spec).contains("random-walks"))
        _ = try cod("simulate", spec)
        let whole = try bytes("random-walks.h5")
        func begin() throws {
          for name in ["random-walks.h5", ".cells"] {
            try FileManager.default.removeItem(atPath: "\(project)/data/\(name)")
          }
        }
        try begin()
        _ = try cod("simulate", spec, "--shard", "2/2")
        _ = try cod("simulate", spec, "--shard", "1/2")
        #expect(try bytes("random-walks.h5") == whole, "in shards")
        try begin()
        let process = Process()
        process.executableURL = built
        process.arguments = ["simulate", spec, "--workers", "1"]
        process.currentDirectoryURL = URL(filePath: project)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try await Task.sleep(for: .milliseconds(20))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        _ = try cod("simulate", spec)
        #expect(try bytes("random-walks.h5") == whole, "killed and continued")

        // Told of, checked and compared.
        #expect(try cod("summary", file).contains("16 of 16 cells diffusive"))
        #expect(try cod("provenance", file).contains("How far do random walks lead?"))
        #expect(try cod("status", spec).contains("fresh"))
        try FileManager.default.copyItem(
          atPath: "\(project)/\(file)", toPath: "\(folder)/copy.h5")
        #expect(try cod("verify", file, "\(folder)/copy.h5").contains("identical, 16 cells"))
        _ = try cod("docs")
        let text = try String(
          contentsOfFile: "\(project)/docs/reference/arrays.md", encoding: .utf8)
        #expect(text.contains("## Arrays of `random-walks` of `normal`"))
        #expect(text.contains("| `furthest` | cell × walker |"))
        let keys = try String(contentsOfFile: "\(project)/docs/reference/spec.md", encoding: .utf8)
        #expect(keys.contains("`walk.walkers`"))
        _ = try cod("report")
        let report = try String(contentsOfFile: "\(project)/report.html", encoding: .utf8)
        #expect(report.contains("How far do random walks lead?"))
        let old = try String(contentsOfFile: "\(project)/\(spec)", encoding: .utf8)
        try write(old.with("steps: 50", as: "steps: 60"), to: "\(project)/\(spec)")
        #expect(try cod("why", spec, status: 1).contains("walk.steps: 50 → 60"))
        try write(old.with("walkers: 64", as: "walkers: many"), to: "\(project)/\(spec)")
        let made = try run(built, ["simulate", spec], in: project)
        #expect(
          made.errors
            == "cod: \(spec):4: walk.walkers: got 'many'; expected an integer from 1 to 1000000000\n"
        )
      }
    }
  }
#endif
