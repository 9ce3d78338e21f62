import Archives
import Experiments
import Foundation
import HDF5
import Host
import Studies

/// Integrity of a study file: everything that is wrong with it, one line each.
///
/// A file whose bytes differ from its seal stays closed: damage to the strings of a file can
/// crash libhdf5 itself. Any other fault lets the rest of the file be checked.
struct Integrity {
  private(set) var findings: [String] = []
  /// Number of cells; 0 if it is unknown.
  private(set) var cells = 0
  /// What could not be checked.
  private(set) var notes: [String] = []
  private let path: String
  /// The file with what it holds, if that can be read.
  private var archive: Archive?

  /// Reads every byte and every dataset.
  init(of path: String) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      findings = ["no such file"]
      return
    }
    do {
      let file = try StudyFile(reading: path)
      try inspect(file)
      // A file that is damaged is not the recorded one anyway.
      if findings.isEmpty, let archive,
        let difference = try Lock(in: parentFolder(of: path))?
          .difference(from: archive, in: file)
      {
        note("not the file of lock.json: \(difference)")
      }
    } catch {
      note("\(error)")
    }
  }

  var isIntact: Bool { findings.isEmpty }

  private mutating func note(_ finding: String) {
    let words = Self.words(finding, of: path)
    if !findings.contains(words) { findings.append(words) }
  }

  /// A finding without the file's name, after which it stands.
  static func words(_ finding: String, of path: String) -> String {
    let words = finding.trimmingPrefix("\(path): ").replacing(" \(path): ", with: ": ")
      .replacing("\(path):", with: "")
    return String(words.trimmingPrefix("damaged: "))
  }
}

// MARK: - Inside

extension Integrity {
  /// The values of a dataset.
  private enum Values {
    case integer([Int])
    case single([Float])
    case double([Double])
    case text([String])

    /// Numbers as such; none of a text.
    var reals: [Double] {
      switch self {
      case .integer(let values): values.map { Double($0) }
      case .single(let values): values.map { Double($0) }
      case .double(let values): values
      case .text: []
      }
    }

    /// Places of values that are not finite.
    var lacking: [Int] {
      switch self {
      case .single(let values): values.indices.filter { !values[$0].isFinite }
      case .double(let values): values.indices.filter { !values[$0].isFinite }
      // A size or a number of neurons that is not defined.
      case .integer(let values): values.indices.filter { values[$0] < 0 }
      case .text: []
      }
    }
  }

  private mutating func inspect(_ study: StudyFile) throws {
    let file = try study.open()
    let root = try file.root()
    try StudyHeader.requireComplete(root, path)
    let layout = try StudyHeader.layout(of: root, path)
    for attribute in StudyHeader.lacking(in: root) { note("no attribute \(attribute)") }
    let fields = layout.fields
    let declared = Set(fields.map(\.name))
    let there = try root.names
    for name in there where !declared.contains(name) { note("\(name): no dataset of the schema") }
    for name in fields.map(\.name) where !there.contains(name) { note("\(name): missing") }

    var extents: [Layout.Axis: Int] = [:]
    for axis in layout.axes where there.contains(axis.name) {
      extents[axis] = try root.dataset(axis.name).shape.first
    }
    cells = extents[.cell] ?? 0
    var values: [String: Values] = [:]
    for field in fields where there.contains(field.name) {
      do {
        values[field.name] = try read(field, extents, root)
      } catch { note("\(error)") }
    }
    checkNumbers(fields, values, extents)
    // What is derived can be checked where all that it is derived of is there.
    if values.count == fields.count { checkDerived(layout, values, study) }
  }

  /// The values of a dataset that is of its declared type and shape, and whose checksums match.
  private mutating func read(
    _ field: Layout.Field, _ extents: [Layout.Axis: Int], _ root: borrowing Group
  ) throws -> Values? {
    let dataset = try root.dataset(field.name)
    for attribute in ["units", "long_name", "description"] where !dataset.hasAttribute(attribute) {
      note("\(field.name): no attribute \(attribute)")
    }
    let (shape, expected) = (try dataset.shape, field.axes.compactMap { extents[$0] })
    guard shape == expected else {
      note("\(field.name): shape \(shape); expected \(expected)")
      return nil
    }
    let stored =
      switch field.type {
      case .integer: try dataset.stores(Int.self)
      case .single: try dataset.stores(Float.self)
      case .double: try dataset.stores(Double.self)
      // Reading refuses what is no text.
      case .text: true
      }
    guard stored else {
      note("\(field.name): of another type; expected \(field.type.rawValue)")
      return nil
    }
    // HDF5 has no checksums for text, which the seal covers.
    if field.type != .text, try !dataset.isChecksummed { note("\(field.name): no checksums") }
    return switch field.type {
    case .integer: .integer(try dataset.read())
    case .single: .single(try dataset.read())
    case .double: .double(try dataset.read())
    case .text: .text(try dataset.readStrings())
    }
  }

