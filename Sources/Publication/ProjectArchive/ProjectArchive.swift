import Bags
import Figures
import Foundation
import Host

/// The whole project as one file: sources, data, figures and papers, as a bag in a tar file,
/// gzipped. The same content makes the same bytes, on every machine, from the repository and from
/// an unpacked archive.
package struct ProjectArchive: Sendable {
  static let baseName = "curse-of-detail"

  /// "curse-of-detail-1.0.0".
  package let name: String
  package let tar: Tar

  /// - Parameter root: a git repository of the project, or the data folder of an unpacked archive.
  /// - Throws: `UserError` or `HDF5Error` if a file is missing, damaged or out of date.
  package init(of root: String, figures: [Figure]) throws {
    let payload = try Payload(of: root, excluding: Deposit.papers)
    let facts = try Facts(Citation(in: root), of: payload, figures: figures)
    let stale = try Deposit(facts).stale(in: root)
    guard stale.isEmpty else {
      throw UserError(
        "\(stale.joined(separator: ", ")): out of date; expected what make metadata writes",
        exitCode: 1)
    }
    name = "\(Self.baseName)-\(facts.citation.version)"
    var entries = try payload.names.map { Tar.Entry($0, try payload.content(of: $0)) }
    let size = entries.reduce(0) { sum, entry in
      if case .file(let bytes, _) = entry.content { sum + bytes.count } else { sum }
    }
    for (name, text) in [
      (DataDictionary.textName, DataDictionary.text(facts)),
      (DataDictionary.tableName, DataDictionary.table(facts)),
      (Appendix.name, Appendix.text(facts, folder: name, count: payload.names.count, size: size)),
      (
        RunCrate.name,
        try RunCrate.text(facts, names: payload.names + Deposit.papers, date: payload.date)
      ),
    ] { entries.append(Tar.Entry(name, .file(Data(text.utf8), isExecutable: false))) }
    tar = try Bag.tar(
      name, payload: entries,
      information: [
        ("Source-Organization", facts.citation.author),
        ("External-Description", facts.citation.title), ("External-Identifier", name),
        ("Bagging-Date", payload.date), ("Bag-Software-Agent", "cod archive"),
      ])
  }

  /// The bytes of the archive.
  package var bytes: Data { Gzip.stored(tar.bytes) }
}
