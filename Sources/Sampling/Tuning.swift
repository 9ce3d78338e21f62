/// What a warm-up found out, frozen for the draws.
public struct Tuning: Hashable, Sendable {
  /// ε.
  public var stepSize: Double
  /// T.
  public var trajectory: Double
  /// The diagonal of M⁻¹, or nothing for a mass of one.
  public var inverseMass: [Float]?

  public init(stepSize: Double, trajectory: Double, inverseMass: [Float]? = nil) {
    self.stepSize = stepSize
    self.trajectory = trajectory
    self.inverseMass = inverseMass
  }
}
