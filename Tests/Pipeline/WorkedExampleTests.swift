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
          try write(body, to: path)
          continue
        }
        var text = try String(contentsOfFile: path, encoding: .utf8)
        if more.hasSuffix("entry") {
          text += body
        } else {
          // Before the first element of the first list of elements like it.
          let list = try #require(text.firstRange(of: #/\[(?=\s*\.\w)/#), "no list in \(name)")
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
        let build = try ExampleBuild(of: project, in: "\(folder)/build")
        for module in ["Paper", "cod"] { try build.compile(module) }
        let built = try build.link(["Paper", "cod"])
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
        let build = try ExampleBuild(of: project, in: "\(folder)/build")
        for module in ["Networks", "Studies"] { try build.compile(module, code: false) }
      }
    }
  }
#endif
