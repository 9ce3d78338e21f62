import Figures
import Foundation
import Host

extension Verification {
  /// Verification of an archive by itself: every study file and figure, every picture against the
  /// one that its tables give where the same gnuplot is there, and every table against the one that
  /// its samples give.
  ///
  /// - Parameters:
  ///   - data: the folder of the studies.
  ///   - figures: that of the figures; it may be missing if no figure is made from the studies.
  ///   - list: the figures that there are, whose tables are computed anew.
  ///   - activity: finds who simulates a study now.
  ///   - tolerances: asked for where a table differs.
  /// - Throws: `UserError` if there are no studies to be read, or no tolerances where they are
  ///   needed.
  package init(
    data: String, figures: String, of list: [Figure], activity: Activity.Probe,
    tolerances: @escaping @Sendable () throws -> Tolerances
  ) async throws {
    let pipeline = try Pipeline(data: data, figures: figures, of: list, activity: activity)
    for study in pipeline.studies where study.state != .awaited {
      let isThere = FileManager.default.fileExists(atPath: study.target)
      archive.append(Checked(study, isThere ? integrity(of: study.target) : nil))
    }
    let known = Set(pipeline.studies.map(\.target))
    for name in try fileNames(in: data, "h5") where !known.contains("\(data)/\(name)") {
      let path = "\(data)/\(name)"
      archive.append(
        Checked(path, of: integrity(of: path), lacking: "no \(name.dropLast(3)).yml beside it"))
    }
    let redrawn = try await Self.redrawn(pipeline.figures, of: list, in: figures)
    notes += redrawn.notes
    archive += pipeline.figures.map { figure in
      redrawn.findings[figure.target].map {
        Checked(file: figure.target, state: .damaged(.files([figure.target])), findings: $0)
      } ?? Checked(figure)
    }
    let lock = "\(data)/lock.json"
    let gaps = pipeline.lock
    archive.append(
      FileManager.default.fileExists(atPath: lock)
        ? Checked(
          file: lock, state: gaps.isEmpty ? .fresh : .stale(.causes(gaps.count)), findings: gaps)
        : Checked(file: lock, state: .missing, findings: ["no such file"]))
    guard isFolder(figures) else {
      let names = Set(pipeline.studies.map { stem(of: $0.target) })
      let drawn = list.filter { !names.isDisjoint(with: $0.studies) }
      if !drawn.isEmpty {
        let finding = "no such folder, but \(drawn.count) figures are made from studies of \(data)"
        archive.append(Checked(file: figures, state: .missing, findings: [finding]))
      }
      return
    }
    comparedWith = "tables recomputed from \(data)"
    items = try await Self.recomputed(list, data: data, figures: figures, tolerances)
  }

  /// The integrity of a study file; what could not be checked is noted.
  private mutating func integrity(of path: String) -> Integrity {
    let integrity = Integrity(of: path)
    notes += integrity.notes.map { "\(path): \($0)" }
    return integrity
  }

  /// The tables of figures against those in a folder, several figures at a time.
  private static func recomputed(
    _ those: [Figure], data: String, figures: String,
    _ tolerances: @escaping @Sendable () throws -> Tolerances
  ) async throws -> [Item] {
    let scratch = try makeScratchFolder()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let studies = StudyFolder(data)
    let present = Set(try fileNames(in: figures, "tsv"))
    // Of a figure without tables nothing can be compared: they are missing if they could be made.
    let bare = those.filter { present.isDisjoint(with: $0.tableFiles) }
    let missing = bare.filter { $0.studies.allSatisfy(studies.contains) }.flatMap(\.tableFiles)
    var failures: [String: String] = [:]
    for stage in those.filter({ !present.isDisjoint(with: $0.tableFiles) }).stages {
      await withTaskGroup(of: (String, String?).self) { group in
        for figure in stage {
          group.addTask {
            do {
              _ = try figure.writeTables(of: studies, to: scratch)
              return (figure.name, nil)
            } catch { return (figure.name, "\(error)") }
          }
        }
        for await (name, failure) in group { failures[name] = failure }
      }
    }
    var items: [Item] = []
    let names = present.union(try fileNames(in: scratch, "tsv")).union(missing)
    for name in names.sorted() {
      var item = Item(name: "\(figures)/\(name)", kind: .table)
      let (old, new) = ("\(figures)/\(name)", "\(scratch)/\(name)")
      if !FileManager.default.fileExists(atPath: old) {
        item.isNotComparable("missing; cod tables makes it")
      } else if !FileManager.default.fileExists(atPath: new) {
        let figure = those.first { $0.tableFiles.contains(name) }
        item.isNotComparable(figure.flatMap { failures[$0.name] } ?? "no figure makes it")
      } else {
        item = try Item(item.name, tables: old, new, tolerances)
      }
      items.append(item)
    }
    return items
  }
}

