import Kernels

/// Projected descent of a two-layer linear network, exactly, in N dimensions.
///
/// All that moves of A = G A(0) is the N × N matrix G. With ω = w/√N, the force r on the predictor
/// and G = 1 at the start, a step of `ProjectedNetwork` is ω ← ω + η G r and G ← G + ηγ ω rᵀ. The
/// predictor is b·φ, b = Gᵀω, in the eigenbasis of a `ProjectedTask`. Of all data r_i is
/// d_i (b*_i − b_i); of a batch of Gaussian samples φ_i is √d_i z_i, and the label has independent
/// noise with the variance of the floor.
///
/// In the flow G Gᵀ = 1 + γ ω ωᵀ; at a finite step that holds up to O(η²).
///
/// *Complexity:* 6 N² flops a step, and 4 N where γ = 0, for which G stays the identity. A batch
/// adds B (N + 1) normals.
package final class ReducedDescent {
  package let problem: ProjectedTask
  /// η.
  package let step: Double
  /// γ.
  package let richness: Double
  /// The number of steps so far.
  package private(set) var moves = 0
  /// c = 1 + γ |ω|², by which the kernel has grown.
  package private(set) var growth = 1.0
  /// The loss of the predictor on the population.
  package private(set) var loss: Double

  private let kernels: KernelSet
  private let curvatures, roots, solution: DoubleMatrix
  private let omega, force, errors, state: DoubleMatrix
  /// G, which is missing where γ = 0.
  private let matrix: DoubleMatrix?
  private var width: Int { problem.width }

  package init(
    _ problem: ProjectedTask, step: Double, richness: Double, kernels: KernelSet = .best
  ) {
    self.problem = problem
    self.step = step
    self.richness = richness
    self.kernels = kernels
    let width = problem.width
    curvatures = DoubleMatrix(problem.curvatures)
    roots = DoubleMatrix(problem.curvatures.map { $0.squareRoot() })
    solution = DoubleMatrix(problem.solution)
    omega = DoubleMatrix(rows: 1, columns: width)
    force = DoubleMatrix(rows: 1, columns: width)
    errors = DoubleMatrix(rows: 1, columns: width)
    state = DoubleMatrix(rows: 1, columns: width)
    if richness > 0 {
      let identity = DoubleMatrix(rows: width, columns: width)
      for i in 0..<width { identity.row(i)[i] = 1 }
      matrix = consume identity
    } else {
      matrix = nil
    }
    loss = 0
    updateForce()
  }

  /// Makes a step on all data.
  package func move() {
    advance()
  }

  /// Makes a step on a fresh batch. Step s takes step s of the stream.
  package func move(batch: Int, from stream: RandomStream) {
    let vectors = (width + 15) / 16
    let normals = RandomStream.normalBuffer(count: 16 * vectors * batch + batch)
    stream.fill(normals, step: UInt64(moves))
    _ = kernels.descentForce(
      roots.stride, roots.vectors, solution.vectors, state.vectors, errors.vectors)
    kernels.batchForce(
      batch, vectors, normals.lanes, max(0, problem.floor).squareRoot(), roots.vectors,
      errors.vectors, force.vectors)
    advance()
  }

  /// Makes a step along a given force r.
  package func move(along given: [Double]) {
    precondition(given.count == width)
    for i in 0..<width { force.numbers[i] = given[i] }
    advance()
  }

  private func advance() {
    let squares =
      switch matrix {
      case .some(let matrix):
        kernels.descentStep(
          width, force.stride, step, step * richness, force.vectors, omega.numbers,
          matrix.vectors, state.vectors)
      case .none:
        kernels.descentStep(
          width, force.stride, step, 0, force.vectors, omega.numbers, nil, state.vectors)
      }
    growth = 1 + richness * squares
    moves += 1
    updateForce()
  }

  private func updateForce() {
    loss =
      problem.floor
      + kernels.descentForce(
        curvatures.stride, curvatures.vectors, solution.vectors, state.vectors, force.vectors)
  }
}

// MARK: - The state

extension ReducedDescent {
  /// η × steps.
  package var time: Double { step * Double(moves) }
  /// ω.
  package var readout: [Double] {
    Array(UnsafeBufferPointer(start: omega.numbers, count: width))
  }
  /// b = Gᵀω.
  package var predictor: [Double] {
    Array(UnsafeBufferPointer(start: state.numbers, count: width))
  }

  /// G, row by row.
  package var features: [[Double]] {
    (0..<width).map { i in
      switch matrix {
      case .some(let matrix): Array(UnsafeBufferPointer(start: matrix.row(i), count: width))
      case .none: (0..<width).map { $0 == i ? 1 : 0 }
      }
    }
  }

  /// k*, the number of modes that are learned: where b_k is b*_k/2. Between neighbouring modes ln k
  /// is linear in the ratio. It is 0 before the first mode is learned, and N after the last.
  package var frontier: Double {
    let ratios = zip(predictor, problem.solution).map { $0 / $1 }
    guard let next = ratios.firstIndex(where: { !($0 >= 0.5) }) else { return Double(width) }
    guard next > 0 else { return 0 }
    let share = (ratios[next - 1] - 0.5) / (ratios[next - 1] - ratios[next])
    let (low, high) = (
      naturalLogarithm(Double(next)), naturalLogarithm(Double(next + 1))
    )
    return naturalExponential(low + share * (high - low))
  }
}
