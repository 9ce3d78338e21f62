import Kernels

/// The posterior of all of a network's parameters on a training set: U(θ, b) = Σ_ν (f(x_ν) −
/// y_ν)²/2κ + |θ|²/2 + |b|²/2 at whitened parameters.
///
/// Samples may be split into slices. Sums over samples are then taken slice by slice, and added in
/// a fixed order: bits depend on the number of slices, and never on the threads that compute them.
///
/// Evaluations share one workspace, so use one value per thread.
package final class Posterior<Model: Network>: SummedEnergy {
  /// The network whose parameters are sampled.
  package let network: Model
  /// The ridge κ.
  package let ridge: Double
  private let kernels: KernelSet
  private let trainingSet: TrainingSet
  private let data: SlicedDataTerm

  /// Conditions a network on a training set.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - data: inputs of the network's dimension, and targets.
  ///   - ridge: κ, positive.
  ///   - slices: how many slices the samples are split into; at most one for each 64 begun.
  ///   - kernels: the instruction set; all of them give the same bits.
  package init(
    network: Model, data: TrainingSet, ridge: Double, slices: Int = 1, kernels: KernelSet = .best
  ) {
    precondition(data.dimension == network.inputDimension && ridge > 0 && slices > 0)
    self.network = network
    self.ridge = ridge
    self.kernels = kernels
    trainingSet = data
    self.data = SlicedDataTerm(network, data, slices: slices, kernels: kernels)
  }

  /// The number of all parameters.
  package var dimension: Int { network.parameterCount }
  /// The number of samples P.
  package var samples: Int { trainingSet.count }
  /// The number of slices, which as many threads can compute at once.
  package var slices: Int { data.slices }

  /// Has gradients computed by some threads at once; one computes slice after slice.
  ///
  /// - Parameters:
  ///   - threads: how many of them there are; more than slices are of no use.
  ///   - run: calls a function by so many threads, with the number of each, and waits for all.
  package func use(threads: Int, by run: @escaping ThreadRunner) {
    data.use(threads: threads, by: run)
  }

  package func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    evaluate(data, weight: 1, position, gradient: gradient)
  }

  /// Lays the rows out afresh, since a batch is seldom asked for twice. Batches are not split.
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
