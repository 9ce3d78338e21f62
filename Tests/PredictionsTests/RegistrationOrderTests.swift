import Foundation
import Predictions
import TestSupport
import Testing

/// Which came first, in small repositories.
@Suite(.enabled(if: program("git") != nil, "needs git")) struct RegistrationOrderTests {
  enum Step: Sendable {
    /// Writes the registration, whose head is this text.
    case register(String)
    /// Writes the data of a study.
    case simulate(String)
    case delete(String)
    case commit
    /// Goes on in a new branch from here, and back to the first one.
    case branch, back
    /// Merges the branch; `stop` does not commit that, `ours` takes nothing from it.
    case merge, stop, ours
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [Step]
    /// Where a commit is said to be the registration's and where the study's, as "1, 2": these are
    /// the first and the second commit after that of the specs.
    let said: String

    init(_ description: String, _ steps: [Step], _ said: String) {
      testDescription = description
      self.steps = steps
      self.said = said
    }
  }

  static let cases = [
    Case("in order", [.register("a"), .commit, .simulate("s"), .commit], "in time: 1, 2"),
    Case(
      "with commits between",
      [.register("a"), .commit, .delete("u.yml"), .commit, .simulate("s"), .commit],
      "in time: 1, 3"),
    Case("the wrong way", [.simulate("s"), .commit, .register("a"), .commit], "late: 1"),
    Case("in one commit", [.register("a"), .simulate("s"), .commit], "late: 1"),
    Case(
      "changed before the study",
      [.register("a"), .commit, .register("b"), .commit, .simulate("s"), .commit], "in time: 2, 3"),
    Case(
      "changed with the study",
      [.register("a"), .commit, .register("b"), .simulate("s"), .commit], "late: 2"),
    Case(
      "changed after the study",
      [.register("a"), .commit, .simulate("s"), .commit, .register("b"), .commit], "late: 2"),
    Case(
      "changed after the study, and not committed",
      [.register("a"), .commit, .simulate("s"), .commit, .register("b")], "late: 2"),
    Case(
      "changed after the study, and back",
      [
        .register("a"), .commit, .simulate("s"), .commit, .register("b"), .commit, .register("a"),
        .commit,
      ], "in time: 1, 2"),
    Case("no study yet", [.register("a"), .commit], "waiting: 1"),
    Case("the study not committed", [.register("a"), .commit, .simulate("s")], "waiting: 1"),
    Case("nothing committed", [.register("a")], "uncommitted"),
    Case("a study, and nothing committed", [.register("a"), .simulate("s")], "late: nothing"),
    Case("changed, and not committed", [.register("a"), .commit, .register("b")], "uncommitted"),
    Case(
      "a study that was deleted and simulated again",
      [
        .simulate("s"), .commit, .delete("s.h5"), .commit, .register("a"), .commit, .simulate("s"),
        .commit,
      ], "late: 1"),
    Case(
      "one of two studies",
      [.simulate("t"), .commit, .register("a"), .commit, .simulate("s"), .commit], "late: 1"),
    Case(
      "both in a branch",
      [
        .branch, .register("a"), .commit, .simulate("s"), .commit, .back, .delete("u.yml"), .commit,
        .merge,
      ], "in time: 1, 2"),
    Case(
      "the study in a branch that does not have the registration",
      [.branch, .simulate("s"), .commit, .back, .register("a"), .commit, .merge], "late: 1"),
    Case(
      "data of a branch that were not taken, and simulated again",
      [
        .branch, .simulate("s"), .commit, .back, .register("a"), .commit, .ours, .simulate("s"),
        .commit,
      ], "late: 1"),
    Case(
      "the study brought by a merge alone",
      [
        .branch, .delete("u.yml"), .commit, .back, .delete("v.yml"), .commit, .stop,
        .simulate("s"), .register("a"), .commit,
      ], "late: 3"),
  ]

  /// A repository with specs of studies, committed.
  private struct Repository {
    let folder: String
    var commits: [String] = []

    init(in folder: String) throws {
      self.folder = folder
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data/predictions", withIntermediateDirectories: true)
      for name in ["s", "t", "u", "v"] { try write(name, to: "\(folder)/data/\(name).yml") }
      try git("init", "--quiet", "--initial-branch=first")
      try commit()
      commits = []
    }

    @discardableResult func git(_ arguments: String...) throws -> String {
      let settings = ["-c", "user.name=a test", "-c", "user.email=test@example.org"]
      let run = try TestSupport.run(
        program("git")!, ["-C", folder] + settings + ["-c", "commit.gpgsign=false"] + arguments)
      try #require(run.status == 0, "git \(arguments): \(run)")
      return run.output.trimmingCharacters(in: .newlines)
    }

    mutating func commit() throws {
      try git("add", "--all")
      try git("commit", "--quiet", "--message=a step")
      commits.append(try git("log", "-1", "--format=%h"))
    }

    mutating func take(_ step: Step) throws {
      switch step {
      case .register(let about):
        try write(
          RegistrationTests.file.with("about: two layers", as: "about: \(about)")
            .with("study: quintic", as: "study: [s, t]"),
          to: "\(folder)/data/predictions/one.yml")
      case .simulate(let name): try write("data", to: "\(folder)/data/\(name).h5")
      case .delete(let name): try FileManager.default.removeItem(atPath: "\(folder)/data/\(name)")
      case .commit: try commit()
      case .branch: try git("checkout", "--quiet", "-b", "second")
      case .back: try git("checkout", "--quiet", "first")
      case .merge: try git("merge", "--quiet", "--no-edit", "--no-ff", "second")
      case .ours: try git("merge", "--quiet", "--no-edit", "--strategy=ours", "second")
      case .stop: try git("merge", "--quiet", "--no-commit", "--no-ff", "second")
      }
    }
  }

  static func order(in folder: String) throws -> RegistrationOrder {
    let all = try Registration.all(in: "\(folder)/data")
    return RegistrationOrder(of: try #require(all.first).registration)
  }

  @Test(arguments: cases) func order(_ example: Case) throws {
    try withFolder { folder in
      var repository = try Repository(in: folder)
      for step in example.steps { try repository.take(step) }
      func number(_ commit: RegistrationOrder.Commit?) -> String {
        guard let commit else { return "nothing" }
        return repository.commits.firstIndex(of: commit.hash).map { "\($0 + 1)" } ?? commit.hash
      }
      let said =
        switch try Self.order(in: folder) {
        case .waiting(let a): "waiting: \(number(a))"
        case .inTime(let a, let b): "in time: \(number(a)), \(number(b))"
        case .late(let b): "late: \(number(b))"
        case .uncommitted: "uncommitted"
        case .unknown(let reason): "unknown: \(reason)"
        }
      #expect(said == example.said)
    }
  }

  @Test func words() throws {
    let (a, b) = (
      RegistrationOrder.Commit(hash: "abc1234", date: "2026-11-29"),
      RegistrationOrder.Commit(hash: "def5678", date: "2026-11-30")
    )
    #expect(
      "\(RegistrationOrder.inTime(registered: a, study: b))"
        == "registered 2026-11-29 (abc1234), before its study (def5678)")
    #expect(
      "\(RegistrationOrder.late(study: b))" == "registered after its study was there (def5678)")
    #expect(RegistrationOrder.late(study: nil).isLate)
    #expect(!RegistrationOrder.waiting(registered: a).isLate)
  }

  // MARK: - Where the history is not

  @Test func aShallowClone() throws {
    try withFolder { folder in
      var repository = try Repository(in: "\(folder)/whole")
      for step in [Step.register("a"), .commit, .simulate("s"), .simulate("t"), .commit] {
        try repository.take(step)
      }
      let clone = "\(folder)/shallow"
      try repository.git("clone", "--quiet", "--depth=1", "file://\(folder)/whole", clone)
      #expect(
        try Self.order(in: clone) == .unknown("the clone is shallow (git fetch --unshallow)"))
      // Its whole history says more.
      try repository.git("-C", clone, "fetch", "--quiet", "--unshallow")
      guard case .inTime = try Self.order(in: clone) else {
        Issue.record("\(try Self.order(in: clone))")
        return
      }
    }
  }

  /// An archive that is unpacked inside of a repository is no part of that.
  @Test func noRepositoryOfItsOwn() throws {
    try withFolder { folder in
      var repository = try Repository(in: "\(folder)/own")
      try repository.take(.register("a"))
      try FileManager.default.removeItem(atPath: "\(folder)/own/.git")
      #expect(try Self.order(in: "\(folder)/own") == .unknown("no repository, or no git"))
      let outer = try Repository(in: "\(folder)/outer")
      try FileManager.default.moveItem(
        atPath: "\(folder)/own", toPath: "\(outer.folder)/archive")
      #expect(
        try Self.order(in: "\(outer.folder)/archive") == .unknown("the repository has none of this")
      )
    }
  }
}
