import Crypto
import Foundation

/// A commit of the repository around that has exactly the bytes of some file. It is looked up and not
/// written into files, which are committed themselves.
public struct Commit: Encodable, Hashable, Sendable {
  public let hash: String
  /// Its date, "2026-11-20".
  public let date: String
  /// The first line of its message.
  public let subject: String

  /// What came of the search.
  public enum Search: Hashable, Sendable {
    case found(Commit)
    /// A repository, and nothing in it with these bytes.
    case none
    /// No repository here, or no git.
    case noRepository
  }

  /// The commit that brought these bytes into the repository of the present folder.
  public static func having(_ bytes: Data) -> Search {
    guard git(["rev-parse", "--git-dir"]) != nil else { return .noRepository }
    var hash = Insecure.SHA1()
    hash.update(data: Data("blob \(bytes.count)\0".utf8))
    hash.update(data: bytes)
    let blob = hash.finalize().hexadecimal
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
    (try? Studies.git(arguments, in: ".")).map { String(decoding: $0, as: UTF8.self) }
  }
}
