import Foundation
import TestSupport
import Testing

/// What the pages tell a reader to type works.
@Suite struct CommandBlockTests {
  static let pages = DocumentationTests.pages.filter {
    ["README.md", "CONTRIBUTING.md"].contains($0) || $0.hasPrefix("docs/guide/")
  }

  /// A page is one session of bash, in a copy of the project with the tool on PATH.
  @Test(arguments: pages) func everyBlockRuns(page: String) throws {
    let text = try String(contentsOfFile: "\(projectFolder)/\(page)", encoding: .utf8)
    let blocks = try Block.all(of: text).filter {
      try ["sh", "python"].contains($0.language) && $0.isRun()
    }
    guard !blocks.isEmpty else { return }
    try withFolder { folder in
      let (project, temporary) = ("\(folder)/project", "\(folder)/tmp")
      for new in [project, temporary] {
        try FileManager.default.createDirectory(
          atPath: new, withIntermediateDirectories: false)
      }
      try copyProject(to: project)
      var session = "set -eEuo pipefail\ntrap 'echo \"line $block\" > ../failed' ERR\n"
      for block in blocks { session += "block=\(block.line)\n\(block.script)" }
      try write(session, to: "\(folder)/session.sh")
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let run = try run(
        URL(filePath: "/bin/bash"), ["\(folder)/session.sh"], in: project,
        environment: [
          "PATH": "\(tool.deletingLastPathComponent().path):\(path)", "TMPDIR": temporary,
        ])
      let place = (try? String(contentsOfFile: "\(folder)/failed", encoding: .utf8)) ?? "no line"
      #expect(
        run.status == 0,
        "\(page), the block at \(place): exit code \(run.status)\n\(run.errors)\n\(run.output)")
    }
  }

  @Test func commentsOfBlocksAreKnown() throws {
    for page in Self.pages {
      let text = try String(contentsOfFile: "\(projectFolder)/\(page)", encoding: .utf8)
      for block in Block.all(of: text) where ["sh", "python"].contains(block.language) {
        #expect(
          block.comment.isEmpty && block.language == "sh"
            || block.comment.wholeMatch(of: #/not run: .+|needs (python: .+|sbatch|h5dump)/#)
              != nil,
          "\(page):\(block.line): \(block.comment)")
      }
    }
  }
}
