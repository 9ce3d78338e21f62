import Foundation
import HDF5
import Host
import Studies

/// `lock.json` beside study files: what each of them is, by content. A file that is not the one
/// recorded has been exchanged, however whole it looks.
///
/// Core-seconds are not in it but in `RunLog`: nothing else that a simulation writes depends on how
/// long it took.
package struct Lock: Codable, Equatable, Sendable {
  /// By file name.
  package private(set) var studies: [String: Entry] = [:]

  package struct Entry: Codable, Equatable, Sendable {
    /// SHA-256 over the cells' keys, over the arrays, and over the bytes of the file.
    package let studyKey, content, file: String
    package let cells: Int

    enum CodingKeys: String, CodingKey {
      case studyKey = "study_key"
      case content = "content_sha256"
      case file = "file_sha256"
      case cells
    }
  }

  init() {}
}

extension Lock {
  /// Reads the record of a folder, if it has one.
  ///
  /// - Throws: `UserError` if it is of another form, or cannot be read.
  package init?(in folder: String) throws {
    let path = Self.path(in: folder)
    // An entry a study, of some 300 bytes.
    guard
      let bytes = try contents(ofOptional: path, as: "what cod simulate writes", atMost: 1 << 22)
    else { return nil }
    guard let lock = try? JSONDecoder().decode(Lock.self, from: bytes) else {
      throw UserError("\(path): got another form; expected what cod simulate writes", exitCode: 1)
    }
    self = lock
  }

  static func path(in folder: String) -> String { "\(folder)/lock.json" }

  /// Records a study file, which has to be whole, and dates it. Runs that do so at once wait for
  /// one another.
  package static func record(_ study: String) throws {
    let entry = try Entry(of: study)
    let folder = parentFolder(of: study)
    try exclusively(CellStore(besides: study).lock) {
      var lock = try Lock(in: folder) ?? Lock()
      guard lock.studies[fileName(study)] != entry else { return }
      lock.studies[fileName(study)] = entry
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try writeAtomically(encoder.encode(lock) + Data("\n".utf8), to: path(in: folder))
    }
    utimensat(AT_FDCWD, study, nil, 0)
  }

  /// Records a study file of which there is no record, or that of another study.
  package static func recordIfNew(_ study: String) throws {
    let lock = try Lock(in: parentFolder(of: study))
    if let key = lock?.studies[fileName(study)]?.studyKey, key == (try Archive.studyKey(of: study))
    {
      return
    }
    try record(study)
  }

  /// The key of the study that a file is recorded as; `nil` if the record is missing or the file
  /// differs from it in any byte.
  package func studyKey(of file: StudyFile) -> String? {
    guard let entry = studies[Self.fileName(file.path)], entry.file == file.digest else {
      return nil
    }
    return entry.studyKey
  }

  /// How a study file differs from its record, old → new; `nil` if they agree or the
  /// record is missing.
  package func difference(from archive: Archive, in file: StudyFile) -> String? {
    guard let old = studies[Self.fileName(file.path)] else { return nil }
    let new = Entry(of: archive, in: file)
    if new == old { return nil }
    for (name, a, b) in [
      ("study_key", old.studyKey, new.studyKey), ("content_sha256", old.content, new.content),
      ("file_sha256", old.file, new.file),
    ] where a != b { return "\(name) \(a.prefix(12)) → \(b.prefix(12))" }
    return "cells \(old.cells) → \(new.cells)"
  }

  /// What the record of a folder lacks, and what it has too much; one line each. A study whose spec
  /// is there is missing itself, and not too much.
  package func gaps(in folder: String) -> [String] {
    let there = Set((try? fileNames(in: folder, "h5")) ?? [])
    let specs = Set((try? fileNames(in: folder, "yml")) ?? [])
    return there.subtracting(studies.keys).sorted().map { "\($0) is not recorded" }
      + Set(studies.keys).subtracting(there).sorted()
      .filter { !specs.contains("\($0.dropLast(3)).yml") }.map {
        "\($0) is recorded, but not there"
      }
  }

  private static func fileName(_ path: String) -> String {
    components(of: path).last { !$0.isEmpty } ?? path
  }
}

extension Lock.Entry {
  /// The entry of a study file that has been read.
  init(of archive: Archive, in file: StudyFile) {
    (studyKey, content) = (archive.studyKey, archive.contentDigest)
    (cells, self.file) = (archive.keys.count, file.digest)
  }

  init(of study: String) throws {
    let bytes = try contents(
      of: study, as: "a study file", atMost: ReadLimit.file, isMapped: true, exitCode: 1)
    let header = try StudyHeader(reading: study)
    (studyKey, content, cells) = (header.studyKey, header.contentDigest, header.cells)
    file = Digest.sha256(bytes)
  }
}
