import Kernels

/// A posterior at inverse ridge β, between the prior at 0 and the posterior itself at 1. With the
/// data energy E = U − |θ|²/2, its energy is U_β = βE + |θ|²/2.
///
/// For networks with E = Σ(f − y)²/(2κ), this is the posterior with ridge κ/β.
public struct TemperedEnergy<Base: Energy & ~Copyable>: Energy {
  /// The inverse ridge β.
  public let inverseRidge: Double
  private let base: UnsafePointer<Base>
  private let kernels: KernelSet

  /// Refers to `base`, which must stay in place as long as this value lives; `withTemperedEnergy`
  /// sees to that.
  fileprivate init(_ base: UnsafePointer<Base>, inverseRidge: Double, kernels: KernelSet) {
    self.base = base
    self.inverseRidge = inverseRidge
    self.kernels = kernels
  }

  /// Number of parameters, as of the base.
  public var dimension: Int { base.pointee.dimension }

  /// Returns a buffer that fits the base's gradient.
  public func makeGradient() -> AlignedBuffer { base.pointee.makeGradient() }

  /// Evaluates U_β and its gradient, at the cost of one gradient of the base.
  public func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let energy = base.pointee.evaluate(position, gradient: gradient)
    let prior = kernels.halfSquaredNorm(position.vectors, position.lanes)
    let (data, rest) = (Float(inverseRidge), Float(1 - inverseRidge))
    let (theta, slope) = (position.lanes, gradient.lanes)
    for i in 0..<position.vectors { slope[i] = data * slope[i] + rest * theta[i] }
    return inverseRidge * energy + (1 - inverseRidge) * prior
  }

  /// Returns E(θ) = U(θ) − |θ|²/2 of a point with known energy U_β(θ), for β > 0.
  func dataEnergy(_ position: borrowing AlignedBuffer, energy: Double) -> Double {
    (energy - kernels.halfSquaredNorm(position.vectors, position.lanes)) / inverseRidge
  }

  /// Returns E(θ) by an evaluation of the base.
  func dataEnergy(
    evaluating position: borrowing AlignedBuffer, scratch: borrowing AlignedBuffer
  ) -> Double {
    base.pointee.evaluate(position, gradient: scratch)
      - kernels.halfSquaredNorm(position.vectors, position.lanes)
  }
}

/// Calls `body` with `base` at inverse ridge β. The tempered energy must not outlive the call.
public func withTemperedEnergy<Base: Energy & ~Copyable, Result>(
  _ base: borrowing Base, inverseRidge: Double, kernels: KernelSet = .best,
  _ body: (borrowing TemperedEnergy<Base>) -> Result
) -> Result {
  withUnsafePointer(to: base) {
    body(TemperedEnergy($0, inverseRidge: inverseRidge, kernels: kernels))
  }
}
