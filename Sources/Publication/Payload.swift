import Bags
import Foundation
import Host

/// The project's own files: those that git tracks, or, inside an unpacked archive, those that came
/// with it.
struct Payload {
  let root: String
  /// Relative to the root, sorted.
  let names: [String]
  /// The day of the last commit, "2026-11-21". Inside an archive it is that of the commit from
  /// which the archive was made.
  let date: String

  /// Made by `make report`; not tracked, and part of the archive if it is there.
  static let report = "report.html"

  /// - Parameter made: names of files that are made anew each time, and are not the project's own.
  /// - Throws: `UserError` if the folder is neither a repository nor an unpacked archive.
  init(of root: String, excluding made: [String]) throws {
    self.root = root
    let bag = "\(root)/.."
    var names: [String]
    if FileManager.default.fileExists(atPath: "\(root)/.git") {
      let listed = try gitOutput(["ls-files", "-z"], in: root)
      names = listed.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      let day = String(
        decoding: try gitOutput(["log", "-1", "--format=%cs"], in: root), as: UTF8.self)
      date = day.trimmingCharacters(in: .newlines)
    } else if FileManager.default.fileExists(atPath: "\(bag)/\(Bag.declaration.name)") {
      let manifest = try Bag.manifest(of: "\(bag)/\(Bag.payloadManifest)")
      names = manifest.keys.filter { $0.utf8.starts(with: "data/".utf8) }
        .map { String(decoding: $0.utf8.dropFirst(5), as: UTF8.self) }
      date = try Bag.info("Bagging-Date", of: bag)
    } else {
      throw UserError(
        "\(root): neither a git repository nor the data folder of an unpacked archive; expected one of them"
      )
    }
    if FileManager.default.fileExists(atPath: "\(root)/\(Self.report)") {
      names.append(Self.report)
    }
    self.names = Set(names).subtracting(made).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// The data and figures in a folder, tracked or not: sources that were unpacked without their
  /// repository have studies and figures too.
  init(ofFolder root: String) throws {
    self.root = root
    date = ""
    names = try ["data", "figures"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").map {
        "\(folder)/\($0)"
      }
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a folder is a repository, or inside an unpacked archive.
  static func isTracked(_ root: String) -> Bool {
    ["\(root)/.git", "\(root)/../\(Bag.declaration.name)"]
      .contains(where: FileManager.default.fileExists)
  }

  /// A file or a link as it stands in the folder.
  func content(of name: String) throws -> Tar.Content {
    let path = "\(root)/\(name)"
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    switch attributes?[.type] as? FileAttributeType {
    case .typeSymbolicLink?:
      return .link(try FileManager.default.destinationOfSymbolicLink(atPath: path))
    case .typeRegular?:
      guard let bytes = contents(of: path) else { break }
      let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
      return .file(bytes, isExecutable: mode & 0o100 != 0)
    default: break
    }
    throw UserError("\(path): cannot be read; expected a file, as it is listed", exitCode: 1)
  }
}
