/// The negative log posterior U(θ) = −ln π(θ) + const at whitened parameters: θ is scaled so that its
/// prior is N(0, 1) in every coordinate. All that a sampler knows of a network.
public protocol Energy: ~Copyable {
  /// Number of parameters n.
  var dimension: Int { get }

  /// U(θ) in double precision, and ∇U(θ) written into `gradient`.
  ///
  /// - Parameters:
  ///   - position: θ, a buffer of n floats.
  ///   - gradient: made by `makeGradient()`.
  func evaluate(_ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer) -> Double

  /// A buffer that `evaluate` may write a gradient into.
  func makeGradient() -> AlignedBuffer
}

extension Energy where Self: ~Copyable {
  public func makeGradient() -> AlignedBuffer { AlignedBuffer(count: dimension, slack: 64) }
}
