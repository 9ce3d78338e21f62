/// The negative log posterior U(θ) = −ln π(θ) + const of a network, which is all that a sampler
/// knows of it.
///
/// The parameters θ are whitened: scaled so that the prior is N(0, 1) in every coordinate.
public protocol Energy: ~Copyable {
  /// Number of parameters n.
  var dimension: Int { get }

  /// Returns U(θ) in double precision, and writes ∇U(θ) into `gradient`.
  ///
  /// - Parameters:
  ///   - position: θ, a buffer of n floats.
  ///   - gradient: a buffer made by `makeGradient()`.
  func evaluate(_ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer) -> Double

  /// Returns a buffer into which `evaluate` may write a gradient.
  func makeGradient() -> AlignedBuffer
}

extension Energy where Self: ~Copyable {
  /// Returns a buffer of `dimension` floats, with room for one block of kernels' output after them.
  public func makeGradient() -> AlignedBuffer { AlignedBuffer(count: dimension, slack: 64) }
}

/// An energy whose data term is a sum over samples, of which some can be taken alone:
/// U(θ) = Σ_ν ℓ_ν(θ) + |θ|²/2.
public protocol SummedEnergy: Energy {
  /// Number of samples P.
  var samples: Int { get }

  /// Returns c Σ_{ν ∈ rows} ℓ_ν(θ) + |θ|²/2 in double precision, and writes its gradient.
  ///
  /// All rows in ascending order at c = 1 give the bits of `evaluate(_:gradient:)`.
  ///
  /// - Parameters:
  ///   - position: θ, a buffer of n floats.
  ///   - rows: indices of samples, not empty.
  ///   - weight: c.
  ///   - gradient: a buffer made by `makeGradient()`.
  func evaluate(
    _ position: borrowing AlignedBuffer, rows: [Int], weight: Double,
    gradient: borrowing AlignedBuffer
  ) -> Double
}
