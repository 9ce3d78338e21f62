import Host
import Kernels
import Networks
import Studies
import Theory

/// The regression of one target on one random subset.
package struct KernelRegressionTask: UndividedTask {
  package let inputs: PreparedInputs
  let target: RegressionTarget
  let kernel: HarmonicKernel
  /// λ of the target's degree; `nil` where it is no harmonic on the sphere.
  let eigenvalue: Double?
  package let parameters: Parameters
  package var layout: Layout { .kernelRegression }

  private var samples: Int { parameters.samples }
  private var ridge: Double { parameters.ridge }

  init(
    inputs: PreparedInputs, target: RegressionTarget, samples: Int, ridge: Double,
    kernel: HarmonicKernel, dataset: Int, eigenvalue: Double?
  ) {
    self.inputs = inputs
    self.target = target
    self.kernel = kernel
    self.eigenvalue = eigenvalue
    var cell = Parameters()
    cell[Parameters.Name.dimension] = .integer(inputs.dimension)
    cell[Parameters.Name.rows] = .integer(inputs.count)
    cell[Parameters.Name.samples] = .integer(samples)
    cell[Parameters.Name.target] = .word(target.word)
    cell[Parameters.Name.degree] = .integer(target.degree)
    cell[Parameters.Name.harmonic] = .integer(eigenvalue == nil ? 0 : 1)
    cell[Parameters.Name.ridge] = .real(ridge)
    cell[Parameters.Name.weightVariance] = .real(kernel.weightVariance)
    cell[Parameters.Name.biasVariance] = .real(kernel.biasVariance)
    cell[Parameters.Name.readoutVariance] = .real(kernel.readoutVariance)
    cell[Parameters.Name.dataset] = .integer(dataset)
    parameters = cell
  }

  package var canonical: String {
    """
    numerics \(numericsVersion)
    kernel-regression arcsine
    data \(inputs.canonical)
    subset \(parameters.dataset) of \(dataVersion) samples \(samples)
    target \(target.word)
    prior \(kernel.weightVariance) \(kernel.biasVariance) \(kernel.readoutVariance)
    ridge \(ridge)
    """
  }

  package func extent(along axis: Layout.Axis) -> Int {
    preconditionFailure("no axis '\(axis.name)'")
  }

  package func compute(_ streams: CellStreams) throws -> CellResult {
    let (training, others) = inputs.split(
      samples: samples, dataset: parameters.dataset, kernels: streams.kernels)
    return try regress(training, testing: others, kernels: streams.kernels)
  }

  /// Learns from some rows and tests on others.
  package func regress(
    _ training: [Int], testing others: [Int], kernels: KernelSet
  ) throws -> CellResult {
    let values = target.values(of: inputs)
    let d = inputs.dimension
    let squares = (0..<inputs.count).map { row in inputs.row(row).reduce(0) { $0 + $1 * $1 } }
    let regression = inputs.values.withUnsafeBufferPointer { x in
      KernelRidge(count: training.count, ridge: ridge, kernels: kernels) { i, j in
        kernelValue(x, d, squares, training[i], training[j])
      }
    }
    guard let regression else {
      throw UserError(
        "ridge \(ridge.spelt): the kernel matrix of \(training.count) samples is not positive definite to "
          + "rounding; expected a larger ridge", exitCode: 1)
    }
    let y = training.map { values[$0] }
    let solution = regression.solve(y)
    var (projection, square, error) = (0.0, 0.0, 0.0)
    inputs.values.withUnsafeBufferPointer { x in
      for row in others {
        var f = 0.0
        for (i, other) in training.enumerated() {
          f += solution.weights[i] * kernelValue(x, d, squares, row, other)
        }
        projection += f * values[row]
        square += values[row] * values[row]
        error += (f - values[row]) * (f - values[row])
      }
    }
    guard square > 0 else {
      throw UserError(
        "target \(target.word): it vanishes at all \(others.count) rows that test; expected fewer "
          + "samples, or another target", exitCode: 1)
    }
    let sum = y.reduce(0) { $0 + $1 * $1 }
    let moment = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    let bound = eigenvalue.map { LearnabilityBound(eigenvalue: $0, ridge: ridge) }
    // ∫q φ K(·, x_ν) = λ φ(x_ν), so f has ⟨f, φ⟩_q = λ Σ_ν φ(x_ν) α_ν.
    let overlap = zip(y, solution.weights).reduce(0) { $0 + $1.0 * $1.1 }
    var result = CellResult(layout, parameters)
    result.numbers = [
      "learnability": .double([eigenvalue.map { $0 * overlap } ?? .nan]),
      "bound": .double([bound?.learnability(sum: sum) ?? .nan]),
      "mean_bound": .double([
        bound?.learnability(sum: Double(training.count) * moment) ?? .nan
      ]),
      "test_learnability": .double([projection / square]),
      "test_error": .double([error / square]),
      "eigenvalue": .double([eigenvalue ?? .nan]),
      "second_moment": .double([moment]),
      "training_moment": .double([sum / Double(training.count)]),
      "residual": .double([solution.residual]),
    ]
    return result
  }

  private func kernelValue(
    _ x: UnsafeBufferPointer<Double>, _ d: Int, _ squares: [Double], _ a: Int, _ b: Int
  ) -> Double {
    var product = 0.0
    for i in 0..<d { product += x[a * d + i] * x[b * d + i] }
    return kernel.value(product: product, squaredNorm: squares[a], otherSquaredNorm: squares[b])
  }
}

// MARK: - Cost

extension KernelRegressionTask {
  /// Values of the kernel, and multiply-adds of the factor.
  package var expectedSteps: [Double] {
    let (p, n) = (Double(samples), Double(inputs.count))
    return [p * (n - p / 2), p * p * p / 6]
  }
  package func steps(of result: CellResult) -> [Double] { expectedSteps }
  package var stepWork: Double { 60 + 2 * Double(inputs.dimension) }

  package func secondsPerStep(_ streams: CellStreams) -> [Double] {
    let squares = (0..<2).map { row in inputs.row(row).reduce(0) { $0 + $1 * $1 } }
    var sum = 0.0
    let value = inputs.values.withUnsafeBufferPointer { x in
      medianSeconds {
        for _ in 0..<64 { sum += kernelValue(x, inputs.dimension, squares, 0, 1) }
      } / 64
    }
    // A multiply-add of the factor takes some tenth of a nanosecond.
    return [value, sum.isNaN ? 0 : 2e-10]
  }

  /// Two matrices, and what is known of every row.
  package var workingBytes: Double {
    let (p, n) = (Double(samples), Double(inputs.count))
    return 8 * (1.5 * p * p + 4 * n + n * Double(inputs.dimension))
  }
}
