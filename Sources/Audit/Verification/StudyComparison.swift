import Archives
import Foundation
import Host
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

  /// - Throws: `UserError` if the files are of different kinds of network, or of other data.
  package init(_ old: Archive, _ new: Archive) throws {
    guard old.kind.name == new.kind.name else {
      throw UserError("other network: \(old.kind.name), then \(new.kind.name)", exitCode: 1)
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
    let points = [old, new].map { $0.cells.map(Self.point) }
    let varying = old.kind.coordinates.map(\.name).filter { name in
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
          widths: Dictionary(
            uniqueKeysWithValues: old.kind.units.map { ($0.name, points[0][i].integer($0.size)) }),
          old: old.results[i], new: new.results[j])
      }
    }
    let known = Set(points[0])
    onlyOld = points[0].filter { places[$0] == nil }.map(words)
    onlyNew = points[1].filter { !known.contains($0) }.map(words)
  }

  /// The parameters that a cell's posterior depends on. Whether the readout is integrated out is
  /// the sampler's business.
  private static func point(_ cell: Parameters) -> Parameters {
    var cell = cell
    cell["readout_integrated"] = .integer(0)
    return cell
  }
}

/// A cell as two files have it.
struct CellPair: Sendable {
  let place: String
  let hasOneKey: Bool
  let isIdentical: Bool
  /// Mean alignments.
  let old: Double
  let new: Double
  /// Whether it is certified in the old and in the new file.
  let isCertified: (old: Bool, new: Bool)
  /// Whether every draw has the same bits, and something else has not.
  let contradictsItself: Bool
  /// Means of all observables, the alignment's first; empty where all bits are equal. Observables
  /// that are finite in neither file have none. Those that are not finite in one file alone, or in
  /// some draws, are named in `notFinite`.
  let means: [MeanPair]
  let notFinite: [String]
  /// Whether the draws differ and no alignment is finite in either file: both have diverged, and
  /// what counts neurons tells nothing.
  var hasDiverged: Bool {
    !isIdentical && !notFinite.contains("alignment")
      && !means.contains { $0.observable == "alignment" }
  }

  /// - Parameter widths: numbers of neurons, by the name of their observable.
  init(
    place: String, hasOneKey: Bool, widths: [String: Int], old: CellResult, new: CellResult
  ) {
    func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
    self.place = place
    self.hasOneKey = hasOneKey
    self.old = mean(old.alignment)
    self.new = mean(new.alignment)
    isIdentical = old == new
    guard !isIdentical else {
      (isCertified, means, notFinite) = ((true, true), [], [])
      contradictsItself = false
      return
    }
    isCertified = (old.isCertified, new.isCertified)
    contradictsItself = old.hasSameDraws(as: new)
    var (means, notFinite): ([MeanPair], [String]) = ([], [])
    func compare(_ name: String, _ values: (CellResult) -> [[Double]]) {
      let (a, b) = (values(old), values(new))
      let finite = [a, b].map { $0.map { chain in chain.count { $0.isFinite } } }
      let counts = [a, b].map { $0.map(\.count) }
      if finite == counts {
        means.append(MeanPair(name, a, b))
      } else if finite.contains(where: { $0.contains { $0 > 0 } }) {
        notFinite.append(name)
      }
    }
    compare("alignment") { $0.chains($0.alignment) }
    compare("training_loss") { $0.chains($0.trainingLoss) }
    compare("energy") { $0.chains($0.energy) }
    for name in old.observables.keys.sorted() {
      compare(name) { $0.chains($0.observable(name)) }
    }
    // Neurons are alike: what figures take of them are means of functions of one.
    for (name, width) in widths.sorted(by: { $0.key < $1.key }) {
      compare("|\(name)|") { $0.neuronMeans(name, width, abs) }
      compare("\(name)²") { $0.neuronMeans(name, width) { $0 * $0 } }
    }
    let evidence = [old, new].map {
      MeanPair.MeanEstimate($0.logEvidence, errors: $0.logEvidenceError)
    }
    if let old = evidence[0], let new = evidence[1] {
      means.append(MeanPair("log_evidence", old, new))
    }
    (self.means, self.notFinite) = (means, notFinite)
  }
}

extension CellResult {
  /// Whether every draw of both has the same bits.
  fileprivate func hasSameDraws(as other: CellResult) -> Bool {
    func bits(_ result: CellResult) -> [BitwiseEqual<Float>] {
      [.init(wrappedValue: result.trainingLoss), .init(wrappedValue: result.energy)]
    }
    return BitwiseEqual(wrappedValue: alignment) == BitwiseEqual(wrappedValue: other.alignment)
      && bits(self) == bits(other) && observables == other.observables
  }

  /// The mean of a function of the neurons of each kept draw, as one array a chain.
  fileprivate func neuronMeans(
    _ name: String, _ width: Int, _ function: (Double) -> Double
  ) -> [[Double]] {
    let values = unit(name)
    let draws = stride(from: 0, to: values.count, by: width).map { first in
      values[first..<(first + width)].reduce(0) { $0 + function(Double($1)) } / Double(width)
    }
    return chains(draws)
  }
}
