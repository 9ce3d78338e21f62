import Foundation
import Host

/// The tools that last made the tables of figures in a folder, `.drawn`: a line a figure, its name
/// and the digest of the program. It is this machine's own; without it, tables are computed anew.
struct DrawingRecord: Sendable {
  var tools: [String: String] = [:]

  /// Reads the record of a folder; a folder without one has an empty record.
  init(of folder: String) {
    let text = (try? utf8Text(of: Self.path(in: folder), as: "text")) ?? ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2 { tools[String(words[0])] = String(words[1]) }
    }
  }

  /// Writes the record, all at once.
  func write(to folder: String) throws {
    let lines = tools.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    try writeAtomically(Data(lines.joined().utf8), to: Self.path(in: folder))
  }

  private static func path(in folder: String) -> String { "\(folder)/.drawn" }
}
