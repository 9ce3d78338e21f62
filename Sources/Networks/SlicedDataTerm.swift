import Kernels

/// Calls a function by a number of threads at once, with the number of each, and waits for all.
package typealias ThreadRunner = (_ threads: Int, _ body: (Int) -> Void) -> Void

/// The data term of a network whose samples are split into slices, each with a data term of its
/// own: Σ_slices Σ_{ν ∈ slice} (f(x_ν) − y_ν)².
///
/// Slices follow each other in the training set, and their sums are added in that order. So bits
/// depend on the number of slices alone. One slice has the bits of the network's own data term.
final class SlicedDataTerm: DataTerm {
  /// Samples that slices are made of: all but the last have whole units, so that they fill vectors
  /// and blocks.
  static let unit = 64

  private let first: any DataTerm
  private let others: [Slice]
  private let parameterCount: Int
  private var threads = 1
  private var run: ThreadRunner = { threads, body in (0..<threads).forEach(body) }

  /// Splits a training set.
  ///
  /// - Parameter slices: how many slices there are, but for units of which there are fewer.
  init<Model: Network>(_ network: Model, _ data: TrainingSet, slices: Int, kernels: KernelSet) {
    let units = (data.count + Self.unit - 1) / Self.unit
    let count = min(slices, units)
    parameterCount = network.parameterCount
    if count == 1 {
      (first, others) = (network.dataTerm(data, kernels: kernels), [])
      return
    }
    let terms = (0..<count).map {
      let (begin, end) = ($0 * units / count * Self.unit, ($0 + 1) * units / count * Self.unit)
      let rows = Array(begin..<min(data.count, end))
      return network.dataTerm(data.selecting(rows), kernels: kernels)
    }
    first = terms[0]
    others = terms.dropFirst().map { Slice(term: $0, parameterCount: network.parameterCount) }
  }

  /// The number of slices.
  var slices: Int { 1 + others.count }

  /// Has slices computed by some threads at once.
  func use(threads: Int, by run: @escaping ThreadRunner) {
    self.threads = min(threads, slices)
    self.run = run
  }

  func evaluate(
    _ parameters: KernelSet.Floats, inverseRidge: Float, gradient: KernelSet.MutableFloats
  ) -> Double {
    if others.isEmpty {
      return first.evaluate(parameters, inverseRidge: inverseRidge, gradient: gradient)
    }
    var squares = 0.0
    func compute(_ slice: Int) {
      if slice == 0 {
        squares = first.evaluate(parameters, inverseRidge: inverseRidge, gradient: gradient)
      } else {
        others[slice - 1].evaluate(parameters, inverseRidge: inverseRidge)
      }
    }
    if threads > 1 {
      run(threads) { thread in
        for slice in stride(from: thread, to: slices, by: threads) { compute(slice) }
      }
    } else {
      (0..<slices).forEach(compute)
    }
    for other in others {
      squares += other.squares
      for i in 0..<parameterCount { gradient[i] += other.gradient.floats[i] }
    }
    return squares
  }
}

/// A slice after the first, with what it adds.
private final class Slice {
  let gradient: AlignedBuffer
  private(set) var squares = 0.0
  private let term: any DataTerm

  init(term: any DataTerm, parameterCount: Int) {
    self.term = term
    gradient = AlignedBuffer(count: parameterCount, slack: 64)
  }

  func evaluate(_ parameters: KernelSet.Floats, inverseRidge: Float) {
    squares = term.evaluate(parameters, inverseRidge: inverseRidge, gradient: gradient.floats)
  }
}
