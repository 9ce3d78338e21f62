import Foundation
import Host

/// A bag as of BagIt 1.0 (RFC 8493): a folder whose payload, under `data/`, is listed in a manifest
/// with the SHA-256 of every file, and whose own tag files are listed in another.
///
/// The payload is the project's folder as a whole. Links in it stay links, so that the package
/// builds after unpacking; BagIt knows none, and lists each with the hash and the size of the file
/// that it leads to, which is what a validator reads there.
package struct Bag {
  package static let declaration = (
    name: "bagit.txt", text: "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
  )
  package static let payloadManifest = "manifest-sha256.txt"
  static let tagManifest = "tagmanifest-sha256.txt"
  static let information = "bag-info.txt"

  // MARK: - Making

  /// All files of a bag called `name`.
  ///
  /// - Parameters:
  ///   - payload: entries relative to the payload's folder. - information: lines of bag-info.txt
  ///     besides those that follow from the payload.
  package static func tar(
    _ name: String, payload: [Tar.Entry], information: [(label: String, value: String)]
  ) throws -> Tar {
    let contents = Dictionary(uniqueKeysWithValues: payload.map { ($0.name, $0.content) })
    var manifest: [String: String] = [:]
    var octets = 0
    for entry in payload {
      guard isPlain(entry.name),
        !entry.name.unicodeScalars.contains(where: { "\r\n%".unicodeScalars.contains($0) })
      else {
        throw UserError("\(shown(entry.name)): expected a name without line breaks and %")
      }
      var content = entry.content
      if case .link(let target) = content {
        let path = ("/\(entry.name)/../\(target)" as NSString).standardizingPath.dropFirst()
        guard let file = contents[String(path)] else {
          throw UserError(
            "\(entry.name): a link to \(shown(target)); expected one to a file of the archive",
            exitCode: 1)
        }
        content = file
      }
      guard case .file(let bytes, _) = content else {
        throw UserError("\(entry.name): a link to a link; expected one to a file", exitCode: 1)
      }
      octets += bytes.count
      manifest["data/\(entry.name)"] = Digest.sha256(bytes)
    }
    var tags: [String: String] = [:]
    tags[declaration.name] = declaration.text
    tags[Self.information] = (information + [("Payload-Oxum", "\(octets).\(payload.count)")])
      .map { "\($0.label): \($0.value)\n" }.joined()
    tags[payloadManifest] = text(of: manifest)
    tags[tagManifest] = text(of: tags.mapValues { Digest.sha256(Data($0.utf8)) })
    return Tar(
      tags.map { Tar.Entry("\(name)/\($0)", .file(Data($1.utf8), isExecutable: false)) }
        + payload.map { Tar.Entry("\(name)/data/\($0.name)", $0.content) })
  }

  private static func text(of manifest: [String: String]) -> String {
    manifest.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { "\($0.value)  \($0.key)\n" }.joined()
  }

  // MARK: - Reading

  /// Hashes by name.
  ///
  /// - Throws: `UserError` naming file and line of what is no hash, two blanks and a name.
  package static func manifest(of path: String) throws -> [String: String] {
    guard let text = (try? utf8Text(of: path, as: "text")) else {
      throw UserError("\(path): cannot be read; expected the manifest of a bag", exitCode: 1)
    }
    var hashes: [String: String] = [:]
    for (i, line) in text.split(separator: "\n").enumerated() {
      guard let match = line.wholeMatch(of: #/([0-9a-fA-F]{64})[ \t]+\*?(.+)/#),
        isPlain(String(match.2)), hashes[String(match.2)] == nil
      else {
        throw UserError(
          "\(path):\(i + 1): got \(shown(String(line))); expected a hash and a name below the bag",
          exitCode: 1)
      }
      hashes[String(match.2)] = match.1.lowercased()
    }
    return hashes
  }

  /// A value in bag-info.txt.
  package static func info(_ label: String, of bag: String) throws -> String {
    let path = "\(bag)/\(information)"
    let text = (try? utf8Text(of: path, as: "text")) ?? ""
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("\(label): ") }) else {
      throw UserError("\(path): no \(label); expected it in a bag written by cod archive")
    }
    return String(line.dropFirst(label.count + 2))
  }

  // MARK: - Checking

  /// How the files of a bag differ from its manifests.
  package struct Differences: Encodable, Equatable, Sendable {
    /// Files listed.
    package internal(set) var count = 0
    /// Names within the bag, sorted.
    package internal(set) var missing: [String] = []
    package internal(set) var changed: [String] = []
    package internal(set) var extra: [String] = []

    package var isEmpty: Bool { missing.isEmpty && changed.isEmpty && extra.isEmpty }
  }

  /// Compares every file of an unpacked bag with the manifests.
  ///
  /// - Throws: `UserError` if the folder is another thing than a bag, or a manifest is malformed.
  package static func differences(in bag: String) throws -> Differences {
    let text = (try? utf8Text(of: "\(bag)/\(declaration.name)", as: "text"))
    guard text == declaration.text else {
      throw UserError(
        "\(bag)/\(declaration.name): \(text == nil ? "not there" : "another declaration"); "
          + "expected a bag of BagIt 1.0 in UTF-8", exitCode: 1)
    }
    let payload = try manifest(of: "\(bag)/\(payloadManifest)")
    let tags = try manifest(of: "\(bag)/\(tagManifest)")
    // What stands where, listed or not; the manifest of tags lists all but itself.
    var there: Set<String> = []
    let walk = FileManager.default.enumerator(atPath: bag)
    while let name = walk?.nextObject() as? String {
      if walk?.fileAttributes?[.type] as? FileAttributeType != .typeDirectory { there.insert(name) }
    }
    there.remove(tagManifest)

    let listed = payload.merging(tags) { $1 }
    var differences = Differences(count: listed.count)
    for (name, hash) in listed.sorted(by: { $0.key < $1.key }) {
      guard there.contains(name), let bytes = contents(of: "\(bag)/\(name)")
      else {
        differences.missing.append(name)
        continue
      }
      if Digest.sha256(bytes) != hash { differences.changed.append(name) }
    }
    differences.extra = there.subtracting(listed.keys).sorted()
    return differences
  }
}
