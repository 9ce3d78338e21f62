import Figures
import Foundation
import Host
import Predictions
import Theory
import YAML
import Yams

/// A quantitative statement of the paper or of a talk on it, and what the archive says of it.
package struct Claim: Sendable {
  package let section: String
  package let name: String
  package let statement: String
  /// The place in the paper or talk where it is made.
  package let source: String
  /// The estimate of each number of the claim.
  package let estimates: [Estimate]
  package let criteria: [Criterion]
  /// What is expected of each, in words of the file: "3/4", "at most 0.02".
  package let expectations: [String]
  /// The rival and the tolerance, in words, and the reason for the tolerance.
  package let rival: String?
  package let inPart: String?
  package let because: String?
  /// The numbers of figures that the estimates are made from.
  package let numbers: [QuotedNumber]
  /// The studies behind it: those of its registration, or of the figures' tables.
  package let studies: [String]
  /// The registration that the claim belongs to, if it is a prediction.
  package let registration: Registration?
  /// Whether that is older than its data, where the repository's history has been asked.
  package fileprivate(set) var order: RegistrationOrder?
  /// The studies behind its numbers whose error bars did not hold when cells were sampled again,
  /// where that has been asked.
  package fileprivate(set) var doubtful: [String] = []

  package var verdict: Verdict {
    if order?.isLate == true { return .late }
    if isPending { return .pending }
    return .worst(zip(criteria, estimates).map { $0.verdict(on: $1) })
  }

  /// Whether the data that decide do not exist yet; estimates are then missing.
  package var isPending: Bool { registration?.isPending == true }

  /// How many times as many data sets would decide it, were its estimates to stay as they are;
  /// `nil` unless it is undecided, or where no number of them would.
  package var dataToDecide: Double? {
    guard verdict == .undecided else { return nil }
    let undecided = zip(criteria, estimates).filter { $0.verdict(on: $1) == .undecided }
    let factors = undecided.compactMap { $0.dataToDecide($1) }
    return factors.count == undecided.count ? factors.max() : nil
  }

  /// The figures whose numbers these are.
  package var figures: [String] { numbers.map(\.figure).uniqued }
}

/// The statements in `data/claims.yml`, whose head is its grammar, and the predictions that are
/// registered in the folder `predictions` beside it.
package struct Claims: Sendable {
  package private(set) var all: [Claim]
  /// The figure whose table says of which studies error bars hold, if the file names one.
  private let calibration: String?

  /// The key of the file that is no section.
  private static let calibrationKey = "error_bars"

  /// Reads the statements and predictions, and evaluates them over tables of numbers.
  ///
  /// - Parameter tables: the folder of FIGURE-numbers.tsv.
  /// - Throws: `UserError` naming file, line, key, value and what was expected.
  package init(reading file: String, tables folder: String) throws {
    let (root, _) = try YAMLNode.read(file, as: "claims")
    var tables = NumberTables(folder: folder)
    var all: [Claim] = []
    let entries = try root.entries("sections of claims")
    calibration = try entries.first { $0.name == Self.calibrationKey }?.node.text()
    for section in entries where section.name != Self.calibrationKey {
      for claim in try section.node.entries("claims") {
        all.append(
          try Claim(claim.node, section: section.name, name: claim.name, tables: &tables))
      }
    }
    for (registration, claims) in try Registration.all(in: parentFolder(of: file)) {
      for claim in try claims.entries("claims") {
        all.append(
          try Claim(
            claim.node, section: "Registered predictions",
            name: "\(registration.name).\(claim.name)", of: registration, tables: &tables))
      }
    }
    self.all = all
  }

  /// These claims, with what the repository's history says of those that are registered.
  package func withOrder() -> Claims {
    var claims = self
    let registrations = all.compactMap(\.registration).uniqued
    let orders = Dictionary(
      uniqueKeysWithValues: registrations.map { ($0, RegistrationOrder(of: $0)) })
    for i in all.indices { claims.all[i].order = all[i].registration.flatMap { orders[$0] } }
    return claims
  }

  /// These claims, with the studies whose error bars do not hold, by the table of the figure that
  /// the file names. Claims about error bars themselves have none, nor have computed numbers.
  ///
  /// - Parameter folder: that of the figures' tables.
  /// - Throws: `UserError` if the table cannot be read, or lacks the columns study and compatible.
  package func withErrorBars(tables folder: String) throws -> Claims {
    guard let calibration else { return self }
    let path = "\(folder)/\(calibration).tsv"
    let table = try TableFile(reading: path)
    guard let study = table.columns.firstIndex(of: "study"),
      let compatible = table.columns.firstIndex(of: "compatible")
    else {
      throw UserError(
        "\(path):\(table.columnsLine): got '\(table.columns.joined(separator: "\t"))'; "
          + "expected the columns study and compatible among others")
    }
    let failed = Set(table.rows.filter { $0[compatible] == "0" }.map { $0[study] })
    var claims = self
    for (i, claim) in all.enumerated()
    where !claim.criteria.allSatisfy(\.isExact) && !claim.figures.contains(calibration) {
      claims.all[i].doubtful = claim.studies.filter(failed.contains)
    }
    return claims
  }

  /// The studies that registered predictions wait for. Their data are not missing: it is too early.
  package var awaited: Set<String> { Set(all.flatMap { $0.registration?.missing ?? [] }) }

  /// How many claims come to a verdict.
  package func count(_ verdict: Verdict) -> Int { all.count { $0.verdict == verdict } }

  /// The verdicts that some claim comes to, from the best to the worst.
  package var verdicts: [Verdict] { Verdict.allCases.filter { count($0) > 0 } }
}

