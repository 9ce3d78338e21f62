import Kernels

/// A rearrangement s of the coordinates of θ that undoes itself: θ′_i = θ_{s(i)} with s(s(i)) = i.
///
/// In whitened coordinates the prior depends on |θ|² alone, so that every involution leaves it as
/// it is. What it does to the likelihood is for the Metropolis test.
public struct Involution: Hashable, Sendable {
  /// The coordinate s(i) from which each coordinate of θ′ is taken.
  public let sources: [Int]

  /// Creates an involution.
  ///
  /// - Parameter sources: s(i) of every coordinate, with s(s(i)) = i.
  public init(sources: [Int]) {
    precondition(sources.indices.allSatisfy { sources.indices.contains(sources[$0]) })
    precondition(sources.indices.allSatisfy { sources[sources[$0]] == $0 }, "no involution")
    self.sources = sources
  }

  /// Writes θ′ into another buffer of as many floats.
  public func rearrange(_ position: borrowing AlignedBuffer, into result: borrowing AlignedBuffer) {
    precondition(position.count == sources.count && result.count == sources.count)
    for (i, source) in sources.enumerated() { result.floats[i] = position.floats[source] }
  }
}

/// Involutions that a chain proposes between its trajectories, each once a move.
///
/// A proposal is accepted with probability min(1, e^{−ΔU}), ΔU = U(θ′) − U(θ). It is deterministic,
/// its own inverse, and keeps volume, so the flow from θ to θ′ is e^{−U(θ)} min(1, e^{−ΔU}) =
/// min(e^{−U(θ)}, e^{−U(θ′)}): the same as back, which is detailed balance (Tierney 1998, "A note
/// on Metropolis-Hastings kernels for general state spaces", Ann. Appl. Probab. 8, section 2). The
/// momentum is independent of θ in e^{−H}, and stays.
///
/// It joins modes that an involution maps near one another, and that no trajectory joins. For two
/// opposed attention heads at L = 16, d = 6 near the transition it changes the mode some 20 times
/// in 1100 moves, for at most one change without. Far beyond the transition, or where many other
/// coordinates have adapted to the data, it is refused, and has to ride on the rungs of a
/// `ReplicaExchange`.
public struct InvolutionProposals: Sendable {
  /// What is proposed, in this order.
  public let involutions: [Involution]
  private let stream: RandomStream

  /// Creates proposals; none move nothing and cost nothing.
  ///
  /// - Parameters:
  ///   - involutions: what to propose, in this order.
  ///   - stream: their random numbers, used for nothing else.
  public init(_ involutions: [Involution], stream: RandomStream) {
    self.involutions = involutions
    self.stream = stream
  }

  /// Proposes each once, at a step of the stream that is used once.
  ///
  /// - Returns: the acceptance probability of each.
  func propose<Target: Energy & ~Copyable>(
    _ state: inout Hamiltonian<Target>, _ target: borrowing Target, step: Int
  ) -> [Double] {
    var acceptances: [Double] = []
    for (k, involution) in involutions.enumerated() {
      let uniform = stream.uniform(step: UInt64(step), index: UInt32(k))
      acceptances.append(state.propose(involution, target, uniform: uniform))
    }
    return acceptances
  }
}

extension InvolutionProposals {
  /// Nothing to propose.
  public static var none: Self { Self([], stream: RandomStream(key: 0)) }
}
