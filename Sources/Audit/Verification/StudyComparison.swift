import Archives
import Foundation
import Host
import Sampling
import Studies

/// Two study files compared cell by cell: bit by bit, and where draws differ by the posterior means
/// of what was archived of them.
///
/// Cells are matched by their parameters. Another numerics version, or more draws, gives a cell
/// another key, but the posterior that it samples stays the same.
package struct StudyComparison: Sendable {
  /// Cells that both have, in the old file's order.
  let cells: [CellPair]
  let identity: Verification.Item.Identity
  /// What else the files say otherwise, in words.
  let differences: [String]
  /// Cells that only one of them has, in words.
  let onlyOld: [String]
  let onlyNew: [String]

  /// - Throws: `UserError` if the files are of different experiments or kinds of network, or of
  /// other data.
  package init(_ old: Archive, _ new: Archive) throws {
    guard old.layout.experiment == new.layout.experiment else {
      throw UserError(
        "other experiment: \(old.layout.experiment), then \(new.layout.experiment)", exitCode: 1)
    }
    guard old.layout.model == new.layout.model else {
      throw UserError(
        "other network: \(old.layout.model), then \(new.layout.model)", exitCode: 1)
    }
    guard old.layout.observed == new.layout.observed else {
      throw UserError("other further observables", exitCode: 1)
    }
    guard old.inputsDigest == new.inputsDigest else {
      let digests = [old, new].map { $0.inputsDigest.map { String($0.prefix(12)) } ?? "none" }
      throw UserError("other inputs: SHA-256 \(digests[0]), then \(digests[1])", exitCode: 1)
    }
    identity = Verification.Item.Identity(
      oldKey: old.studyKey, oldContent: old.contentDigest, newKey: new.studyKey,
      newContent: new.contentDigest)
    differences =
      (old.title == new.title ? [] : ["another title"])
      + (old.specText == new.specText ? [] : ["another text of the spec"])
      + (old.numericsVersion == new.numericsVersion
        ? [] : ["numerics version \(old.numericsVersion), then \(new.numericsVersion)"])
    let points = [old, new].map { archive in archive.cells.map { Self.point($0, archive.layout) } }
    let varying = old.layout.coordinates.map(\.name).filter { name in
      Set(points.joined().map { $0[name] }).count > 1
    }
    func words(_ point: Parameters) -> String {
      let parts = varying.map { "\($0) \(point.text($0))" }
      return parts.isEmpty ? "the only cell" : parts.joined(separator: ", ")
    }
    let places = Dictionary(zip(points[1], new.cells.indices)) { first, _ in first }
    cells = old.cells.indices.compactMap { i in
      places[points[0][i]].map { j in
        CellPair(
          place: words(points[0][i]), hasOneKey: old.keys[i] == new.keys[j],
          old: old.results[i], new: new.results[j])
      }
    }
    let known = Set(points[0])
    onlyOld = points[0].filter { places[$0] == nil }.map(words)
    onlyNew = points[1].filter { !known.contains($0) }.map(words)
  }

  /// The parameters that a cell's true values depend on.
  private static func point(_ cell: Parameters, _ layout: Layout) -> Parameters {
    layout.coordinates.filter { $0.role == .method }.reduce(into: cell) {
      $0[$1.name] = .integer(0)
    }
  }
}

/// A cell as two files have it.
struct CellPair: Sendable {
  let place: String
  let hasOneKey: Bool
  let isIdentical: Bool
  /// The name of the first estimate, the most telling one.
  let leading: String
  /// Its means.
  let old: Double
  let new: Double
  /// The word for cells that are sound, "certified".
  let soundness: String
  /// Whether it is sound in the old and in the new file.
  let isSound: (old: Bool, new: Bool)
  /// Whether every draw has the same bits, and something else has not.
  let contradictsItself: Bool
  /// Means of all estimates, the leading one first; empty where all bits are equal. Those that are
  /// finite in neither file are named in `lacking`. Those that are not finite in one file alone, or
  /// in some draws, are named in `notFinite`.
  let means: [MeanPair]
  let notFinite: [String]
  let lacking: [String]
  /// Whether the draws differ and no leading value is finite in either file: both have diverged,
  /// and what counts neurons tells nothing.
  var hasDiverged: Bool {
    !isIdentical && !notFinite.contains(leading)
      && !means.contains { $0.observable == leading }
  }

  init(place: String, hasOneKey: Bool, old: CellResult, new: CellResult) {
    func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
    self.place = place
    self.hasOneKey = hasOneKey
    // A quantity that a cell lacks is lacking in both files.
    let pairs = old.layout.quantities.compactMap { quantity in
      quantity.estimate(old).flatMap { old in
        quantity.estimate(new).map { (quantity: quantity, old: old, new: $0) }
      }
    }
    leading = old.layout.quantities[0].name
    soundness = old.layout.soundness.adjective
    self.old = mean(pairs.first?.old.all ?? [])
    self.new = mean(pairs.first?.new.all ?? [])
    isIdentical = old == new
    guard !isIdentical else {
      (isSound, means, notFinite, lacking) = ((true, true), [], [], [])
      contradictsItself = false
      return
    }
    isSound = (old.isSound, new.isSound)
    let decisive = pairs.filter(\.quantity.isDecisive)
    contradictsItself =
      !decisive.isEmpty && decisive.allSatisfy { Self.haveSameBits($0.old.all, $0.new.all) }
    var (means, notFinite, lacking): ([MeanPair], [String], [String]) = ([], [], [])
    for (quantity, old, new) in pairs {
      let name = quantity.name
      switch (old, new) {
      case (.chains(let x), .chains(let y)), (.runs(let x), .runs(let y)):
        let finite = [x, y].map { $0.map { chain in chain.count { $0.isFinite } } }
        if finite == [x, y].map({ $0.map(\.count) }) {
          means.append(MeanPair(name, x, y))
        } else if finite.contains(where: { $0.contains { $0 > 0 } }) {
          notFinite.append(name)
        } else {
          lacking.append(name)
        }
      default:
        if let x = old.mean, let y = new.mean { means.append(MeanPair(name, x, y)) }
      }
    }
    (self.means, self.notFinite, self.lacking) = (means, notFinite, lacking)
  }

  private static func haveSameBits(_ x: [Double], _ y: [Double]) -> Bool {
    x.elementsEqual(y) { $0.bitPattern == $1.bitPattern }
  }
}

extension Layout.Estimate {
  /// All values, chain by chain.
  fileprivate var all: [Double] {
    switch self {
    case .chains(let chains), .runs(let chains): Array(chains.joined())
    case .values(let values, _), .repeated(let values, _): values
    }
  }
}
