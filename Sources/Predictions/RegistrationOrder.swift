import Foundation
import Host

/// Which of the two came first by the history of the repository: a registration as it stands, or
/// the data of its studies.
///
/// Every commit that adds data has to have a parent that holds the registration, byte for byte. So
/// what was registered in the same commit, or changed since, is not older; neither is what lies on
/// a branch that was merged later. Data that were deleted and simulated again are as old as the
/// first ones.
///
/// Documentation has none of this: a commit cannot name itself, and an archive has no history. So a
/// page that named commits would be out of date in the commit that brings it.
package enum RegistrationOrder: Hashable, Sendable {
  /// The registration is committed, the data are not.
  case waiting(registered: Commit)
  /// The data were committed after the registration.
  case inTime(registered: Commit, study: Commit)
  /// The data were there before the registration was committed as it stands; they may be
  /// uncommitted themselves.
  case late(study: Commit?)
  /// Neither is committed, and there are no data.
  case uncommitted
  /// The history is not here, for the reason.
  case unknown(String)

  /// A commit, as a reader looks for it.
  package struct Commit: Hashable, Sendable {
    /// The start of its hash.
    package let hash: String
    /// Its date, "2026-11-29".
    package let date: String

    package init(hash: String, date: String) {
      self.hash = hash
      self.date = date
    }
  }

  package var isLate: Bool { if case .late = self { true } else { false } }
}

extension RegistrationOrder {
  /// Looks up the order in the repository around the studies. Each registration takes git some
  /// calls of a few milliseconds.
  package init(of registration: Registration) {
    let repository = Repository(folder: registration.data)
    do {
      if let gap = try repository.gap() {
        self = .unknown(gap)
      } else {
        try self.init(of: registration, in: repository)
      }
    } catch {
      self = .unknown("\(error)")
    }
  }

  private init(of registration: Registration, in repository: Repository) throws {
    let blob = try repository.git(["hash-object", registration.path])
    func holds(_ commit: String) -> Bool {
      (try? repository.git(["rev-parse", "--verify", "\(commit):./\(registration.path)"])) == blob
    }
    /// The last change up to a commit that holds the registration.
    func registered(upTo commit: String) throws -> Commit {
      let lines = try repository.log("-1", commit, "--", registration.path)
      guard let last = lines.first else { throw UserError("git log has no \(registration.path)") }
      return last.commit
    }
    let additions = try registration.studies.flatMap { try repository.additions(of: "\($0).h5") }
    guard let first = additions.last else {
      if holds("HEAD") {
        self = .waiting(registered: try registered(upTo: "HEAD"))
      } else {
        let isFirst = registration.missing == registration.studies
        self = isFirst ? .uncommitted : .late(study: nil)
      }
      return
    }
    if let early = additions.last(where: { !$0.parents.contains(where: holds) }) {
      self = .late(study: early.commit)
    } else {
      self = .inTime(
        registered: try registered(upTo: first.parents.first(where: holds)!),
        study: first.commit)
    }
  }
}

extension RegistrationOrder: CustomStringConvertible {
  /// "registered 2026-11-29 (abc1234), before its study (def5678)".
  package var description: String {
    switch self {
    case .waiting(let commit):
      "registered \(commit.date) (\(commit.hash)), before its study is committed"
    case .inTime(let commit, let study):
      "registered \(commit.date) (\(commit.hash)), before its study (\(study.hash))"
    case .late(let study):
      "registered after its study was there (\(study?.hash ?? "not committed"))"
    case .uncommitted: "not committed yet, and neither is its study"
    case .unknown(let reason): "order of commits unknown here: \(reason)"
    }
  }
}

/// The repository around a folder, asked by way of git.
private struct Repository {
  let folder: String

  /// A commit with its parents.
  struct Line {
    let commit: RegistrationOrder.Commit
    let parents: [String]
  }

  /// Returns why the whole history is not here; `nil` if it is.
  func gap() throws -> String? {
    guard (try? git(["rev-parse", "--git-dir"])) != nil else { return "no repository, or no git" }
    // An archive may be unpacked inside of another repository, which tracks nothing of it.
    guard try !git(["ls-files", "--", "."]).isEmpty else {
      return "the repository has none of this"
    }
    guard try git(["rev-parse", "--is-shallow-repository"]) == "false" else {
      return "the clone is shallow (git fetch --unshallow)"
    }
    return nil
  }

  /// The commits on the way to the present one that add a file of the folder, last ones first.
  /// Merges are among them: of those that add what neither side has, and of others, which one of
  /// their parents then stands for.
  func additions(of file: String) throws -> [Line] {
    try log(
      "--full-history", "--topo-order", "-c", "--no-patch", "--no-renames", "--diff-filter=A",
      "--", file)
  }

  /// What git log lists, whatever the user's settings of it are.
  func log(_ arguments: String...) throws -> [Line] {
    let settings = ["-c", "log.showSignature=false", "-c", "log.follow=false"]
    return try git(settings + ["log", "--format=%h %cs %P"] + arguments)
      .split(separator: "\n").map { line in
        let parts = line.split(separator: " ").map(String.init)
        return Line(
          commit: .init(hash: parts[0], date: parts[1]), parents: Array(parts.dropFirst(2)))
      }
  }

  /// What git says, without the line's end.
  func git(_ arguments: [String]) throws -> String {
    String(decoding: try gitOutput(arguments, in: folder), as: UTF8.self)
      .trimmingCharacters(in: .newlines)
  }
}
