import Foundation
import Host
import Theory

// Kernel adaptation of two features.
extension TheoryAdaptation {
  /// What is printed of two features.
  struct FeaturesAnswer: Encodable {
    /// The specialists of one range of angles.
    struct Bin: Encodable {
      let from: Double
      let to: Double
      let neurons: Double
    }

    let alignment: Double
    let projections: [Double]
    let overlapError: Double
    let softThreshold: [Double]
    let specialists: [Double]
    let specialistsInPlane: Double
    let specialistsError: Double
    let threshold: Double
    let angles: [Bin]
    let dual: Double
    let dualError: Double
  }

  /// Prints what is learned of two features.
  func run(features: String, modes: [Int]) throws {
    guard target == nil else { throw UserError("--target: expected without --features") }
    guard dimension >= 2 else {
      throw UserError("--dimension: got '\(dimension)'; expected at least 2 with two features")
    }
    guard threshold > 0 else {
      throw UserError("--threshold: got '\(threshold)'; expected above 0 with two features")
    }
    guard modes.contains(3) && modes.allSatisfy({ $0 <= 9 }) else {
      throw UserError(
        "--modes: got '\(self.modes)'; expected 3 among them, and at most 9, with two features")
    }
    let separation = angle ?? 90
    guard separation > 0 && separation < 180 else {
      throw UserError(
        "--angle: got '\(separation)'; expected a number of degrees above 0 and below 180")
    }
    let c = try list("--features", features, expected: "finite numbers") { text in
      Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
    guard c.count == 2 else {
      throw UserError("--features: got '\(features)'; expected two numbers, one a feature")
    }
    let radians = separation / 180 * .pi
    let norm = JointLargeDeviation(dimension: dimension, width: width, angle: radians)
      .variance(of: c).squareRoot()
    guard norm.isNormal else {
      throw UserError("--features: got '\(features)'; expected a target that has a variance")
    }
    let model = TwoFeatureAdaptation(
      dimension: dimension, width: width,
      features: zip(c, [0, radians]).map { .init(coefficient: $0 / norm, direction: $1) },
      degrees: modes, weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance)
    let (solution, specialists) = try solving { () throws(KernelAdaptationError) in
      let solution = try model.solve(load: load)
      return (solution, try solution.specialists(beyond: threshold))
    }
    let asymptotics = LargeDeviationAsymptotics(
      weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance)
    let answer = FeaturesAnswer(
      alignment: solution.alignment, projections: solution.projections,
      overlapError: solution.overlapError,
      softThreshold: model.features.map {
        asymptotics.projection(
          coefficient: $0.coefficient, load: load, dimension: dimension, width: width)
      },
      specialists: specialists.counts, specialistsInPlane: specialists.angles.total,
      specialistsError: specialists.error, threshold: threshold,
      angles: (-18..<18).map {
        let (from, to) = (Double(5 * $0), Double(5 * $0 + 5))
        return .init(
          from: from, to: to,
          neurons: specialists.angles.integral(from: from / 180 * .pi, to: to / 180 * .pi))
      },
      dual: solution.dual, dualError: solution.dualError)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    func line(_ name: String, _ values: [Double], _ meaning: String) {
      func padded(_ text: String, _ length: Int) -> String {
        text + String(repeating: " ", count: max(1, length - text.count))
      }
      let text = values.map { String(format: "%.9g", $0) }.joined(separator: " ")
      print(padded(name, 22) + padded(text, 28) + meaning)
    }
    line("alignment", [answer.alignment], "⟨f̄, y⟩")
    line("projections", answer.projections, "B_k = ⟨f̄, h_k⟩")
    line("soft_threshold", answer.softThreshold, "c_k − e₁√(dN)/(Qσ_a), at least 0")
    line(
      "specialists", answer.specialists,
      String(format: "of |w·v_k| > %g, a feature each", threshold))
    line("specialists_in_plane", [answer.specialistsInPlane], "of |w_∥| beyond the same")
    line("dual", [answer.dual], String(format: "± %.0e", answer.dualError))
    print(
      String(
        format: "error                 %.0e, bound of the error of a projection",
        answer.overlapError))
  }
}
