import Foundation

/// Whether an archive is intact, and what it was compared with is the same.
public struct Verification: Encodable, Sendable {
  /// Study files, figures and the record of them.
  public private(set) var archive: [Checked] = []
  /// What the items are compared with, in words; `nil` if there are none.
  public private(set) var comparedWith: String?
  /// Studies and tables.
  public private(set) var items: [Item] = []
  /// Studies with the cells that could be compared, for the figure.
  private(set) var studies: [(name: String, comparison: StudyComparison)] = []
  /// What means of other draws were judged by; `nil` if there are none.
  private(set) var test: MeanTest?

  enum CodingKeys: String, CodingKey {
    case archive, items
    case comparedWith = "compared_with"
  }

  /// A file or a figure and what is wrong with it.
  public struct Checked: Encodable, Sendable {
    public let file: String
    /// "intact", or how it is not: "damaged", "stale", "partial", "missing".
    public let state: String
    public let findings: [String]
    /// Of a study.
    public var cells: Int?

    public var isIntact: Bool { state == "intact" }

    enum CodingKeys: String, CodingKey { case file, state, findings }
  }

  public enum Verdict: String, Encodable, Sendable {
    case identical
    case within = "within tolerance"
    case outside
    case notComparable = "not comparable"

    public var passes: Bool { self == .identical || self == .within }
  }

  /// A study or a table as two sides have it.
  public struct Item: Encodable, Sendable {
    public let name: String
    public let kind: Kind
    public internal(set) var verdict = Verdict.identical
    /// Cells of a study, numbers and words of a table.
    public internal(set) var compared = 0
    /// The largest deviation in units of what is allowed; `nil` if there is none.
    public internal(set) var worst: Deviation?
    /// What was allowed.
    public internal(set) var tolerance = "none: bit by bit"
    /// What was found besides, or why it cannot be compared.
    public internal(set) var notes: [String] = []
    /// Why so much was allowed.
    public internal(set) var because = ""

    public var reason: String {
      let parts = notes + (because.isEmpty ? [] : [because])
      return parts.isEmpty ? "every bit is the same" : parts.joined(separator: "; ")
    }

    public enum Kind: String, Encodable, Sendable { case study, table }

    init(name: String, kind: Kind) {
      self.name = name
      self.kind = kind
    }

    mutating func isNotComparable(_ why: String) {
      verdict = .notComparable
      notes = [why]
      tolerance = "none"
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(kind, forKey: .kind)
      try container.encode(verdict, forKey: .verdict)
      try container.encode(compared, forKey: .compared)
      try container.encode(worst, forKey: .worst)
      try container.encode(tolerance, forKey: .tolerance)
      try container.encode(reason, forKey: .reason)
    }

    enum CodingKeys: String, CodingKey {
      case name, kind, verdict, compared, worst, tolerance, reason
    }
  }

  /// A number that differs.
  public struct Deviation: Encodable, Sendable {
    public let place: String
    public let old: Double
    public let new: Double
    public let allowed: Double

    init(_ place: String, old: Double, new: Double, allowed: Double) {
      (self.place, self.old, self.new, self.allowed) = (place, old, new, allowed)
    }

    public var deviation: Double { abs(new - old) }

    /// Deviation in units of what is allowed; infinite where only one is a number.
    public var ratio: Double {
      if old == new || (!old.isFinite && !new.isFinite) { return 0 }
      let ratio = deviation / allowed
      return ratio.isNaN ? .infinity : ratio
    }

    /// Numbers of a few decimal digits differ by a little more or less than they seem to.
    public var isAllowed: Bool { ratio <= 1 + 1e-9 }

    enum CodingKeys: String, CodingKey {
      case old, new, deviation, allowed
      case place = "where"
    }

    /// Numbers to six digits; null where there is none.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(place, forKey: .place)
      for (key, value) in [
        (CodingKeys.old, old), (.new, new), (.deviation, deviation), (.allowed, allowed),
      ] {
        let rounded = value.isFinite ? Double(String(format: "%.6g", value)) : nil
        try container.encode(rounded, forKey: key)
      }
    }
  }

  /// Whether everything is intact, and identical or within tolerance.
  public var passes: Bool {
    archive.allSatisfy(\.isIntact) && items.allSatisfy(\.verdict.passes)
  }
}

// MARK: - An archive by itself

