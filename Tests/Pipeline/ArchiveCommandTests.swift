import Bags
import Foundation
import TestSupport
import Testing

/// Whether Python has a module.
private func python(has module: String) -> Bool {
  guard let python = program("python3") else { return false }
  return (try? run(python, ["-c", "import \(module)"]).status) == 0
}

/// Makes one archive of this project for the tests of a suite, which takes some seconds.
private struct OneArchive: SuiteTrait, TestScoping {
  /// Its path.
  @TaskLocal static var path: String?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing tests: @Sendable () async throws -> Void
  ) async throws {
    try await withFolder { folder in
      let path = "\(folder)/x.tar.gz"
      let made = try cod("archive", "-o", path, "--folder", projectFolder)
      try #require(made.status == 0 && made.errors == "", "\(made)")
      try await Self.$path.withValue(path, operation: tests)
    }
  }
}

/// The archive of this project, as the real commands make and check it.
@Suite(
  .enabled(if: program("tar") != nil && program("gzip") != nil, "no tar and gzip on PATH"),
  OneArchive())
struct ArchiveCommandTests {

  func tar(_ arguments: String...) throws -> Run {
    try run(try #require(program("tar")), arguments, environment: ["TZ": "UTC"])
  }

  /// The path of the archive, which tests leave as it is.
  func path() throws -> String { try #require(OneArchive.path) }

  /// Runs `body` with the archive and the folder that it unpacks to.
  func withBag(_ body: (_ bag: String, _ archive: String) throws -> Void) throws {
    let archive = try path()
    try withFolder { folder in
      let unpacked = try tar("xzf", archive, "-C", folder)
      #expect(
        unpacked.status == 0 && unpacked.output == "" && unpacked.errors == "", "\(unpacked)")
      let tops = try FileManager.default.contentsOfDirectory(atPath: folder)
      try #require(tops.count == 1)
      try body("\(folder)/\(tops[0])", archive)
    }
  }

  /// Packs a folder again, by GNU tar. Compressing it would take seconds.
  func packed(_ bag: String) throws -> String {
    let url = URL(filePath: bag)
    let run = try tar(
      "cf", "\(bag).tar", "-C", url.deletingLastPathComponent().path, url.lastPathComponent)
    #expect(run.status == 0 && run.errors == "", "\(run)")
    try Gzip.stored(try bytes("\(bag).tar")).write(to: URL(filePath: "\(bag).tar.gz"))
    return "\(bag).tar.gz"
  }

  @Test func anotherOneIsTheSame() throws {
    try withFolder { folder in
      let other = "\(folder)/other"
      let run = try cod(
        "archive", "--folder", projectFolder, "-o", other, in: "/",
        environment: ["TZ": "Asia/Kathmandu", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"])
      #expect(run.status == 0 && run.errors == "", "\(run)")
      #expect(try bytes(other) == bytes(path()))
    }
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "\(projectFolder)/.git"), "no repository"))
  func holdsWhatGitTracks() throws {
    let listed = try tar("tzf", path())
    #expect(listed.status == 0 && listed.errors == "", "\(listed)")
    let names = listed.output.split(separator: "\n")
    #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    let payload = names.compactMap { $0.wholeMatch(of: #/[^\/]+\/data\/(.+)/#)?.output.1 }
    let tags = names.filter { !$0.contains("/data/") }.map { $0.split(separator: "/").last! }
    #expect(tags == ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
    let tracked = try run(
      try #require(program("git")), ["-c", "core.quotePath=off", "ls-files"], in: projectFolder
    ).output.split(separator: "\n")
    let added = Set(payload).subtracting(tracked).subtracting(["report.html"])
    #expect(
      added == [
        "ARTIFACT.md", "DATA-DICTIONARY.md", "data-dictionary.csv", "ro-crate-metadata.json",
      ])
    #expect(Set(tracked).isSubset(of: payload))
    for name in payload {
      #expect(name != "Package.resolved" && !name.hasPrefix(".build") && !name.hasPrefix(".git/"))
    }
  }

  static let hasRepository =
    program("git") != nil && FileManager.default.fileExists(atPath: "\(projectFolder)/.git")

