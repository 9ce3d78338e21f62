import Kernels

// The parts of the free energy, for tests.

extension AttentionPosterior {
  /// F without what depends on neither ε nor v, with its derivatives by x = ε and y = ln v.
  package struct Slopes {
    package let value: Double
    package let first: (x: Double, y: Double)
    package let second: (xx: Double, xy: Double, yy: Double)
  }

  /// Returns F and its derivatives at any place.
  package func slopes(
    samples: Double, omega: Double, epsilon: Double, variance: Double, ridge: Double
  ) -> Slopes {
    let energy = PatternFreeEnergy(
      surfaces: surfaces, samples: samples, ridge: self.ridge, batch: nil)
    let found = energy.value(
      omega,
      PatternFreeEnergy.Minimum(
        epsilon: epsilon, logVariance: naturalLogarithm(variance), ridge: ridge))
    return Slopes(
      value: found.value, first: (found.x, found.y), second: (found.xx, found.xy, found.yy))
  }

  /// Returns ε, v and κ̃ at an ω.
  package func minimum(
    samples: Double, omega: Double
  ) throws(AttentionTheoryError) -> (epsilon: Double, variance: Double, ridge: Double) {
    let found = try PatternFreeEnergy(
      surfaces: surfaces, samples: samples, ridge: ridge, batch: nil
    ).minimum(
      omega: omega,
      from: PatternFreeEnergy.Minimum(epsilon: 0.3, logVariance: -0.1, ridge: 1.1 * ridge))
    return (found.epsilon, naturalExponential(found.logVariance), found.ridge)
  }

  /// Returns N₁ = ⟨Φ²⟩ and N₂ = ⟨⟨Φ⟩²⟩ of the feature of w₃, with column 3 of A left out.
  package func secondMoments(
    epsilon: Double, variance: Double
  ) -> (square: AttentionAlignment.Estimate, mean: AttentionAlignment.Estimate) {
    let place = PatternPlace(epsilon: epsilon, variance: variance)
    func estimate(
      _ part: (PatternSurfaces.Moments) -> SecondOrder
    ) -> AttentionAlignment.Estimate {
      AttentionAlignment.Estimate(
        value: part(surfaces.moments(at: place, batch: nil)).value,
        drawError: standardError(
          (0..<AttentionAlignment.batches).map {
            part(surfaces.moments(at: place, batch: $0)).value
          }))
    }
    return (estimate(\.square), estimate(\.mean))
  }
}
