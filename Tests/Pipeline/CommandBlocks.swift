import Foundation
import TestSupport

/// A fenced block of a page of Markdown.
struct Block {
  /// The line of the fence, from 1.
  let line: Int
  let language: String
  let text: String
  /// What the comment on the line before says of it: "needs sbatch", "not run: why".
  let comment: String

  /// The blocks of a page, in order.
  static func all(of text: String) -> [Block] {
    var blocks: [Block] = []
    var open: (line: Int, language: String, comment: String)?
    var inside: [Substring] = []
    var before: Substring = ""
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if let (start, language, comment) = open {
        if line == "```" {
          blocks.append(
            Block(
              line: start, language: language,
              text: inside.map { $0 + "\n" }.joined(), comment: comment))
          open = nil
        } else {
          inside.append(line)
        }
      } else if line.hasPrefix("```") {
        let comment = before.firstMatch(of: #/^<!-- (.*) -->$/#)?.output.1 ?? ""
        open = (index + 1, String(line.dropFirst(3)), String(comment))
        inside = []
      }
      before = line
    }
    return blocks
  }

  /// Whether its comment lets it run on this machine.
  func isRun() throws -> Bool {
    if comment.hasPrefix("not run: ") { return false }
    guard let need = comment.firstMatch(of: #/^needs (.*)$/#)?.output.1 else {
      return language == "sh"
    }
    if need.hasPrefix("python: ") {
      let modules = need.dropFirst(8).split(separator: " ").joined(separator: ", ")
      guard let python = program("python3") else { return false }
      return try run(python, ["-c", "import \(modules)"]).status == 0
    }
    guard program(String(need)) != nil else { return false }
    // Slurm may be installed without a cluster.
    guard need == "sbatch" else { return true }
    return try program("sinfo").map { try run($0, ["-h"]).status == 0 } ?? false
  }

  /// Lines of bash that do what it says.
  var script: String {
    language == "python" ? "python3 - <<'END_OF_BLOCK'\n\(text)END_OF_BLOCK\n" : text
  }
}

/// A copy of the files that git tracks, or of all where there is no repository; study files are
/// links.
func copyProject(to folder: String) throws {
  let manager = FileManager.default
  var names: [String]
  if let git = program("git"), manager.fileExists(atPath: "\(projectFolder)/.git") {
    let listed = try run(
      git, ["-C", projectFolder, "ls-files", "-co", "--exclude-standard"])
    names = listed.output.split(separator: "\n").map(String.init)
  } else {
    names = try manager.subpathsOfDirectory(atPath: projectFolder).filter { name in
      ![".build/", "smoke/", "reproduce/", "archive/"].contains { name.hasPrefix($0) }
    }
  }
  for name in names {
    let (from, to) = ("\(projectFolder)/\(name)", "\(folder)/\(name)")
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: from, isDirectory: &isFolder), !isFolder.boolValue else {
      continue
    }
    try manager.createDirectory(
      at: URL(filePath: to).deletingLastPathComponent(), withIntermediateDirectories: true)
    if name.hasSuffix(".h5") {
      try manager.createSymbolicLink(atPath: to, withDestinationPath: from)
    } else {
      try manager.copyItem(atPath: from, toPath: to)
    }
  }
}