extension Claim {
  fileprivate init(
    _ node: YAMLNode, section: String, name: String, of registration: Registration? = nil,
    tables: inout NumberTables
  ) throws {
    let members = try node.members([
      "statement", "source", "estimate", "expected", "rival", "in_part", "interval",
    ])
    func required(_ key: String) throws -> YAMLNode { try node.required(key, in: members) }
    self.section = section
    self.name = name
    statement = try required("statement").text()
    source = try required("source").text()
    let estimators = try required("estimate").elements.map(Estimator.init)
    let expected = try required("expected")
    let exponents = registration?.exponents ?? [:]
    let expectations = try expected.elements.map { try $0.expectation(among: exponents) }
    guard !estimators.isEmpty else {
      throw try required("estimate").error(expected: "at least one number")
    }
    guard expectations.count == 1 || expectations.count == estimators.count else {
      throw expected.error(
        expected: "one value for all of the estimates, or a list of \(estimators.count)")
    }
    let isExact = try members["interval"]?.word(["none"]) != nil
    let rival = try members["rival"].map { (value: try $0.real(), text: try $0.text()) }
    let isRange = expectations.contains { if case .range = $0.expectation { true } else { false } }
    if isRange, let rival = members["rival"] {
      throw rival.error(expected: "none: what is outside of a range is its rival")
    }
    if let rival, let node = members["rival"],
      expectations.contains(where: { $0.expectation == .value(rival.value) })
    {
      throw node.error(expected: "another value than the one that is expected")
    }
    if !isRange && !isExact && rival == nil {
      throw expected.error(
        expected:
          "a rival beside it, the value if the claim is wrong, for an estimate with an interval")
    }
    let tolerance = try members["in_part"].map { try $0.tolerance(ofRange: isRange) }

    if let registration, !registration.isPending {
      for estimator in estimators {
        try tables.require(estimator, ofOneOf: registration.studies)
      }
    }
    estimates =
      registration?.isPending == true
      ? estimators.map { _ in Estimate(.nan) }
      : try estimators.map { try $0.estimate { try tables.number($0) } }
    self.registration = registration
    numbers = estimators.flatMap { $0.references.map(\.number) }.uniqued
    studies =
      registration?.studies
      ?? numbers.map(\.figure).uniqued.flatMap { tables.studies(of: $0) }
      .uniqued
    criteria = estimators.indices.map { i in
      let expectation = expectations[expectations.count == 1 ? 0 : i].expectation
      return Criterion(
        expectation, rival: rival?.value, inPart: tolerance?.range(about: expectation),
        isExact: isExact)
    }
    self.expectations = expectations.map(\.text)
    self.rival = rival?.text
    inPart = tolerance?.text
    because = tolerance?.because
  }
}

extension YAMLNode {
  /// {from: …, to: …}, one of them at least.
  private func range(
    _ members: [String: YAMLNode]
  ) throws -> (expectation: Criterion.Expectation, text: String) {
    let (from, to) = (try members["from"]?.real(), try members["to"]?.real())
    let texts = (try members["from"]?.text(), try members["to"]?.text())
    guard (from ?? -.infinity) < (to ?? .infinity) else {
      throw error(expected: "a range that is not empty, {from: …, to: …}")
    }
    let text: String
    switch texts {
    case (let from?, let to?): text = "\(from) … \(to)"
    case (let from?, nil): text = "at least \(from)"
    case (nil, let to?): text = "at most \(to)"
    case (nil, nil): throw error(expected: "a range, {from: …, to: …}, or one end of it")
    }
    return (.range(from ?? -.infinity, to ?? .infinity), text)
  }

  /// A number, a range, or the name of an exponent, which stands for its value.
  fileprivate func expectation(
    among exponents: [String: Rational]
  ) throws -> (expectation: Criterion.Expectation, text: String) {
    if let exponent = node.scalar.flatMap({ exponents[$0.string] }) {
      return (.value(exponent.double), "\(exponent)")
    }
    guard case .mapping = node else {
      let names = exponents.keys.sorted().map { ", or \($0)" }.joined()
      return (.value(try real(or: names)), try text())
    }
    return try range(try members(["from", "to"]))
  }

  fileprivate func tolerance(ofRange isRange: Bool) throws -> Tolerance {
    let members = try members(["because"] + (isRange ? ["from", "to"] : ["within"]))
    let because = try required("because", in: members).text()
    if isRange {
      let (range, text) = try range(members)
      return Tolerance(range: range, within: 0, text: text, because: because)
    }
    let within = try required("within", in: members)
    guard try within.real() > 0 else { throw within.error(expected: "a positive number") }
    return Tolerance(
      range: nil, within: try within.real(), text: "within \(try within.text())", because: because)
  }
}

/// How far off counts in part.
private struct Tolerance {
  let range: Criterion.Expectation?
  let within: Double
  let text: String
  let because: String

  func range(about expectation: Criterion.Expectation) -> Criterion.Expectation? {
    if case .value(let value) = expectation { return .range(value - within, value + within) }
    return range
  }
}
