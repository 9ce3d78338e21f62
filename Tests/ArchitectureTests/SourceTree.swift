import Foundation
import Host
import TestSupport

/// The targets of a package and their sources, as text.
struct SourceTree {
  /// One source file.
  struct Source {
    let target: String
    /// Its folder within the target, "" at the top.
    let folder: String
    let name: String
    /// The text without comments.
    let code: String
    private let bytes: [CChar]

    init(_ target: String, _ path: String, _ text: String) {
      self.target = target
      name = (path as NSString).lastPathComponent
      folder = (path as NSString).deletingLastPathComponent
      code = text.replacing(#/\/\/.*/#, with: "")
      bytes = Array(code.utf8CString)
    }

    /// Whether the code has a text somewhere: by bytes, since there are hundreds of names to find.
    func has(_ text: String) -> Bool {
      bytes.withUnsafeBufferPointer { strstr($0.baseAddress!, text) != nil }
    }

    /// The path within the target.
    var path: String { folder.isEmpty ? name : "\(folder)/\(name)" }

    /// Names that the code uses, outside quotes and without those of members.
    var words: Set<String> {
      let bare = code.replacing(#/"""[\s\S]*?"""/#, with: "")
        .replacing(#/"(?:\\.|[^"\\\n])*"/#, with: "").replacing(#/\.\.[.<]/#, with: " ")
      let names = bare.matches(of: #/\.?[A-Za-z_]\w*/#).map { String($0.output) }
      return Set(names.filter { !$0.hasPrefix(".") })
    }

    /// Types, functions and constants that it declares for other files.
    var declared: [String] {
      let declaration =
        #/^(?:@\w+ |package |public |final |indirect )*(?:struct|enum|class|actor|protocol|typealias|func|let|var) (\w+)/#
      return code.matches(of: declaration.anchorsMatchLineEndings()).map { String($0.1) }
    }
  }

  /// Targets of the sources with what they declare to depend on, in their order in Package.swift.
  let targets: [(name: String, dependencies: [String])]
  let sources: [Source]

  init(package: String, sources: [Source]) {
    let target =
      #/\.(?:target|executableTarget|systemLibrary)\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/#
    let sets = package.matches(of: #/^ *kernels\("(\w+)"/#.anchorsMatchLineEndings())
      .map { "Kernels\($0.1)" }.uniqued
    targets = package.matches(of: target).flatMap { match in
      let names = (match.2 ?? "").matches(of: #/"([\w-]+)"/#).map { String($0.1) }
      guard match.1 == "Kernels" else { return [(String(match.1), names)] }
      // These are made by a function, and stand before.
      return sets.map { ($0, ["CVec"]) } + [("Kernels", names + sets)]
    }
    self.sources = sources
  }

  /// This project's.
  static let project: Result<SourceTree, any Error> = Result {
    let folder = "\(projectFolder)/Sources"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    let sources = try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
      let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
      let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
      return Source(parts[0], parts[1], text)
    }
    let package = try String(contentsOfFile: "\(projectFolder)/Package.swift", encoding: .utf8)
    return SourceTree(package: package, sources: sources)
  }
}

// MARK: - Rules: each returns what breaks it

extension SourceTree {
  /// Dependencies on a target that stands below in Package.swift, instead of above.
  func upwardDependencies() -> [String] {
    let names = targets.map(\.name)
    return targets.enumerated().flatMap { index, target in
      target.dependencies.filter { names.contains($0) && !names[..<index].contains($0) }
        .map { "\(target.name) depends on \($0)" }
    }
  }

  /// Imports of modules that are no part of the system and not declared, and declarations that
  /// nothing imports.
  func undeclaredImports() -> [String] {
    let system: Set = ["CryptoKit", "Dispatch", "Foundation", "Synchronization"]
    let statement =
      #/^ *(?:@\w+ |package |public |internal |fileprivate |private )*import (?:(?:struct|enum|class|actor|protocol|typealias|func|let|var) )?(\w+)/#
    return targets.flatMap { target in
      let imports = Dictionary(
        sources.filter { $0.target == target.name }.flatMap { source in
          source.code.matches(of: statement.anchorsMatchLineEndings())
            .map { (String($0.1), source.name) }
        }
      ) { first, _ in first }
      return imports.filter { !system.contains($0.key) && !target.dependencies.contains($0.key) }
        .map { "\(target.name)/\($0.value) imports \($0.key)" }.sorted()
        + target.dependencies.filter {
          imports[$0] == nil && !imports.isEmpty && !$0.hasPrefix("swift-")
        }.map { "\(target.name) does not import \($0)" }
    }
  }

  /// Files with `public` in targets of which a user of the libraries sees nothing, but for those
  /// files whose declarations the libraries show.
  func needlessPublic(outside libraries: Set<String>, shown: Set<String>) -> [String] {
    sources.filter { !libraries.contains($0.target) && $0.code.contains(#/\bpublic\b/#) }
      .map { "\($0.target)/\($0.path)" }.filter { !shown.contains($0) }
  }

  /// Names of the paper in targets that stand above it in Package.swift.
  ///
  /// A name with a hyphen is one wherever it stands; another one if it is all of a text.
  func namesOfThePaper(_ names: Set<String>, allowing: Set<String>) -> [String] {
    let general = Set(targets.map(\.name).prefix { $0 != "Paper" })
    return sources.filter { general.contains($0.target) }.flatMap { source in
      names.filter { name in
        guard name.contains("-") else { return source.has("\"\(name)\"") }
        guard source.has(name) else { return false }
        return source.code.ranges(of: name).contains { range in
          let before = source.code[..<range.lowerBound].last
          let after = source.code[range.upperBound...].first
          return ![before, after].contains { $0.map { $0.isLetter || $0 == "-" } ?? false }
        }
      }.map { "\(source.target)/\(source.name): \($0)" }.filter { !allowing.contains($0) }
    }
  }

  /// Circles of files of a target that span folders: each file refers to the next, and so comes
  /// back to itself. One line a circle, with what each file takes of the other.
  func circles() -> [String] {
    targets.map(\.name).flatMap { target -> [String] in
      let own = sources.filter { $0.target == target }
      guard Set(own.map(\.folder)).count > 1 else { return [] }
      let folders = Dictionary(uniqueKeysWithValues: own.map { ($0.path, $0.folder) })
      let uses = references(among: own)
      let reached = uses.mapValues { next in
        var (seen, open): (Set<String>, [String]) = ([], Array(next.keys))
        while let here = open.popLast() {
          if seen.insert(here).inserted { open += uses[here, default: [:]].keys }
        }
        return seen
      }
      let circles = reached.compactMap { file, all -> [String]? in
        let circle = all.filter { reached[$0, default: []].contains(file) }.sorted()
        // Told once, by its first file.
        guard circle.first == file, Set(circle.map { folders[$0]! }).count > 1 else { return nil }
        return circle
      }
      return circles.map { circle in
        let steps = circle.flatMap { file in
          uses[file]!.filter { circle.contains($0.key) }.sorted { $0.key < $1.key }
            .map { "\(file) → \($0.key) (\($0.value))" }
        }
        return "\(target): \(steps.joined(separator: ", "))"
      }.sorted()
    }
  }

  /// For each file, the files that declare what it names, with one such name each.
  private func references(among files: [Source]) -> [String: [String: String]] {
    var homes: [String: [String]] = [:]
    for file in files {
      for name in file.declared { homes[name, default: []].append(file.path) }
    }
    return Dictionary(
      uniqueKeysWithValues: files.map { file in
        var used: [String: String] = [:]
        for word in file.words.sorted() {
          for home in homes[word, default: []] where home != file.path && used[home] == nil {
            used[home] = word
          }
        }
        return (file.path, used)
      })
  }

  /// Rows of a table of targets whose last column is not what Package.swift declares, of targets
  /// alone, and targets without a row.
  ///
  /// Rows are "| `A`, `B` | … | `C` |", in which "the kernel sets" stands for their names.
  func falseRows(in page: String) -> [String] {
    let sets = targets.map(\.name).filter { $0.hasPrefix("Kernels") && $0 != "Kernels" }
    let all = targets.map(\.name)
    func names(_ text: Substring) -> [String] {
      text.matches(of: #/`(\w+)`/#).map { String($0.1) }
        + (text.contains("the kernel sets") ? sets : [])
    }
    var told: [String: [String]] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count == 5 else { continue }
      for name in names(cells[1]) { told[name] = names(cells[3]).sorted() }
    }
    // That one stands in Tests/.
    return targets.filter { $0.name != "TestSupport" }.compactMap { target in
      let declared = target.dependencies.filter(all.contains).sorted()
      guard let row = told[target.name] else { return "\(target.name) has no row" }
      return row == declared ? nil : "\(target.name) imports \(declared), not \(row)"
    }
  }
}
