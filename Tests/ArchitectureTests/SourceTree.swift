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

    init(_ target: String, _ path: String, _ text: String) {
      self.target = target
      name = (path as NSString).lastPathComponent
      folder = (path as NSString).deletingLastPathComponent
      code = text.replacing(#/\/\/.*/#, with: "")
    }

    /// The code without what stands between quotes.
    var words: Set<String> {
      let bare = code.replacing(#/"""[\s\S]*?"""/#, with: "").replacing(
        #/"(?:\\.|[^"\\\n])*"/#, with: "")
      return Set(bare.matches(of: #/\b[A-Z]\w*/#).map { String($0.output) })
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
    return targets.flatMap { target in
      let imports = Dictionary(
        sources.filter { $0.target == target.name }.flatMap { source in
          source.code.matches(of: #/^ *(?:@\w+ )*import (\w+)/#.anchorsMatchLineEndings())
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

  /// Files with `public` in targets of which a user of the libraries sees nothing.
  func needlessPublic(outside libraries: Set<String>) -> [String] {
    sources.filter { !libraries.contains($0.target) && $0.code.contains(#/\bpublic\b/#) }
      .map { "\($0.target)/\($0.name)" }
  }

  /// Names of the paper in targets that stand above it in Package.swift.
  ///
  /// A name with a hyphen is one wherever it stands; another one if it is all of a text.
  func namesOfThePaper(_ names: Set<String>, allowing: Set<String>) -> [String] {
    let general = Set(targets.map(\.name).prefix { $0 != "Paper" })
    return sources.filter { general.contains($0.target) }.flatMap { source in
      names.filter { name in
        guard name.contains("-") else { return source.code.contains("\"\(name)\"") }
        guard source.code.contains(name) else { return false }
        return source.code.ranges(of: name).contains { range in
          let before = source.code[..<range.lowerBound].last
          let after = source.code[range.upperBound...].first
          return ![before, after].contains { $0.map { $0.isLetter || $0 == "-" } ?? false }
        }
      }.map { "\(source.target)/\(source.name): \($0)" }.filter { !allowing.contains($0) }
    }
  }

  /// Folders of a target whose files refer to one another, and files at a target's top that refer
  /// to a folder below.
  func circles(allowing: Set<String>) -> [String] {
    let type =
      #/^(?:@\w+ |package |public |final |indirect )*(?:struct|enum|class|actor|protocol|typealias) (\w+)/#
    var found: Set<String> = []
    for target in targets.map(\.name) {
      let own = sources.filter { $0.target == target }
      guard Set(own.map(\.folder)).count > 1 else { continue }
      var homes: [String: String] = [:]
      for source in own {
        for match in source.code.matches(of: type.anchorsMatchLineEndings()) {
          homes[String(match.1)] = source.folder
        }
      }
      /// Folders that a folder refers to, with a word for each.
      var uses: [String: [String: String]] = [:]
      for source in own {
        for word in source.words.sorted() {
          guard let home = homes[word], home != source.folder else { continue }
          if source.folder.isEmpty {
            let line = "\(target): \(source.name) refers to \(home)"
            if !allowing.contains(line) { found.insert("\(line) (\(word))") }
          } else if !home.isEmpty {
            uses[source.folder, default: [:]][home] = word
          }
        }
      }
      for folder in uses.keys {
        var (reached, next): (Set<String>, [String]) = ([], [folder])
        while let here = next.popLast() {
          for there in uses[here, default: [:]].keys where reached.insert(there).inserted {
            next.append(there)
          }
        }
        if reached.contains(folder) {
          found.insert("\(target): \(folder) refers to itself by \(reached.sorted())")
        }
      }
    }
    return found.sorted()
  }
}
