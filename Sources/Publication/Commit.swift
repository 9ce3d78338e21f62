import Foundation
import Host
import Studies

/// A commit of the repository around that has exactly the bytes of some file. It is looked up:
/// files cannot hold it, because they are committed themselves.
package struct Commit: Encodable, Hashable, Sendable {
  package let hash: String
  /// Its date, "2026-11-20".
  package let date: String
  /// The first line of its message.
  package let subject: String

  /// What came of the search.
  package enum Search: Hashable, Sendable {
    case found(Commit)
    /// A repository, and nothing in it with these bytes.
    case none
    /// No repository here, or no git.
    case noRepository
  }

  /// The commit that brought these bytes into the repository of the present folder.
  package static func having(_ bytes: Data) -> Search {
    guard git(["rev-parse", "--git-dir"]) != nil else { return .noRepository }
    let hash = Digest(.sha1)
    hash.update(Data("blob \(bytes.count)\0".utf8))
    hash.update(bytes)
    let blob = hash.hexadecimal()
    guard
      let log = git([
        "log", "--all", "--find-object=\(blob)", "--diff-filter=AM", "--date=short",
        "--format=%H %cd %s",
      ]), let line = log.split(separator: "\n").last
    else { return .none }
    let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
    guard parts.count >= 2 else { return .none }
    return .found(
      Commit(hash: parts[0], date: parts[1], subject: parts.count > 2 ? parts[2] : ""))
  }

  /// What git says, `nil` if it fails or is not there.
  private static func git(_ arguments: [String]) -> String? {
    (try? gitOutput(arguments, in: ".")).map { String(decoding: $0, as: UTF8.self) }
  }
}