  /// Runs `body` with a clone of this repository, to change at will.
  func withClone(_ body: (_ folder: String, _ clone: String) throws -> Void) throws {
    try withFolder { folder in
      let done = try run(
        try #require(program("git")), ["clone", "-q", projectFolder, "\(folder)/clone"])
      try #require(done.status == 0, "\(done)")
      try body(folder, "\(folder)/clone")
    }
  }

  func archive(of folder: String, to path: String) throws -> Data {
    let made = try cod("archive", "-o", path, in: folder)
    try #require(made.status == 0 && made.errors == "", "\(made)")
    return try bytes(path)
  }

  @Test(.enabled(if: hasRepository, "no git, or no repository"))
  func whatGitDoesNotTrackChangesNothing() throws {
    try withClone { folder, clone in
      let untracked = try run(
        try #require(program("git")),
        ["rm", "-q", "--cached", "--ignore-unmatch", "data/runs.json"],
        in: clone)
      #expect(untracked.status == 0, "\(untracked)")
      let plain = try archive(of: clone, to: "\(folder)/plain")
      for suffix in ["yml", "h5"] {
        try FileManager.default.copyItem(
          atPath: "\(clone)/data/two-layer-width.\(suffix)", toPath: "\(clone)/data/more.\(suffix)")
      }
      try write("no log of runs", to: "\(clone)/data/runs.json")
      #expect(try archive(of: clone, to: "\(folder)/other") == plain)
    }
  }

  /// With the report made anew, too, whatever was reproduced meanwhile.
  @Test(.enabled(if: hasRepository, "no git, or no repository"))
  func anUnpackedOneMakesItsReportAnew() throws {
    try withClone { folder, clone in
      #expect(try cod("report", in: clone).status == 0)
      let whole = try archive(of: clone, to: "\(folder)/x.tar.gz")
      #expect(try tar("xzf", "\(folder)/x.tar.gz", "-C", folder).status == 0)
      let top = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.contains("curse") })
      let project = "\(folder)/\(top)/data"
      let report = try bytes("\(project)/report.html")
      try FileManager.default.createDirectory(
        atPath: "\(project)/reproduce", withIntermediateDirectories: false)
      try write(
        "{\"items\": [{\"name\": \"a.h5\", \"verdict\": \"outside\"}]}",
        to: "\(project)/reproduce/verification.json")
      let again = try cod("report", in: project)
      #expect(again.status == 0, "\(again)")
      #expect(try bytes("\(project)/report.html") == report)
      #expect(try archive(of: project, to: "\(folder)/again") == whole)
    }
  }

  @Test func anUnpackedOneMakesItselfAnew() throws {
    try withBag { bag, archive in
      let links = try FileManager.default.subpathsOfDirectory(atPath: bag).filter {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(bag)/\($0)")) != nil
      }
      #expect(links.contains("data/Sources/KernelsV4/Product.swift"), "links stay links")
      for link in links { #expect(FileManager.default.fileExists(atPath: "\(bag)/\(link)")) }
      let run = try cod("archive", in: "\(bag)/data")
      #expect(run.status == 0 && run.errors == "", "\(run)")
      let made = try #require(run.output.split(separator: ":").first)
      #expect(try bytes("\(bag)/data/\(made)") == bytes(archive))
    }
  }

  struct Check: Decodable {
    let checksums: Differences
    let remade, differing: [String]
    struct Differences: Decodable, Equatable {
      let count: Int
      let missing, changed, extra: [String]
    }
  }

  @Test func everyDifferenceIsListed() throws {
    try withBag { bag, archive in
      let whole = try cod("check-archive", archive, "--checksums-only")
      #expect(whole.status == 0 && whole.errors == "", "\(whole)")
      for (name, offset) in [
        ("data/data/two-layer-width.h5", 4_000_000), ("data/figures/ldt-101.svg", 100),
        ("bag-info.txt", 3),
      ] {
        var changed = try bytes("\(bag)/\(name)")
        changed[offset] ^= 1
        try changed.write(to: URL(filePath: "\(bag)/\(name)"))
      }
      for name in ["data/README.md", "data/figures/style.gp"] {
        try FileManager.default.removeItem(atPath: "\(bag)/\(name)")
      }
      for name in ["data/data/more.h5", "note.txt"] { try write("x", to: "\(bag)/\(name)") }
      let changed = try packed(bag)
      let run = try cod("check-archive", changed)
      #expect(run.status == 1 && run.errors == "", "\(run)")
      #expect(
        run.output.split(separator: "\n").dropLast(2) == [
          "missing: data/README.md", "missing: data/figures/style.gp", "changed: bag-info.txt",
          "changed: data/data/two-layer-width.h5", "changed: data/figures/ldt-101.svg",
          "not listed: data/data/more.h5", "not listed: note.txt",
        ])
      #expect(run.output.hasSuffix("figures: not made anew\n"))
      let json = try cod("check-archive", changed, "--json")
      let check = try JSONDecoder().decode(Check.self, from: Data(json.output.utf8))
      #expect(json.status == 1 && check.remade == [])
      #expect(
        check.checksums.missing.count == 2 && check.checksums.changed.count == 3
          && check.checksums.extra.count == 2)
    }
  }

  /// The hash of a file in a manifest set to what the file is now.
  func forge(_ bag: String, _ manifest: String, _ name: String) throws {
    let sum = try run(try #require(program("sha256sum")), ["\(bag)/\(name)"]).output.prefix(64)
    let path = "\(bag)/\(manifest)"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.contains { $0.hasSuffix("  \(name)") })
    try write(
      lines.map { $0.hasSuffix("  \(name)") ? "\(sum)  \(name)\n" : "\($0)\n" }.joined(), to: path)
  }

  /// A table, changed and all hashes with it, does not follow from the samples.
  @Test(
    .enabled(
      if: program("gnuplot") != nil && program("sha256sum") != nil, "no gnuplot or sha256sum"))
  func figuresAreMadeAnew() throws {
    try withBag { bag, _ in
      let name = "data/figures/specialists.tsv"
      let table = try String(contentsOfFile: "\(bag)/\(name)", encoding: .utf8)
      try write(table.replacing("\n20\t20\t1\t", with: "\n20\t20\t2\t"), to: "\(bag)/\(name)")
      try #require(try String(contentsOfFile: "\(bag)/\(name)", encoding: .utf8) != table)
      try forge(bag, "manifest-sha256.txt", name)
      try forge(bag, "tagmanifest-sha256.txt", "manifest-sha256.txt")
      let run = try cod(
        "check-archive", try packed(bag), "--only", "specialists", "--only", "ldt-101", "--json")
      #expect(run.status == 1 && run.errors == "", "\(run)")
      let check = try JSONDecoder().decode(Check.self, from: Data(run.output.utf8))
      #expect(check.checksums.missing + check.checksums.changed + check.checksums.extra == [])
      #expect(check.differing == ["specialists.tsv"])
      #expect(check.remade.contains("ldt-101.svg") && check.remade.count >= 8, "\(check.remade)")
    }
  }

  /// Where it was unpacked to is nobody's business.
  @Test(
    .enabled(
      if: program("gnuplot") != nil && program("sha256sum") != nil, "no gnuplot or sha256sum"))
  func aFigureThatFailsIsNamedAsInTheArchive() throws {
    try withBag { bag, _ in
      let name = "data/figures/ldt-density.gp"
      try write("plot nonsense\n", to: "\(bag)/\(name)")
      try forge(bag, "manifest-sha256.txt", name)
      try forge(bag, "tagmanifest-sha256.txt", "manifest-sha256.txt")
      let packed = try packed(bag)
      let run = try cod("check-archive", packed, "--only", "ldt-density")
      expectFailure(run, 1, saying: "cod: \(packed): curse-of-detail-")
      #expect(run.errors.contains("/\(name): gnuplot: ") && !run.errors.contains("/cod-"), "\(run)")
    }
  }

  /// Nothing is written where a hostile archive points to.
  @Test func aHostileArchiveIsRefused() throws {
    try withFolder { folder in
      let shell = URL(filePath: "/bin/sh")
      let made = try run(
        shell,
        [
          "-c",
          """
          mkdir -p a/top b/top c/top
          echo x > a/top/x; tar czf dots.tar.gz -C a --transform 's|top/x|top/../../escaped|' top/x
          tar czPf absolute.tar.gz -C a --transform "s|top/x|$PWD/escaped|" top/x
          ln -s "$PWD" b/top/out; tar czf link.tar.gz -C b top
          mkfifo c/top/pipe; tar czf pipe.tar.gz -C c top
          """,
        ], in: folder)
      #expect(made.status == 0, "\(made)")
      for name in ["dots", "absolute", "link", "pipe"] {
        let run = try cod(
          "check-archive", "\(name).tar.gz", in: folder, environment: ["TMPDIR": "\(folder)/c"])
        expectFailure(run, 1, saying: "cod: \(name).tar.gz: ")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/escaped"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/c") == ["top"])
      expectFailure(
        try cod("check-archive", "none.tar.gz", in: folder), 2,
        saying: "none.tar.gz: cannot be read")
    }
  }

  @Test func metadataIsUpToDate() throws {
    let check = try cod("metadata", "--check", "--folder", projectFolder)
    #expect(check.status == 0, "run make metadata: \(check)")
    try withBag { bag, _ in
      let citation = "\(bag)/data/CITATION.cff"
      let text = try String(contentsOfFile: citation, encoding: .utf8)
      try write(text.replacing("\nversion: ", with: "\nversion: 9."), to: citation)
      let stale = try cod("metadata", "--check", in: "\(bag)/data")
      #expect(
        stale.status == 1
          && stale.output == ".zenodo.json: out of date\ncodecheck.yml: up to date\n", "\(stale)")
      expectFailure(
        try cod("archive", in: "\(bag)/data"), 1,
        saying: "cod: .zenodo.json: out of date; expected what make metadata writes")
      #expect(try cod("metadata", in: "\(bag)/data").output.hasPrefix(".zenodo.json: renewed\n"))
      #expect(try cod("metadata", "--check", in: "\(bag)/data").status == 0)
    }
  }

  /// Twice the same, and in sources that came without their repository.
  @Test func metadataOfAFolderThatNothingTracks() throws {
    try withFolder { folder in
      for name in ["CITATION.cff", "data", "figures"] {
        try FileManager.default.copyItem(
          atPath: "\(projectFolder)/\(name)", toPath: "\(folder)/\(name)")
      }
      let first = try cod("metadata", in: folder)
      #expect(first.status == 0 && first.errors == "", "\(first)")
      #expect(first.output == ".zenodo.json: renewed\ncodecheck.yml: renewed\n")
      let files = ["codecheck.yml", ".zenodo.json"]
      let made = try files.map { try bytes("\(folder)/\($0)") }
      #expect(try made == files.map { try bytes("\(projectFolder)/\($0)") })
      let second = try cod("metadata", in: folder)
      #expect(second.output == ".zenodo.json: up to date\ncodecheck.yml: up to date\n")
      expectFailure(
        try cod("archive", in: folder), 2, saying: "neither a git repository nor the data folder")
    }
  }

  // MARK: - What others make of it

  @Test(.enabled(if: program("bagit.py") != nil, "bagit.py is not on PATH (PyPI: bagit)"))
  func bagitFindsItValid() throws {
    let bagit = try #require(program("bagit.py"))
    try withBag { bag, _ in
      let valid = try run(bagit, ["--validate", bag])
      #expect(valid.status == 0 && valid.errors.contains("is valid"), "\(valid.errors.suffix(500))")
      try write("x", to: "\(bag)/data/README.md")
      #expect(try run(bagit, ["--validate", bag]).status == 1)
    }
  }

  @Test(.enabled(if: python(has: "rocrate"), "python3 has no rocrate (PyPI: rocrate)"))
  func rocrateReadsIt() throws {
    try withBag { bag, _ in
      let script = """
        import sys
        from rocrate.rocrate import ROCrate
        crate = ROCrate(sys.argv[1])
        actions = [e for e in crate.get_entities() if e.type == "CreateAction"]
        for action in actions:
            assert action["instrument"].type == "SoftwareApplication"
            parts = [action["object"], action["result"]]
            for part in sum([p if isinstance(p, list) else [p] for p in parts], []):
                assert part.type == "File" and part.source.exists(), part
        print(len(actions), crate.root_dataset["license"].id)
        """
      let read = try run(try #require(program("python3")), ["-c", script, "\(bag)/data"])
      #expect(read.status == 0, "\(read.errors.suffix(500))")
      let studies = try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/data")
        .count { $0.hasSuffix(".h5") }
      let figures = try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/figures")
        .count { $0.hasSuffix(".svg") }
      #expect(read.output == "\(studies + figures) https://spdx.org/licenses/MIT\n")
    }
  }
}
