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
