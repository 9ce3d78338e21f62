import Kernels

/// Training in time: moves of step h in whitened coordinates z ~ N(0, 1) on an energy
/// U(z) = Σ_ν ℓ_ν(z) + |z|²/2.
///
/// The time is t = h × moves, in units in which weight decay is 1: under the prior alone
/// ⟨z(t) z(0)⟩ = e^{−t} for Langevin dynamics, and z(t) = z(0) e^{−t} for descent. Rejected moves
/// count. A state is a position and a number of moves, and both together begin a run that goes on
/// with the same bits.
public protocol TrainingDynamics: AnyObject {
  /// The step h.
  var step: Double { get }
  /// The number of moves so far.
  var moves: Int { get }

  /// Makes one move.
  func move() -> TrainingMove

  /// Calls `body` with the position z and U(z) on all samples.
  func withState<Result>(_ body: (borrowing AlignedBuffer, Double) -> Result) -> Result
}

extension TrainingDynamics {
  /// The time t = h × moves.
  public var time: Double { step * Double(moves) }
  /// The position z, one number per coordinate.
  public var position: [Float] { withState { position, _ in position.values } }
}

/// What a move of training says of itself.
public struct TrainingMove: Hashable, Sendable {
  /// The energy U that the move saw, or its estimate by a batch.
  public let energy: Double
  /// The probability with which the move was accepted, 1 without a Metropolis test.
  public let acceptance: Double
}

/// How a network is trained in time.
public enum TrainingMethod: Hashable, Sendable {
  /// Langevin dynamics with a Metropolis test: `AdjustedLangevin`.
  case langevin
  /// Gradient descent: `GradientDescent`.
  case descent
  /// Descent on batches of at most so many samples: `MinibatchDescent`.
  case minibatch(size: Int)

  /// Returns training that begins at a start.
  ///
  /// - Parameters:
  ///   - target: the energy to descend.
  ///   - start: z, one number per coordinate.
  ///   - step: h.
  ///   - moves: the number of moves that led to the start.
  ///   - stream: the run's random numbers, used for nothing else; plain descent takes none.
  ///   - kernels: the instruction set; all of them give the same bits.
  public func dynamics(
    _ target: some SummedEnergy, start: [Float], step: Double, moves: Int = 0,
    stream: RandomStream, kernels: KernelSet = .best
  ) -> any TrainingDynamics {
    switch self {
    case .langevin:
      AdjustedLangevin(
        target, start: start, step: step, moves: moves, stream: stream, kernels: kernels)
    case .descent:
      GradientDescent(target, start: start, step: step, moves: moves, kernels: kernels)
    case .minibatch(let size):
      MinibatchDescent(
        target, start: start, step: step, size: size, moves: moves, stream: stream,
        kernels: kernels)
    }
  }
}
