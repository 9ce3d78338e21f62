import Archives
import Foundation
import Host

extension Verification {
  /// Verification of two study files, two tables, or two folders of them, as of an archive and of
  /// what was made anew. Folders have theirs in `data` and `figures`, or in themselves.
  ///
  /// - Parameter tolerances: asked for where bits differ.
  /// - Throws: `UserError` if there is nothing to compare, or no tolerances where they are needed.
  package init(
    _ old: String, _ new: String, tolerances: @escaping @Sendable () throws -> Tolerances
  ) throws {
    comparedWith = new
    var tables: [(name: String, old: String, new: String)] = []
    var files: [(name: String, old: String, new: String)] = []
    for pair in try Self.pairs(old, new) {
      if pair.name.hasSuffix(".h5") { files.append(pair) } else { tables.append(pair) }
    }
    var comparisons: [String: Result<StudyComparison, any Error>] = [:]
    for file in files {
      let there = [file.old, file.new].filter { FileManager.default.fileExists(atPath: $0) }
      for path in there.uniqued {
        let integrity = Integrity(of: path)
        archive.append(Checked(path, of: integrity))
        notes += integrity.notes.map { "\(path): \($0)" }
      }
      guard there.count == 2 else { continue }
      comparisons[file.name] = Result {
        try StudyComparison(Archive(reading: file.old), Archive(reading: file.new))
      }
    }
    let compared = comparisons.values.compactMap { try? $0.get() }
    test =
      compared.contains { !$0.cells.allSatisfy(\.isIdentical) }
      ? MeanTest(of: compared, try tolerances().means) : nil
    for file in files {
      do {
        guard let comparison = try comparisons[file.name]?.get() else {
          throw UserError(absence(file))
        }
        studies.append((file.name, comparison))
        items.append(Item(file.name, comparison, test))
      } catch {
        var item = Item(name: file.name, kind: .study)
        item.isNotComparable("\(error)")
        items.append(item)
      }
    }
    for table in tables {
      guard [table.old, table.new].allSatisfy(FileManager.default.fileExists) else {
        var item = Item(name: table.name, kind: .table)
        item.isNotComparable(absence(table))
        items.append(item)
        continue
      }
      items.append(
        try Item(table.name, tables: table.old, table.new, following: items, tolerances))
    }

    func absence(_ pair: (name: String, old: String, new: String)) -> String {
      let isOld = FileManager.default.fileExists(atPath: pair.old)
      return "\(isOld ? pair.new : pair.old): no such file"
    }
  }

  /// Pairs of files of the same name, of which one may be missing.
  private static func pairs(
    _ old: String, _ new: String
  ) throws -> [(name: String, old: String, new: String)] {
    for path in [old, new] where !FileManager.default.fileExists(atPath: path) {
      throw UserError("\(path): no such file or folder; expected a study, a table or a folder")
    }
    guard isFolder(old) == isFolder(new) else {
      throw UserError("\(new): expected a \(isFolder(old) ? "folder, as" : "file, as") \(old) is")
    }
    guard isFolder(old) else {
      for ending in [".h5", ".tsv"] where old.hasSuffix(ending) && new.hasSuffix(ending) {
        return [((old as NSString).lastPathComponent, old, new)]
      }
      throw UserError("\(old), \(new): expected two study files, .h5, or two tables, .tsv")
    }
    let isWhole = [old, new].contains { isFolder("\($0)/data") || isFolder("\($0)/figures") }
    var pairs: [(name: String, old: String, new: String)] = []
    for (folder, ending) in [(isWhole ? "data/" : "", "h5"), (isWhole ? "figures/" : "", "tsv")] {
      let sides = [old, new].map { $0 == "." ? folder : "\($0)/\(folder)" }
      let names = try sides.map {
        isFolder($0) || $0.isEmpty ? try fileNames(in: $0.isEmpty ? "." : $0, ending) : []
      }
      for name in Set(names.joined()).sorted() {
        pairs.append(("\(folder)\(name)", "\(sides[0])\(name)", "\(sides[1])\(name)"))
      }
    }
    if pairs.isEmpty { throw UserError("\(old), \(new): expected study files or tables in them") }
    return pairs
  }
}
