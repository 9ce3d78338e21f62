/// The outcome of a warm-up, frozen for the draws.
public struct Tuning: Hashable, Sendable {
  /// The step size ε.
  public var stepSize: Double
  /// The mean trajectory length T.
  public var trajectory: Double
  /// The diagonal of M⁻¹; `nil` for unit mass.
  public var inverseMass: [Float]?

  /// Creates a tuning from its parts.
  public init(stepSize: Double, trajectory: Double, inverseMass: [Float]? = nil) {
    self.stepSize = stepSize
    self.trajectory = trajectory
    self.inverseMass = inverseMass
  }
}
