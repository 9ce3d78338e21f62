import Foundation
import Host
import Theory

// The joint large deviations of two features.
extension TheoryLDT {
  /// What is printed of two features.
  struct FeaturesAnswer: Encodable {
    /// The tilt of the whole target, or those of both projections.
    enum Tilt: Encodable {
      case whole(Double)
      case each([Double])

      func encode(to encoder: any Encoder) throws {
        switch self {
        case .whole(let t): try t.encode(to: encoder)
        case .each(let t): try t.encode(to: encoder)
        }
      }
    }

    let energy: Double
    let energyError: Double
    let decoupled: Double
    let projections: [Double]
    let tilt: Tilt
    let tiltedRelativeError: Double
  }

  /// Prints E of the whole target, or of both projections.
  func runFeatures() throws {
    guard overlap == .full else {
      throw UserError("--overlap: got '\(overlap)'; expected full with two features")
    }
    guard dimension >= 2 else {
      throw UserError("--dimension: got '\(dimension)'; expected at least 2 with two features")
    }
    let degrees = angle ?? 90
    guard degrees > 0 && degrees < 180 else {
      throw UserError(
        "--angle: got '\(degrees)'; expected a number of degrees above 0 and below 180")
    }
    let model = JointLargeDeviation(
      dimension: dimension, width: width, degree: degree, angle: degrees / 180 * .pi,
      weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance)
    let solution =
      if let projections { try joint(model, projections) } else {
        try whole(model, features!)
      }
    let answer = FeaturesAnswer(
      energy: solution.energy, energyError: solution.energyError, decoupled: solution.decoupled,
      projections: solution.projections,
      tilt: solution.tilt.map { .whole($0) } ?? .each(solution.tilts),
      tiltedRelativeError: solution.relativeError)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    func line(_ name: String, _ text: String, _ meaning: String) {
      func padded(_ text: String, _ length: Int) -> String {
        text + String(repeating: " ", count: max(1, length - text.count))
      }
      print(padded(name, 16) + padded(text, 30) + meaning)
    }
    func text(_ values: [Double]) -> String {
      values.map { String(format: "%.10g", $0) }.joined(separator: " ")
    }
    line(
      "energy", text([answer.energy]),
      solution.tilt == nil
        ? "E(b), the exponent of Pr[B_k ≥ b_k]" : "E(α), the exponent of Pr[A ≥ α]")
    line(
      "energy_error", String(format: "%.1e", answer.energyError), "bound of the error of the energy"
    )
    line(
      "decoupled", text([answer.decoupled]), "the sum of both features' energies, each by itself")
    line("projections", text(answer.projections), "B_k = ⟨f, h_k⟩")
    line(
      "tilt", text(solution.tilt.map { [$0] } ?? solution.tilts),
      solution.tilt == nil ? "∂E/∂b_k" : "dE/dα")
  }

  private func joint(
    _ model: JointLargeDeviation, _ projections: String
  ) throws -> JointLargeDeviation.Solution {
    guard alignment == nil else { throw UserError("--projections: expected without --alignment") }
    // What each feature is to reach says all: the coefficients of a target are only checked.
    if let features { _ = try coefficients(model, features) }
    let b = try pair("--projections", projections)
    guard b.contains(where: { $0 != 0 }) else {
      throw UserError("--projections: got '\(projections)'; expected one that differs from 0")
    }
    return try solving { () throws(JointLargeDeviationError) in
      try model.solve(projections: b)
    }
  }

  private func whole(
    _ model: JointLargeDeviation, _ features: String
  ) throws -> JointLargeDeviation.Solution {
    guard let alignment else { throw UserError("--features: expected with --alignment") }
    try check("--alignment", positive: alignment)
    let c = try coefficients(model, features)
    return try solving { () throws(JointLargeDeviationError) in
      try model.solve(alignment: alignment, coefficients: c)
    }
  }

  /// Returns the coefficients of a target, scaled to unit variance.
  private func coefficients(_ model: JointLargeDeviation, _ features: String) throws -> [Double] {
    let c = try pair("--features", features)
    let norm = model.variance(of: c).squareRoot()
    guard norm.isNormal else {
      throw UserError("--features: got '\(features)'; expected a target that has a variance")
    }
    return c.map { $0 / norm }
  }

  private func pair(_ option: String, _ text: String) throws -> [Double] {
    let values = try list(option, text, expected: "finite numbers") { text in
      Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
    guard values.count == 2 else {
      throw UserError("\(option): got '\(text)'; expected two numbers, one a feature")
    }
    return values
  }
}
