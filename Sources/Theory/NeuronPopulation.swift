import Kernels
import Networks

/// A population of N neurons drawn from the posterior at the population loss, to check kernel
/// adaptation.
///
/// The readout is integrated out. The weights have density ∝ prior × |G|^{−1/2} exp(−y·G⁻¹y/2) with
/// G = 1/Q + (σ_a²/N) Σ_i φ(w_i) φ(w_i)ᵀ over the followed modes.
///
/// A Metropolis chain moves one neuron at a time, in three ways: a step that keeps the prior
/// (Neal's √(1 − β²) w + β ξ), a draw from the prior, and a draw near a specialised neuron. The
/// last two form one mixture. Only arithmetic with the same bits everywhere is used.
public struct NeuronPopulation {
  /// The network and its target, with one or two modes.
  public let model: KernelAdaptation
  /// The load Q = P/κ.
  public let load: Double
  /// The overlaps w₁ of the neurons.
  public private(set) var overlaps: [Double]
  /// The weights w_⊥ √d/σ_w, neuron by neuron, and their squared lengths.
  private var transverse: [Float]
  private var squares: [Double]
  /// The couplings φ of the neurons; zero for a mode that is not followed.
  private var couplings: [(Double, Double)]
  /// The entries G₁₁, G₁₂ and G₂₂.
  private var matrix = (0.0, 0.0, 0.0)
  private let stream: RandomStream
  private var step: UInt64 = 0

  /// Specialised draws have w₁ ~ N(±1.5, 0.2²), and w_⊥ shrunk to half.
  private static let mode = 1.5
  private static let spread = 0.2
  private static let shrinkage = 0.5
  /// The share of draws that are specialised.
  private static let share = 0.3
  private static let logSpread = naturalLogarithm(spread)
  private static let logShrinkage = naturalLogarithm(shrinkage)
  private let logVariance: Double
  /// The couplings of the two modes, the second `nil` where it is not followed, and their targets:
  /// the model's own, which would be looked up in arrays for every move.
  private let coupled: (ErfCoupling, ErfCoupling?)
  private let targets: (Double, Double)

  /// Draws a population from the prior, of which `specialists` neurons have w₁ = 1.5.
  ///
  /// - Parameters:
  ///   - model: the network and its target, with one or two modes.
  ///   - load: Q.
  ///   - specialists: number of neurons that start specialised.
  ///   - stream: the random numbers.
  public init(_ model: KernelAdaptation, load: Double, specialists: Int, stream: RandomStream) {
    precondition(model.modes.count <= 2, "the matrix is inverted by hand")
    self.model = model
    self.load = load
    self.stream = stream
    logVariance = naturalLogarithm(model.componentVariance)
    coupled = (model.couplings[0], model.couplings.count > 1 ? model.couplings[1] : nil)
    targets = (model.target[0], model.target.count > 1 ? model.target[1] : 0)
    let (n, d) = (model.width, model.dimension)
    let normals = stream.standardNormals(count: n * d, step: 0)
    let scale = model.componentVariance.squareRoot()
    (overlaps, transverse, squares, couplings) = ([], [], [], [])
    for i in 0..<n {
      let isSpecialised = i < specialists
      let row = normals[i * d + 1..<(i + 1) * d]
        .map { isSpecialised ? Float(Self.shrinkage) * $0 : $0 }
      transverse += row
      squares.append(row.reduce(0) { $0 + Double($1) * Double($1) })
      overlaps.append(isSpecialised ? Self.mode : scale * Double(normals[i * d]))
      couplings.append(phi(overlaps[i], squares[i]))
    }
    collect()
  }

  /// The mean overlaps f̄ = (1 − G⁻¹/Q) y given the weights, in the order of the modes.
  public var features: [Double] {
    let (x, _) = solve(matrix)
    return zip(model.target, [x.0, x.1]).map { $0 - $1 / load }
  }

