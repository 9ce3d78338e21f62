import Foundation

/// Removes what killed runs left half-written in a folder: a file is a draft for milliseconds, so
/// one an hour old has no owner.
package func sweepDrafts(in folder: String) {
  let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
  // As `writeAtomically` calls them.
  for name in names ?? [] where name.contains(".tmp-") && name.contains(#/\.tmp-(.+-)?\d+-\d+$/#) {
    let path = "\(folder)/\(name)"
    if let age = ageOfDraft(path), age > 3600 { unlink(path) }
  }
}

/// Seconds since a draft was last touched; `nil` if it is gone.
///
/// A draft that is to be undated says 1970 just before it is renamed: when that was said counts.
private func ageOfDraft(_ path: String) -> Double? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  #if canImport(Darwin)
    let (modified, changed) = (status.st_mtimespec.tv_sec, status.st_ctimespec.tv_sec)
  #else
    let (modified, changed) = (status.st_mtim.tv_sec, status.st_ctim.tv_sec)
  #endif
  return Date().timeIntervalSince1970 - Double(modified == 0 ? changed : modified)
}