  /// Looks for values that are not finite where they should be, and for filling that is.
  private mutating func checkNumbers(
    _ fields: [Layout.Field], _ values: [String: Values], _ extents: [Layout.Axis: Int]
  ) {
    guard cells > 0 else { return }
    for field in fields where field.axes[0] == .cell {
      guard let array = values[field.name] else { continue }
      let shape = field.axes.map { extents[$0] ?? 0 }
      let count = shape.reduce(1, *)
      /// The index of a place in an array along the first axes of this one.
      func index(_ place: Int, in name: String) -> Int? {
        guard let other = fields.first(where: { $0.name == name }),
          field.axes.starts(with: other.axes)
        else { return nil }
        return place / shape.dropFirst(other.axes.count).reduce(1, *)
      }
      func cell(of place: Int) -> Int { place / (count / cells) }
      var lacking = array.lacking
      if let size = field.size, let widths = values[size]?.reals, case .single(let all) = array {
        func isFilling(_ place: Int) -> Bool {
          Layout.Column.isFilling(
            place, width: Int(widths[cell(of: place)]), widest: shape.last!)
        }
        lacking.removeAll(where: isFilling)
        let filled = all.indices.filter { all[$0].isFinite && isFilling($0) }
        if let first = filled.first {
          note(
            "\(field.name): \(filled.count) numbers where cells have no \(field.axes.last!.name)s, "
              + "the first in cell \(cell(of: first))")
        }
      }
      lacking.removeAll { place in
        field.gaps.contains { gap in
          guard let name = gap.decidedBy else { return gap.isAllowed(.nan) }
          // What is missing is told elsewhere.
          guard let deciding = values[name]?.reals, let place = index(place, in: name) else {
            return true
          }
          return gap.isAllowed(deciding[place])
        }
      }
      guard let first = lacking.first else { continue }
      let chain =
        shape.count > 1 && field.axes.count > 1
        ? first / shape.dropFirst(2).reduce(1, *) % shape[1] : nil
      note(
        "\(field.name): \(lacking.count) of \(count) values are not finite where they should be, the "
          + "first in cell \(cell(of: first))\(chain.map { ", \(field.axes[1].name) \($0)" } ?? "")"
      )
    }
  }

  /// Compares digests, keys and diagnostics with what they are derived of.
  private mutating func checkDerived(
    _ layout: Layout, _ values: [String: Values], _ study: StudyFile
  ) {
    let archive: Archive
    do { archive = try Archive(study) } catch {
      note("\(error)")
      return
    }
    self.archive = archive
    checkCells(archive)
    let derived = layout.derived
    var wrong: [String: [Int]] = [:]
    for (cell, result) in archive.results.enumerated() {
      for (column, found) in zip(derived, layout.derive(result)) {
        let kept = values[column.name]!.reals[cell]
        // Another order of summation is no damage.
        let isClose = found.isFinite && abs(kept - found) <= 1e-9 * abs(found)
        let isEqual = kept == found || isClose || (kept.isNaN && found.isNaN)
        if !isEqual { wrong[column.name, default: []].append(cell) }
      }
    }
    for column in derived {
      guard let cells = wrong[column.name] else { continue }
      note(
        "\(column.name): not what the draws give in \(cells.count) cells, the first cell \(cells[0])"
      )
    }
  }

  /// Compares the keys and coordinates of cells with those of the spec in the file.
  private mutating func checkCells(_ archive: Archive) {
    guard archive.numericsVersion == archive.layout.numericsVersion else {
      notes.append(
        "the cells' keys were not compared with spec_yaml: the file has numerics version "
          + "\(archive.numericsVersion), this tool \(archive.layout.numericsVersion)")
      return
    }
    guard archive.inputsDigest == nil else {
      notes.append("the cells' keys were not compared with spec_yaml: its inputs are elsewhere")
      return
    }
    let spec: StudySpec
    do {
      spec = try StudySpec(
        parsing: archive.specText, of: "spec_yaml",
        smoke: archive.grid == StudySpec.Grid.smoke.rawValue)
    } catch {
      note("the cells' keys were not compared with spec_yaml, which cannot be read: \(error)")
      return
    }
    let points = Dictionary(
      spec.cells().map { ($0.key, $0.parameters) }, uniquingKeysWith: { first, _ in first })
    let cells = archive.cells.indices
    let others = cells.filter { points[archive.keys[$0]] == nil }
    if let first = others.first {
      note("cell_key: not of spec_yaml in \(others.count) cells, the first cell \(first)")
    }
    for name in archive.layout.coordinates.map(\.name) {
      let wrong = cells.filter { cell in
        points[archive.keys[cell]].map { $0[name] != archive.cells[cell][name] } ?? false
      }
      guard let first = wrong.first else { continue }
      note("\(name): not what spec_yaml gives in \(wrong.count) cells, the first cell \(first)")
    }
  }
}
