import ArgumentParser
import Foundation
import Host
import Networks
import Theory

// Large deviations of activations other than erf.
extension TheoryLDT {
  /// What is printed of an activation.
  struct ActivationAnswer: Encodable {
    let energy: Double
    let energyError: Double
    let tilt: Double
    let criticalTilt: Double?
    let squaredOverlap: Double
    let asymptoticEnergy: Double?
    let asymptoticSpecialists: Double?
  }

  /// Prints E(α) of an activation.
  func run(_ activation: HermiteOverlap.Activation) throws {
    guard features == nil && projections == nil && angle == nil else {
      throw UserError(
        "--activation: got '\(activation.rawValue)'; expected erf with --features, --projections or "
          + "--angle")
    }
    guard overlap == .full else {
      throw UserError("--overlap: got '\(overlap)'; expected full for \(activation.rawValue)")
    }
    guard let alignment else {
      throw ValidationError("Missing expected argument '--alignment <alignment>'")
    }
    try check("--alignment", positive: alignment)
    guard dimension >= 2 else {
      throw UserError(
        "--dimension: got '\(dimension)'; expected at least 2 for \(activation.rawValue)")
    }
    let (model, solution): (ActivationLargeDeviation, ActivationLargeDeviation.Solution)
    do {
      model = try ActivationLargeDeviation(
        dimension: dimension, width: width, activation: activation, degree: degree,
        weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance)
      solution = try model.solve(alignment: alignment)
    } catch {
      switch error {
      case .degreeOutOfRange, .componentMissing, .unbounded: throw UserError("--\(error)")
      default: throw UserError("\(error)", exitCode: 1)
      }
    }
    let scale = (Double(dimension) * Double(width) / prior.readoutVariance).squareRoot()
    let optimum = SpecialistOptimum(
      activation: activation, degree: degree, weightVariance: prior.weightVariance)
    let answer = ActivationAnswer(
      energy: solution.energy, energyError: solution.energyError, tilt: solution.tilt,
      criticalTilt: model.criticalTilt, squaredOverlap: solution.squaredOverlap,
      asymptoticEnergy: model.criticalTilt.map { $0 * alignment }
        ?? optimum.map { $0.energyCoefficient * alignment * scale },
      asymptoticSpecialists: optimum.map {
        $0.specialistCoefficient * alignment
          * (Double(width) / Double(dimension) / prior.readoutVariance).squareRoot()
      })
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    line("energy", answer.energy, "E(α) = tα − Λ(t), the exponent of Pr[A ≥ α]")
    line("energy_error", answer.energyError, "bound of the error of the energy", digits: 2)
    line("tilt", answer.tilt, "t = dE/dα")
    line("critical_tilt", answer.criticalTilt, "t_c, at which Λ becomes infinite")
    line("squared_overlap", answer.squaredOverlap, "mean of Σ (w_i·w*)²")
    line("asymptotic_energy", answer.asymptoticEnergy, "its limit at large d and N")
    line("asymptotic_specialists", answer.asymptoticSpecialists, "m₁ (α/σ_a) √(N/d)")
    if answer.asymptoticSpecialists == nil {
      print("specialists have no preferred size: any number of them share Σ (w_i·w*)²")
    }
  }
}
