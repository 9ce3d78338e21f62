import Kernels

/// The posterior of all of a network's parameters on a training set: U(θ, b) = Σ_ν (f(x_ν) −
/// y_ν)²/2κ + |θ|²/2 + |b|²/2 at whitened parameters.
///
/// Evaluations share one workspace, so use one value per thread.
package final class Posterior<Model: Network>: SummedEnergy {
  /// The network whose parameters are sampled.
  package let network: Model
  /// The ridge κ.
  package let ridge: Double
  private let kernels: KernelSet
  private let trainingSet: TrainingSet
  private let data: any DataTerm

  /// Conditions a network on a training set.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - data: inputs of the network's dimension, and targets.
  ///   - ridge: κ, positive.
  ///   - kernels: the instruction set; all of them give the same bits.
  package init(network: Model, data: TrainingSet, ridge: Double, kernels: KernelSet = .best) {
    precondition(data.dimension == network.inputDimension && ridge > 0)
    self.network = network
    self.ridge = ridge
    self.kernels = kernels
    trainingSet = data
    self.data = network.dataTerm(data, kernels: kernels)
  }

  /// The number of all parameters.
  package var dimension: Int { network.parameterCount }
  /// The number of samples P.
  package var samples: Int { trainingSet.count }

  package func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    evaluate(data, weight: 1, position, gradient: gradient)
  }

  /// Lays the rows out afresh, since a batch is seldom asked for twice.
  package func evaluate(
    _ position: borrowing AlignedBuffer, rows: [Int], weight: Double,
    gradient: borrowing AlignedBuffer
  ) -> Double {
    let batch = network.dataTerm(trainingSet.selecting(rows), kernels: kernels)
    return evaluate(batch, weight: weight, position, gradient: gradient)
  }

  private func evaluate(
    _ data: any DataTerm, weight: Double, _ position: borrowing AlignedBuffer,
    gradient: borrowing AlignedBuffer
  ) -> Double {
    let squares = data.evaluate(
      position.floats, inverseRidge: Float(weight / ridge), gradient: gradient.floats)
    // Kernels write whole vectors, so the padding is set to zero again.
    for i in position.count..<16 * position.vectors { gradient.floats[i] = 0 }
    let prior = kernels.addStandardNormalPrior(position.vectors, position.lanes, gradient.lanes)
    return weight * squares / (2 * ridge) + prior
  }

  /// Returns the training loss Σ_ν (f(x_ν) − y_ν)²/P of a point with known energy U.
  package func trainingLoss(_ position: borrowing AlignedBuffer, energy: Double) -> Double {
    let prior = kernels.halfSquaredNorm(position.vectors, position.lanes)
    return 2 * ridge * (energy - prior) / Double(samples)
  }
}