// MARK: - Pictures

extension Verification {
  /// The pictures of figures that are fresh, drawn anew from the tables beside them.
  ///
  /// - Returns: what differs, by figure, and why pictures could not be compared.
  private static func redrawn(
    _ those: [Freshness], of list: [Figure], in folder: String
  ) async throws -> (findings: [String: [String]], notes: [String]) {
    let those = those.filter { $0.state == .fresh }
    guard !those.isEmpty else { return ([:], []) }
    guard Gnuplot.executable != nil else {
      return ([:], ["\(folder): pictures are not drawn anew: gnuplot is not on PATH"])
    }
    let scratch = try makeScratchFolder()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    for table in try fileNames(in: folder, "tsv") where isRegularFile("\(folder)/\(table)") {
      try FileManager.default.copyItem(
        atPath: "\(folder)/\(table)", toPath: "\(scratch)/\(table)")
    }
    let pictures = await withTaskGroup(of: [Picture].self) { group in
      for figure in list {
        guard let target = those.first(where: { $0.target == "\(folder)/\(figure.name)" })?.target
        else { continue }
        group.addTask {
          do {
            return try Gnuplot(scripts: folder).render(figure, in: scratch).map {
              Picture(
                of: target, kept: "\(folder)/\(($0 as NSString).lastPathComponent)", drawn: $0)
            }
          } catch {
            return [Picture(figure: target, finding: "cannot be drawn anew: \(error)")]
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    let notes = Dictionary(grouping: pictures.compactMap(\.note)) { $0 }
      .map { "\(folder): \($0.value.count) pictures are not compared: \($0.key)" }.sorted()
    let findings = Dictionary(grouping: pictures.filter { $0.finding != nil }, by: \.figure)
      .mapValues { $0.compactMap(\.finding) }
    return (findings, notes)
  }

  /// A picture and what is wrong with it.
  private struct Picture: Sendable {
    let figure: String
    var finding: String?
    /// Why it cannot be compared.
    var note: String?

    init(figure: String, finding: String) { (self.figure, self.finding) = (figure, finding) }

    /// One that is kept, and the same drawn anew.
    init(of figure: String, kept: String, drawn: String) {
      self.figure = figure
      let bytes = [kept, drawn].map { contents(of: $0) }
      if bytes[0] == bytes[1] { return }
      let programs = zip([kept, drawn], bytes).map { path, bytes in
        let renderer = Provenance(of: path)?.renderer ?? "an unknown program"
        // The library that wrote a PDF says so in it.
        let library =
          String(decoding: bytes ?? Data(), as: UTF8.self)
          .firstMatch(of: #/\/Producer \((cairo [^ )]*)/#).map { ", \($0.output.1)" } ?? ""
        return renderer + library
      }
      if programs[0] == programs[1] {
        finding = "\((kept as NSString).lastPathComponent): not what its tables and script give"
      } else {
        note = "drawn by \(programs[0]), here is \(programs[1])"
      }
    }
  }
}
