import Foundation
import Sampling

/// Two study files compared cell by cell: bit by bit, and where draws differ by the posterior means of what
/// was archived of them.
///
/// Cells are matched by their parameters: another numerics version, or more draws, gives a cell another key,
/// but leaves it the posterior that it samples.
public struct StudyComparison: Sendable {
  /// Cells that both have, in the old file's order.
  let cells: [CellPair]
  /// Key and digest of the old file.
  let oldKey, oldContent: String
  /// Cells that only one of them has, in words.
  let onlyOld: [String]
  let onlyNew: [String]

  /// - Throws: `UserError` if the files are of different kinds of network, or of other data.
  public init(_ old: Archive, _ new: Archive) throws {
    guard old.kind.name == new.kind.name else {
      throw UserError("other network: \(old.kind.name), then \(new.kind.name)", exitCode: 1)
    }
    guard old.inputsDigest == new.inputsDigest else {
      let digests = [old, new].map { $0.inputsDigest.map { String($0.prefix(12)) } ?? "none" }
      throw UserError("other inputs: SHA-256 \(digests[0]), then \(digests[1])", exitCode: 1)
    }
    (oldKey, oldContent) = (old.studyKey, old.contentDigest)
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
          old: old.results[i], new: new.results[j])
      }
    }
    let known = Set(points[0])
    onlyOld = points[0].filter { places[$0] == nil }.map(words)
    onlyNew = points[1].filter { !known.contains($0) }.map(words)
  }

  /// What a cell's posterior depends on: whether the readout is integrated out is the sampler's business.
  private static func point(_ cell: Parameters) -> Parameters {
    var cell = cell
    cell["readout_integrated"] = .integer(0)
    return cell
  }

  /// Whether both files hold the same cells with the same arrays.
  public var isIdentical: Bool {
    onlyOld.isEmpty && onlyNew.isEmpty && cells.allSatisfy(\.isIdentical)
  }

  /// Number of means that are compared.
  var meanCount: Int { cells.reduce(0) { $0 + $1.means.count } }
}

/// A cell as two files have it.
struct CellPair: Sendable {
  let place: String
  let hasOneKey: Bool
  let isIdentical: Bool
  /// Mean alignments.
  let old: Double
  let new: Double
  /// Whether it is certified in one file alone.
  let isCertifiedOnce: Bool
  /// None where all bits are equal, and the alignment's first otherwise.
  let means: [MeanPair]

  init(place: String, hasOneKey: Bool, old: CellResult, new: CellResult) {
    func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
    self.place = place
    self.hasOneKey = hasOneKey
    self.old = mean(old.alignment)
    self.new = mean(new.alignment)
    isIdentical = old == new
    guard !isIdentical else {
      (isCertifiedOnce, means) = (false, [])
      return
    }
    isCertifiedOnce = old.isCertified != new.isCertified
    means =
      [MeanPair("alignment", old.chains(old.alignment), new.chains(new.alignment))]
      + [MeanPair("training_loss", old.chains(old.trainingLoss), new.chains(new.trainingLoss))]
      + [MeanPair("energy", old.chains(old.energy), new.chains(new.energy))]
      + old.observables.keys.sorted().map {
        MeanPair($0, old.chains(old.observable($0)), new.chains(new.observable($0)))
      }
  }
}

/// The posterior mean of an observable as two files have it.
struct MeanPair: Sendable {
  let observable: String
  let old: Double
  let new: Double
  /// Of the difference: Monte Carlo, from split chains.
  let standardError: Double
  /// Of Student's t by which the difference is judged, after Welch and Satterthwaite; each mean counts with
  /// its effective samples less one.
  let degreesOfFreedom: Double

  init(_ observable: String, _ old: [[Double]], _ new: [[Double]]) {
    self.observable = observable
    let both = [old, new].map(Diagnostics.init)
    (self.old, self.new) = (both[0].mean, both[1].mean)
    let squares = both.map { $0.standardError * $0.standardError }
    standardError = (squares[0] + squares[1]).squareRoot()
    let parts = zip(both, squares).map { diagnostics, square in
      let deviation = diagnostics.standardDeviation
      return square > 0 ? square * square / max(deviation * deviation / square - 1, 1) : 0
    }
    let whole = (squares[0] + squares[1]) * (squares[0] + squares[1])
    degreesOfFreedom = whole > 0 ? whole / (parts[0] + parts[1]) : .infinity
  }

  /// Difference in standard errors; 0 where there is none.
  var residual: Double { new == old ? 0 : (new - old) / standardError }
}

/// How far means of other draws may be apart: a test of all that are compared together.
struct MeanTest: Sendable {
  let tolerances: Tolerances.Means
  /// Of means.
  let count: Int

  /// The normal quantile that each mean has to keep, so that any of them is outside by chance with a
  /// probability of the level at the most (Bonferroni).
  var quantile: Double { -normalQuantile(tolerances.level / Double(2 * max(count, 1))) }

  func deviation(_ pair: MeanPair, in place: String) -> Verification.Deviation {
    let t = studentQuantile(normal: quantile, pair.degreesOfFreedom)
    return Verification.Deviation(
      "\(place): mean \(pair.observable)", old: pair.old, new: pair.new,
      allowed: t * pair.standardError + tolerances.relative * abs(pair.old))
  }

  var words: String {
    "Student's t of \(count) means at level \(tolerances.level) in all (Bonferroni), from Monte Carlo standard "
      + "errors and effective samples, plus \(tolerances.relative) of the old mean"
  }
}

/// The quantile of Student's t at which the normal distribution has a given one: Wallace 1959, "Bounds on
/// normal approximations to Student's and the chi-square distributions", Annals of Mathematical
/// Statistics 30. At 5 normal standard deviations it is a tenth too wide with 5 degrees of freedom, and less so
/// with more.
func studentQuantile(normal z: Double, _ degreesOfFreedom: Double) -> Double {
  guard degreesOfFreedom < 1e6 else { return z }
  let n = degreesOfFreedom
  let u = z * (8 * n + 3) / (8 * n + 1)
  return (n * (exp(u * u / n) - 1)).squareRoot()
}

extension Verification.Item {
  /// The verdict on two study files; the test is needed where draws differ.
  init(_ name: String, _ comparison: StudyComparison, _ test: MeanTest?) {
    self.init(name: name, kind: .study)
    compared = comparison.cells.count
    let others = comparison.cells.filter { !$0.isIdentical }
    if let test, !others.isEmpty {
      let deviations = others.flatMap { cell in
        cell.means.map { test.deviation($0, in: cell.place) }
      }
      worst = deviations.max { $0.ratio < $1.ratio }
      verdict = deviations.allSatisfy(\.isAllowed) ? .within : .outside
      tolerance = test.words
      because = test.tolerances.because
      notes = ["\(others.count) of \(compared) cells have other draws"]
      let broken = others.count(where: \.hasOneKey)
      if broken > 0 { notes.append("\(broken) of them have the same key and should be identical") }
      let once = others.count(where: \.isCertifiedOnce)
      if once > 0 { notes.append("\(once) of them are certified in one file alone") }
    }
    if let first = comparison.onlyOld.first ?? comparison.onlyNew.first {
      if verdict != .outside { verdict = .notComparable }
      notes.insert(
        "missing cells: \(comparison.onlyOld.count) are in the old file alone, "
          + "\(comparison.onlyNew.count) in the new one, the first \(first)", at: 0)
    }
  }
}