  /// Moves every neuron once; steps and draws take turns.
  public mutating func sweep() {
    step += 1
    let (n, d) = (model.width, model.dimension)
    let scale = model.componentVariance.squareRoot()
    let buffer = RandomStream.normalBuffer(count: n * d)
    stream.fill(buffer, step: step)
    let jumps = step % 2 == 0
    var current = solve(matrix).energy
    for i in 0..<n {
      let chance = stream.uniform(step: step, index: UInt32(i))
      let noise = buffer.floats + i * d
      let row = i * (d - 1)
      var overlap: Double
      // The transverse weights w_⊥ become keep w_⊥ + add ξ.
      var (keep, add) = (Float(0), Float(1))
      if jumps {
        let choice = stream.uniform(step: step, index: UInt32(n + i))
        overlap = scale * Double(noise[0])
        if choice < Self.share {
          let sign = choice < Self.share / 2 ? -1.0 : 1.0
          overlap = sign * Self.mode + Self.spread * Double(noise[0])
          add = Float(Self.shrinkage)
        }
      } else {
        // The step size is β = 1/2 or 1/8.
        let beta = (Int(step / 2) + i) % 2 == 0 ? 0.5 : 0.125
        let rest = (1 - beta * beta).squareRoot()
        overlap = rest * overlaps[i] + beta * scale * Double(noise[0])
        (keep, add) = (Float(rest), Float(beta))
      }
      var square = 0.0
      for j in 0..<d - 1 {
        noise[j + 1] = keep * transverse[row + j] + add * noise[j + 1]
        square += Double(noise[j + 1]) * Double(noise[j + 1])
      }
      let correction =
        jumps ? logProposalRatio(overlaps[i], squares[i]) - logProposalRatio(overlap, square) : 0
      let new = phi(overlap, square)
      let trial = updated(matrix, remove: couplings[i], add: new)
      let energy = solve(trial).energy
      if naturalLogarithm(chance) < current - energy + correction {
        (overlaps[i], squares[i], couplings[i]) = (overlap, square, new)
        for j in 0..<d - 1 { transverse[row + j] = noise[j + 1] }
        (matrix, current) = (trial, energy)
      }
    }
    // The sums are computed anew, so that rounding does not build up.
    collect()
  }

  /// Returns φ_k(w), given w₁ and |w_⊥|² d/σ_w².
  private func phi(_ overlap: Double, _ square: Double) -> (Double, Double) {
    let norm = overlap * overlap + square * model.componentVariance
    return (
      coupled.0.value(overlap: overlap, squaredNorm: norm),
      coupled.1?.value(overlap: overlap, squaredNorm: norm) ?? 0
    )
  }

  /// Returns the logarithm of the mixture's density over the prior's.
  private func logProposalRatio(_ overlap: Double, _ square: Double) -> Double {
    let (s, l) = (Self.spread, Self.shrinkage)
    let variance = model.componentVariance
    func ratio(_ mode: Double) -> Double {
      let w1 = (overlap - mode) / s
      return (overlap * overlap / variance - w1 * w1) / 2 - Self.logSpread
        + logVariance / 2 + square / 2 * (1 - 1 / (l * l))
        - Double(model.dimension - 1) * Self.logShrinkage
    }
    let (left, right) = (ratio(-Self.mode), ratio(Self.mode))
    let top = max(0, left, right)
    // e^x below −41 changes no sum in which there is a one or the prior's share.
    func term(_ x: Double) -> Double { x < -41 ? 0 : naturalExponential(x) }
    guard top > 0 else {
      if max(left, right) < -41 { return naturalLogarithm(1 - Self.share) }
      return naturalLogarithm(
        (1 - Self.share) + Self.share / 2 * (naturalExponential(left) + naturalExponential(right)))
    }
    // Of the two that are specialised, one is the largest.
    let sum =
      (1 - Self.share) * term(-top) + Self.share / 2 * (1 + term(min(left, right) - top))
    return top + naturalLogarithm(sum)
  }

  private mutating func collect() {
    matrix = (1 / load, 0, 1 / load)
    for phi in couplings { matrix = updated(matrix, remove: (0, 0), add: phi) }
  }

  private func updated(
    _ g: (Double, Double, Double), remove old: (Double, Double), add new: (Double, Double)
  ) -> (Double, Double, Double) {
    let factor = model.readoutVariance / Double(model.width)
    return (
      g.0 + factor * (new.0 * new.0 - old.0 * old.0),
      g.1 + factor * (new.0 * new.1 - old.0 * old.1),
      g.2 + factor * (new.1 * new.1 - old.1 * old.1)
    )
  }

  /// Returns G⁻¹y and (ln |G| + y·G⁻¹y)/2.
  private func solve(
    _ g: (Double, Double, Double)
  ) -> (x: (Double, Double), energy: Double) {
    let (y, z) = targets
    let determinant = g.0 * g.2 - g.1 * g.1
    let x = ((g.2 * y - g.1 * z) / determinant, (g.0 * z - g.1 * y) / determinant)
    return (x, (naturalLogarithm(determinant) + y * x.0 + z * x.1) / 2)
  }
}
