import Kernels

/// A posterior at inverse ridge β between the prior, 0, and itself, 1: with the data energy
/// E = U − |θ|²/2, U_β = βE + |θ|²/2.
///
/// For networks with E = Σ(f − y)²/(2κ), β is a ridge of κ/β.
public struct TemperedEnergy<Base: Energy & ~Copyable>: Energy {
  /// β.
  public let inverseRidge: Double
  private let base: UnsafePointer<Base>
  private let kernels: KernelSet

  /// The base has to stay where it is for as long as this value lives: `withTemperedEnergy` sees to it.
  fileprivate init(_ base: UnsafePointer<Base>, inverseRidge: Double, kernels: KernelSet) {
    self.base = base
    self.inverseRidge = inverseRidge
    self.kernels = kernels
  }

  public var dimension: Int { base.pointee.dimension }

  public func makeGradient() -> AlignedBuffer { base.pointee.makeGradient() }

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

  /// E(θ) = U(θ) − |θ|²/2 of a point with energy U_β(θ), β > 0.
  func dataEnergy(_ position: borrowing AlignedBuffer, energy: Double) -> Double {
    (energy - kernels.halfSquaredNorm(position.vectors, position.lanes)) / inverseRidge
  }

  /// E(θ), by an evaluation of the base.
  func dataEnergy(
    evaluating position: borrowing AlignedBuffer, scratch: borrowing AlignedBuffer
  ) -> Double {
    base.pointee.evaluate(position, gradient: scratch)
      - kernels.halfSquaredNorm(position.vectors, position.lanes)
  }
}

/// Calls `body` with `base` at inverse ridge β, which is not to outlive the call.
public func withTemperedEnergy<Base: Energy & ~Copyable, Result>(
  _ base: borrowing Base, inverseRidge: Double, kernels: KernelSet = .best,
  _ body: (borrowing TemperedEnergy<Base>) -> Result
) -> Result {
  withUnsafePointer(to: base) {
    body(TemperedEnergy($0, inverseRidge: inverseRidge, kernels: kernels))
  }
}
