import Foundation

/// Removes what killed runs left half-written in a folder: a file is a draft for milliseconds, so
/// one an hour old has no owner.
package func sweepDrafts(in folder: String) {
  let files = FileManager.default
  let names = try? files.contentsOfDirectory(atPath: folder)
  // As `writeAtomically` calls them.
  for name in names ?? [] where name.contains(".tmp-") && name.contains(#/\.tmp-(.+-)?\d+-\d+$/#) {
    let path = "\(folder)/\(name)"
    let modified = (try? files.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    if let modified, modified.timeIntervalSinceNow < -3600 { try? files.removeItem(atPath: path) }
  }
}
