import Kernels

/// Gradient descent z ← z − h∇U(z), which is gradient flow with weight decay as h → 0.
///
/// It is stable while h < 2/λ for every curvature λ of U.
public final class GradientDescent<Target: Energy>: TrainingDynamics {
  public let step: Double
  public private(set) var moves: Int
  private let target: Target
  private let kernels: KernelSet
  private let point: AlignedBuffer
  private let gradient: AlignedBuffer
  private var energy: Double

  /// Begins at a start.
  ///
  /// - Parameters:
  ///   - target: the energy U.
  ///   - start: z, one number per coordinate.
  ///   - step: h.
  ///   - moves: the number of moves that led to the start.
  ///   - kernels: the instruction set; all of them give the same bits.
  public init(
    _ target: Target, start: [Float], step: Double, moves: Int = 0, kernels: KernelSet = .best
  ) {
    precondition(start.count == target.dimension && step > 0 && moves >= 0)
    self.step = step
    self.moves = moves
    self.target = target
    self.kernels = kernels
    point = AlignedBuffer(start)
    gradient = target.makeGradient()
    energy = target.evaluate(point, gradient: gradient)
  }

  public func move() -> TrainingMove {
    kernels.addScaled(point.vectors, Float(-step), gradient.lanes, point.lanes)
    energy = target.evaluate(point, gradient: gradient)
    moves += 1
    return TrainingMove(energy: energy, acceptance: 1)
  }

  public func withState<Result>(
    _ body: (borrowing AlignedBuffer, Double) -> Result
  ) -> Result { body(point, energy) }
}
