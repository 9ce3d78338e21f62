import Archives
import Experiments
import Figures
import Foundation
import Host
import Studies

/// Freshness of a study file or a figure: whether it is what its sources ask for, by content
/// alone. File times, comments and questions do not count.
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

  /// Whether the study's spec could be read.
  package var isReadable: Bool { wantedKey != nil }

  enum CodingKeys: String, CodingKey {
    case target, state, summary, causes, running, key
    case wantedKey = "wanted_key"
  }
}

// MARK: - Studies

extension Freshness {
  /// Freshness of a study file. Reads the whole of it once, and compares it with its record in
  /// `lock.json` if there is one.
  ///
  /// - Throws: `UserError` if `lock.json` is of another form.
  package init(of spec: StudySpec, at output: String, activity: Activity.Probe) throws {
    self.init(
      of: spec, at: output, lock: try Lock(in: parentFolder(of: output)), activity: activity)
  }

  /// Freshness of the study file of a spec that cannot be read.
  init(at output: String, unreadable error: any Error) {
    let reason = "its spec cannot be read: \(error)"
    let state = State.damaged(.reason(reason))
    self.init(
      target: output, state: state, summary: state.description, causes: [reason], running: [],
      key: nil, wantedKey: nil)
  }

  init(of spec: StudySpec, at output: String, lock: Lock?, activity: Activity.Probe) {
    let cells = spec.cells()
    let reading = StudyReading(cells, at: output, lock: lock)
    var state = reading.state
    var causes: [String] = []
    if let (file, archive) = reading.found {
      if let difference = lock?.difference(from: archive, in: file) {
        state = .damaged(.reason("not the file of lock.json: \(difference)"))
        causes = ["lock.json: \(difference)"]
      } else if state != .fresh {
        causes = spec.changes(since: archive)
      }
    } else if case .partial(.cells(let done, let count)) = state {
      causes = ["no file; \(done) of its \(count) cells are simulated"]
    } else if case .damaged(.reason(let reason)) = state {
      causes = [reason]
    } else if state != .fresh {
      causes = ["no file, and none of its \(cells.count) cells"]
    }
    let wantedKey = StudySpec.key(of: cells)
    let activity = activity(output, wantedKey)
    let submitted = state == .fresh ? [] : activity.submitted
    let running = activity.running
    let begun = state == .fresh || reading.begun == 0 ? [] : ["\(reading.begun) in parts"]
    self.init(
      target: output, state: state,
      summary: ([state.description] + begun + running.map { "running, \($0)" } + submitted)
        .joined(separator: "; "),
      causes: causes, running: running + submitted, key: reading.key,
      wantedKey: wantedKey)
  }
}

extension Freshness {
  /// The same of a study that a registered prediction waits for.
  var awaited: Freshness {
    guard state == .missing else { return self }
    return Freshness(
      target: target, state: .awaited, summary: State.awaited.description, causes: causes,
      running: running, key: key, wantedKey: wantedKey)
  }
}

// MARK: - Figures

extension Freshness {
  /// Freshness of a figure: its pictures, the tables that it is drawn from, and the studies named
  /// in their heads.
  ///
  /// - Parameters:
  ///   - studies: the freshness of its studies, by name.
  ///   - claims: the file of claims, for figures of what they come to.
  ///   - folder: where tables and pictures are.
  ///   - scripts: where the script `NAME.gp` and the title in `NAME.md` are.
  package init(
    of figure: Figure, studies: [String: Freshness], claims: String, in folder: String,
    scripts: String
  ) {
    let files = FileManager.default
    let pictures = ["svg", "pdf"].map { "\(figure.name).\($0)" }
    let tables = figure.tableFiles
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
    let found = Result { try figure.sources(ClaimFiles(claims: claims, tables: folder)) }
    if case .failure(let error) = found { causes.append("\(error)") }
    for table in tables where there.contains(table) {
      if let now = try? found.get() {
        for change in now.differences(from: Table.sources(of: "\(folder)/\(table)")) {
          note(change, table)
        }
      }
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
        note("study \(name) is absent now, and stands in the head of", table)
      }
    }
    // And one for both pictures, if they were drawn from the same other files.
    let now = Provenance(of: figure, tables: folder, scripts: scripts)
    let title = Result { try figure.title(scripts: scripts) }
    if case .failure(let error) = title { causes.append("\(error)") }
    for picture in pictures where there.contains(picture) && !damaged.contains(picture) {
      let bytes = contents(of: "\(folder)/\(picture)") ?? Data()
      let drawn = Provenance.title(andProvenanceOf: bytes, named: picture)
      var changes = now.differences(from: drawn?.provenance, but: missing)
      if let drawn, let title = try? title.get() { changes += title.differences(from: drawn.title) }
      for change in changes { note(change, picture) }
    }
    causes += order.map { "\($0) \(differences[$0]!.joined(separator: ", "))" }

    let state: State =
      if !damaged.isEmpty {
        .damaged(.files(damaged))
      } else if there.isEmpty {
        .missing
      } else if !missing.isEmpty {
        .partial(.files(missing: missing))
      } else if causes.isEmpty {
        .fresh
      } else {
        .stale(.causes(causes.count))
      }
    self.init(
      target: "\(folder)/\(figure.name)", state: state, summary: state.description,
      causes: causes, running: [], key: nil, wantedKey: nil)
  }
}

extension Figure {
  /// Studies whose archive and spec differ: the figure still draws what was simulated. A spec that
  /// cannot be read counts as another one. A missing spec or archive tells nothing, and is left
  /// out.
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
