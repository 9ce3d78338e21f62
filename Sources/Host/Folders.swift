import Foundation

/// Makes a folder and those above it.
///
/// - Throws: `UserError` with the system's reason.
package func makeFolder(_ path: String) throws {
  if path.isEmpty || isFolder(path) { return }
  try makeFolder(parentFolder(of: path))
  if mkdir(path, 0o777) == 0 { return }
  let reason = String(cString: strerror(errno))
  guard isFolder(path) else {
    throw UserError("\(path): \(reason); expected a folder to write results into", exitCode: 1)
  }
}

/// A folder that somebody named.
///
/// - Throws: `UserError` if it is not there.
package func existingFolder(_ path: String) throws -> String {
  guard isFolder(path) else { throw UserError("\(path): no such folder") }
  return path
}

/// Whether a folder stands at a path.
package func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// A new folder for what nobody keeps; whoever makes it removes it.
///
/// - Throws: `UserError` naming the folder for such, which TMPDIR says.
package func makeScratchFolder() throws -> String {
  let parent = FileManager.default.temporaryDirectory.path
  let folder = "\(parent)/cod-\(UUID().uuidString)"
  guard mkdir(folder, 0o700) == 0 else {
    throw UserError(
      "TMPDIR: \(parent): \(String(cString: strerror(errno))); expected a folder to write into",
      exitCode: 1)
  }
  return folder
}

/// Names of all that stands in a folder, sorted.
///
/// - Parameter expected: what the folder should be, in an error.
/// - Throws: `UserError` with the system's reason if it cannot be read.
package func names(in folder: String, as expected: String) throws -> [String] {
  guard let handle = opendir(folder) else {
    let reason = errno == ENOENT ? "no such folder" : String(cString: strerror(errno))
    throw UserError("\(folder): \(reason); expected \(expected)")
  }
  closedir(handle)
  guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
    throw UserError("\(folder): cannot be read; expected \(expected)")
  }
  return names.sorted()
}

/// Names of the files of a folder that end so, sorted. Names that begin with a dot are not meant:
/// macOS puts `._a.tsv` beside a.tsv on foreign disks, and editors keep theirs so.
///
/// - Throws: `UserError` as `names(in:as:)` does.
package func fileNames(
  in folder: String, _ ending: String, as expected: String = "studies or tables in it"
) throws -> [String] {
  try names(in: folder, as: expected).filter { $0.hasSuffix(".\(ending)") && !$0.hasPrefix(".") }
}

/// Bytes that this user may still write on the disk of a folder; `nil` if nobody knows.
package func freeBytes(in folder: String) -> Double? {
  var status = statvfs()
  guard statvfs(folder, &status) == 0, status.f_blocks > 0 else { return nil }
  return Double(status.f_bavail) * Double(status.f_frsize)
}

/// Bytes of a file, if it is there.
package func fileSize(_ path: String) -> Int? {
  ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue
}
