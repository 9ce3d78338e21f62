import Foundation
import Host
import Studies
import YAML

/// The study files of a folder, sorted by name. Names that begin with a dot are no studies.
///
/// - Throws: `UserError` if there is no such folder.
package func studyFiles(in folder: String) throws -> [String] {
  let files = try fileNames(in: folder, "yml", as: "studies in it, or name them")
    .map { "\(folder)/\($0)" }
  return zip(files, parallelMap(files, together: 4, mayBeStudy)).filter(\.1).map(\.0)
}

/// Whether a YAML file has a key of studies. One that cannot be read may be a study: whoever reads
/// it next says what is wrong with it.
private func mayBeStudy(_ file: String) -> Bool {
  guard let (root, _) = try? YAMLNode.read(file) else { return true }
  return StudySpec.hasKeys(root)
}
