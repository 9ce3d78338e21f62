import Kernels

/// What a warm-up found out: all that a chain needs to go on without one.
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

  /// One tuning for several chains of a cell: geometric means of ε and T, the mean of M⁻¹ over those
  /// that have one (and a one for those that have none).
  ///
  /// - Precondition: at least one.
  public init(pooling tunings: [Tuning]) {
    precondition(!tunings.isEmpty)
    let count = Double(tunings.count)
    func geometricMean(_ value: (Tuning) -> Double) -> Double {
      naturalExponential(tunings.reduce(0) { $0 + naturalLogarithm(value($1)) } / count)
    }
    stepSize = geometricMean(\.stepSize)
    trajectory = geometricMean(\.trajectory)
    guard let dimension = tunings.lazy.compactMap(\.inverseMass).first?.count else {
      inverseMass = nil
      return
    }
    inverseMass = (0..<dimension).map { i in
      Float(tunings.reduce(0) { $0 + Double($1.inverseMass?[i] ?? 1) } / count)
    }
  }
}