extension Verification {
  /// Of an archive by itself: every study file and figure, and every table against the one that its samples
  /// give.
  ///
  /// - Parameters:
  ///   - data: the folder of the studies. - figures: that of the figures; where it is not there, none are
  ///     asked for. - tolerances: asked for where a table differs. - recomputing: figures whose tables are computed anew.
  /// - Throws: `UserError` if there are no studies to be read, or no tolerances where they are needed.
  public init(
    data: String, figures: String, recomputing those: [Figure] = Figure.all,
    tolerances: @escaping @Sendable () throws -> Tolerances
  ) async throws {
    let pipeline = try Pipeline(data: data, figures: figures)
    for study in pipeline.studies {
      archive.append(Checked(study, Integrity(of: study.target)))
    }
    let known = Set(pipeline.studies.map(\.target))
    for name in try fileNames(in: data, "h5") where !known.contains("\(data)/\(name)") {
      let integrity = Integrity(of: "\(data)/\(name)")
      let finding = "no \(name.dropLast(3)).yml beside it"
      archive.append(
        Checked(
          file: "\(data)/\(name)", state: integrity.isIntact ? "stale" : "damaged",
          findings: integrity.findings + [finding], cells: integrity.cells))
    }
    archive += pipeline.figures.map { Checked($0, nil) }
    let lock = "\(data)/lock.json"
    archive.append(
      FileManager.default.fileExists(atPath: lock)
        ? Checked(
          file: lock, state: pipeline.lock.isEmpty ? "intact" : "stale", findings: pipeline.lock)
        : Checked(file: lock, state: "missing", findings: ["no such file"]))
    guard isFolder(figures) else { return }
    comparedWith = "tables recomputed from \(data)"
    items = try await Self.recomputed(those, data: data, figures: figures, tolerances)
  }

  /// The tables of figures against those in a folder, several figures at a time.
  private static func recomputed(
    _ those: [Figure], data: String, figures: String,
    _ tolerances: @escaping @Sendable () throws -> Tolerances
  ) async throws -> [Item] {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("cod-verify-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let failures = await withTaskGroup(of: (String, String?).self) { group in
      for figure in those {
        group.addTask {
          do {
            _ = try figure.writeTables(data: data, to: scratch)
            return (figure.name, nil)
          } catch { return (figure.name, "\(error)") }
        }
      }
      var failures: [String: String] = [:]
      for await (name, failure) in group { failures[name] = failure }
      return failures
    }
    var items: [Item] = []
    let names = Set(try fileNames(in: figures, "tsv"))
      .union(isFolder(scratch) ? try fileNames(in: scratch, "tsv") : [])
    for name in names.sorted() {
      var item = Item(name: "\(figures)/\(name)", kind: .table)
      let (old, new) = ("\(figures)/\(name)", "\(scratch)/\(name)")
      if !FileManager.default.fileExists(atPath: old) {
        item.isNotComparable("missing; cod tables makes it")
      } else if !FileManager.default.fileExists(atPath: new) {
        // Of the figures that failed, the one of the longest name that fits.
        let failure = failures.filter { name.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }
        item.isNotComparable(failure?.value ?? "no figure makes it")
      } else {
        item = try Item(item.name, tables: old, new, tolerances)
      }
      items.append(item)
    }
    return items
  }
}

extension Verification.Checked {
  /// A study or a figure by its freshness, and a study by its integrity.
  fileprivate init(_ freshness: Freshness, _ integrity: Integrity?) {
    file = freshness.target
    cells = integrity?.cells
    guard let integrity, freshness.key != nil || freshness.state == .damaged, !integrity.isIntact
    else {
      state = freshness.state == .fresh ? "intact" : freshness.state.rawValue
      findings = freshness.causes
      return
    }
    state = "damaged"
    // The file is not the recorded one if it is damaged, which goes without saying.
    let others = freshness.causes.map { Integrity.words($0, of: freshness.target) }
      .filter { !integrity.findings.contains($0) && !$0.hasPrefix("lock.json: ") }
    findings = integrity.findings + others
  }
}

/// Names of the files of a folder that end so, sorted.
private func fileNames(in folder: String, _ ending: String) throws -> [String] {
  guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
    throw UserError("\(folder): no such folder; expected studies or tables in it")
  }
  return names.filter { $0.hasSuffix(".\(ending)") }.sorted()
}

// MARK: - Two of the same

extension Verification {
  /// Of two study files, two tables, or two folders of them, as of an archive and of what was made anew. Folders
  /// have theirs in `data` and `figures`, or in themselves.
  ///
  /// - Parameter tolerances: asked for where bits differ.
  /// - Throws: `UserError` if there is nothing to compare, or no tolerances where they are needed.
  public init(
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
      archive += there.uniqued.map { Checked($0, of: Integrity(of: $0)) }
      guard there.count == 2 else { continue }
      comparisons[file.name] = Result {
        try StudyComparison(Archive(reading: file.old), Archive(reading: file.new))
      }
    }
    // The threshold is for all means of all studies together.
    let count = comparisons.values.reduce(0) { $0 + ((try? $1.get())?.meanCount ?? 0) }
    test = count > 0 ? MeanTest(tolerances: try tolerances().means, count: count) : nil
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
      items.append(try Item(table.name, tables: table.old, table.new, tolerances))
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

extension Verification.Checked {
  fileprivate init(_ file: String, of integrity: Integrity) {
    self.file = file
    state = integrity.isIntact ? "intact" : "damaged"
    findings = integrity.findings
    cells = integrity.cells
  }
}
