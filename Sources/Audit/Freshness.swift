import Archives
import Figures
import Foundation
import Host
import Studies

/// Whether a study file or a figure is what its sources ask for, by content alone: file times, comments and
/// questions do not count.
package struct Freshness: Encodable, Sendable {
  /// "data/two-layer-width.h5", "figures/specialists".
  package let target: String
  package let state: State
  /// The state in a few words, "stale (4 of 6 cells can be reused)".
  package let summary: String
  /// Why it is not fresh, one line a cause, old → new.
  package let causes: [String]
  /// How far the processes and jobs are that simulate it now, one line each.
  package let running: [String]
  /// The key of the study file that is there; what its spec asks for is `wantedKey`.
  let key: String?
  let wantedKey: String?

  package enum State: String, Encodable, Sendable {
    case fresh, stale, partial, missing, damaged
  }

  enum CodingKeys: String, CodingKey {
    case target, state, summary, causes, running, key
    case wantedKey = "wanted_key"
  }
}

// MARK: - Studies

extension Freshness {
  /// Of a study. Reads the whole file, and compares it with its record in `lock.json` if there is one.
  ///
  /// - Throws: `UserError` if `lock.json` is none.
  package init(of spec: StudySpec, at output: String, activity: Activity.Probe) throws {
    var status = StudyStatus(of: spec, at: output)
    let lock = try Lock(in: parentFolder(of: output))
    let cells = spec.cells()
    var causes: [String] = []
    var key: String?
    switch status {
    case .fresh, .stale:
      key = try Archive.studyKey(of: output)
      if let difference = try lock?.difference(from: output) {
        status = .damaged("not the file of lock.json: \(difference)")
        causes = ["lock.json: \(difference)"]
      } else if status != .fresh {
        causes = spec.changes(since: try Archive(reading: output))
      }
    case .partial(let done, let count):
      causes = ["no file; \(done) of its \(count) cells are simulated"]
    case .missing: causes = ["no file, and none of its \(cells.count) cells"]
    case .damaged(let reason): causes = [reason]
    }
    let wantedKey = StudySpec.key(of: cells)
    let activity = activity(output, wantedKey)
    let submitted = status.isFresh ? [] : activity.submitted
    let running = activity.running
    self.init(
      target: output, state: status.state,
      summary: ([status.description] + running.map { "running, \($0)" } + submitted).joined(
        separator: "; "),
      causes: causes, running: running + submitted, key: key, wantedKey: wantedKey)
  }
}

extension StudyStatus {
  fileprivate var state: Freshness.State {
    switch self {
    case .fresh: .fresh
    case .stale: .stale
    case .partial: .partial
    case .missing: .missing
    case .damaged: .damaged
    }
  }
}

// MARK: - Figures

