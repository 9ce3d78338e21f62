/// The two-layer linear network f(ψ) = w·A ψ/N under projected descent, as it is defined: every
/// weight of the N × M matrix A moves.
///
/// With v = w* − Aᵀw/N and the gradient g = Λ v of all data, or g = (1/B) Σ_μ ψ_μ (ψ_μ·v) of a
/// batch, a step is w ← w + η A g and A ← A + ηγ w (gᵀ P), P = A(0)ᵀ A(0)/N, of which both take the
/// old values on their right sides. It starts at w = 0. `ReducedDescent` is the same dynamics in N
/// dimensions.
///
/// *Complexity:* 6 N M flops a step, in plain loops: this is the definition, for tests.
package struct ProjectedNetwork: Sendable {
  package let task: LinearTask
  /// N.
  package let width: Int
  /// A(0), N × M, row by row.
  package let initial: [Double]
  /// A, N × M.
  package private(set) var features: [Double]
  /// w.
  package private(set) var readout: [Double]

  package init(_ task: LinearTask, initial: [Double]) {
    precondition(initial.count % task.modes == 0)
    self.task = task
    self.initial = initial
    width = initial.count / task.modes
    features = initial
    readout = [Double](repeating: 0, count: width)
  }

  /// v = w* − Aᵀw/N.
  package var error: [Double] {
    var error = task.weights
    for i in 0..<width {
      let weight = readout[i] / Double(width)
      for k in error.indices { error[k] -= features[i * task.modes + k] * weight }
    }
    return error
  }

  /// The loss Σ_k λ_k v_k².
  package var loss: Double {
    zip(task.eigenvalues, error).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
  }

  /// The gradient of all data.
  package var gradient: [Double] { zip(task.eigenvalues, error).map { $0 * $1 } }

  /// The gradient of a batch of samples ψ.
  package func gradient(of batch: [[Double]]) -> [Double] {
    let error = error
    var gradient = [Double](repeating: 0, count: task.modes)
    for sample in batch {
      let residual = zip(sample, error).reduce(0) { $0 + $1.0 * $1.1 } / Double(batch.count)
      for k in gradient.indices { gradient[k] += sample[k] * residual }
    }
    return gradient
  }

  /// Makes a step along a gradient g.
  ///
  /// - Parameters:
  ///   - step: η.
  ///   - richness: γ.
  package mutating func descend(along gradient: [Double], step: Double, richness: Double) {
    let modes = task.modes
    func products(_ matrix: [Double]) -> [Double] {
      (0..<width).map { i in
        (0..<modes).reduce(0) { $0 + matrix[i * modes + $1] * gradient[$1] }
      }
    }
    let (pull, projected) = (products(features), products(initial))
    // gᵀ P.
    var direction = [Double](repeating: 0, count: modes)
    for i in 0..<width {
      for k in 0..<modes {
        direction[k] += projected[i] * initial[i * modes + k] / Double(width)
      }
    }
    for i in 0..<width {
      for k in 0..<modes {
        features[i * modes + k] += step * richness * readout[i] * direction[k]
      }
    }
    for i in 0..<width { readout[i] += step * pull[i] }
  }
}