extension Freshness {
  /// Of a figure: its pictures, the tables that it is drawn from, and the studies named in their heads.
  ///
  /// - Parameters:
  ///   - studies: the freshness of all studies, by name. - folder: where tables and pictures are.
  ///   - scripts: where `NAME.gp` is, which names the tables.
  package init(
    of figure: Figure, studies: [String: Freshness], in folder: String, scripts: String
  ) {
    let files = FileManager.default
    let pictures = ["svg", "pdf"].map { "\(figure.name).\($0)" }
    let tables = figure.tableNames(scripts: scripts)
    let missing = (pictures + tables).filter { !files.fileExists(atPath: "\(folder)/\($0)") }
    let there = (pictures + tables).filter { !missing.contains($0) }
    let damaged = pictures.filter { there.contains($0) && !isWholePicture("\(folder)/\($0)") }

    let overlays = figure.overlays.filter { studies[$0]?.key != nil }
    let sources = figure.studies + overlays
    var causes =
      damaged.map { "\(folder)/\($0): damaged: not a whole picture" }
      + missing.map { "\(folder)/\($0): missing" }
    for name in sources {
      guard let study = studies[name] else {
        causes.append("study \(name): missing")
        continue
      }
      if study.state != .fresh { causes.append("\(study.target): \(study.summary)") }
    }
    // One line for all tables that say the same.
    var differences: [String: [String]] = [:]
    var order: [String] = []
    func note(_ difference: String, _ file: String) {
      if differences[difference] == nil { order.append(difference) }
      differences[difference, default: []].append(file)
    }
    for table in tables where there.contains(table) {
      let drawn = Dictionary(
        Table.studies(of: "\(folder)/\(table)").map { ($0.name, $0.key) },
        uniquingKeysWith: { $1 })
      for name in sources {
        guard let key = studies[name]?.key else { continue }
        guard let old = drawn[name] else {
          note("study \(name) → \(key.prefix(12)), which is not in the head of", table)
          continue
        }
        if old != key {
          note("study \(name): \(old.prefix(12)) → \(key.prefix(12)) since", table)
        }
      }
      for name in drawn.keys.sorted() where !sources.contains(name) {
        note("study \(name) → none, but it is in the head of", table)
      }
    }
    // And one for both pictures, if they were drawn from the same other files.
    let now = Provenance(of: figure, tables: folder, scripts: scripts)
    for picture in pictures where there.contains(picture) && !damaged.contains(picture) {
      let drawn = Provenance(of: "\(folder)/\(picture)")
      for difference in now.differences(from: drawn, but: missing) { note(difference, picture) }
    }
    causes += order.map { "\($0) \(differences[$0]!.joined(separator: ", "))" }

    let state: State =
      if !damaged.isEmpty { .damaged } else if there.isEmpty { .missing } else if !missing.isEmpty {
        .partial
      } else if causes.isEmpty { .fresh } else { .stale }
    let summary =
      switch state {
      case .partial: "partial (\(missing.joined(separator: ", ")) missing)"
      case .damaged: "damaged (\(damaged.joined(separator: ", ")))"
      case .stale: "stale (\(causes.count == 1 ? "1 cause" : "\(causes.count) causes"))"
      case .fresh, .missing: state.rawValue
      }
    self.init(
      target: "\(folder)/\(figure.name)", state: state, summary: summary, causes: causes,
      running: [],
      key: nil, wantedKey: nil)
  }
}

/// Whether a picture ends as it should.
private func isWholePicture(_ path: String) -> Bool {
  guard let bytes = FileManager.default.contents(atPath: path) else { return false }
  return isWholePicture(bytes, path.hasSuffix(".svg") ? "svg" : "pdf")
}

// MARK: - A folder of studies and one of figures

/// All studies of a folder, and all figures.
package struct Pipeline: Encodable, Sendable {
  package let studies: [Freshness]
  package let figures: [Freshness]
  /// What `lock.json` lacks or has too much.
  package let lock: [String]

  /// - Parameters:
  ///   - folder: that of tables and pictures; where it is not there, none are asked for.
  ///   - scripts: the folder of the figures' scripts; by default that of the pictures.
  package init(
    data: String, figures folder: String, of list: [Figure], scripts: String? = nil,
    activity: Activity.Probe
  ) throws {
    var byName: [String: Freshness] = [:]
    for file in try studyFiles(in: data) {
      let study = stem(of: file)
      byName[study] = try Freshness(
        of: StudySpec(reading: file), at: "\(data)/\(study).h5", activity: activity)
    }
    let all = byName
    studies = all.keys.sorted().map { all[$0]! }
    figures =
      isFolder(folder)
      ? list.map { Freshness(of: $0, studies: all, in: folder, scripts: scripts ?? folder) }
      : []
    lock = try Lock(in: data)?.gaps(in: data) ?? []
  }

  package var isFresh: Bool {
    (studies + figures).allSatisfy { $0.state == .fresh } && lock.isEmpty
  }
}

extension Pipeline {
  /// A figure and those of its studies that there are.
  package func targets(of figure: Figure) -> [Freshness] {
    figures.filter { ($0.target as NSString).lastPathComponent == figure.name }
      + studies.filter { study in
        let name = stem(of: study.target)
        return (figure.studies + figure.overlays).contains(name)
      }
  }
}

extension Figure {
  /// Studies whose archive is not of the spec beside it: the figure still draws what was simulated.
  /// A spec that cannot be read is not that of the archive; where there is none, nothing tells.
  package func staleStudies(data: String) -> [String] {
    (studies + overlays).filter { name in
      let spec = "\(data)/\(name).yml"
      guard FileManager.default.fileExists(atPath: spec),
        let key = try? Archive.studyKey(of: "\(data)/\(name).h5")
      else { return false }
      return (try? StudySpec(reading: spec).key) != key
    }
  }
}
