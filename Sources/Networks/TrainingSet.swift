import Kernels

/// Inputs and targets on which a posterior is conditioned.
package struct TrainingSet: Sendable {
  /// The inputs, P × d, row-major, in single precision as the network sees them.
  package let inputs: [Float]
  /// The targets y_ν, P of them.
  package let targets: [Float]
  /// The dimension d of an input.
  package let dimension: Int
  /// The number of samples P.
  package var count: Int { targets.count }

  /// Takes given inputs, row-major, and computes the target from them.
  package init(
    inputs: [Float], dimension: Int, target: (ArraySlice<Float>) -> Double
  ) {
    precondition(dimension > 0 && inputs.count % dimension == 0)
    self.init(
      inputs: inputs,
      targets: stride(from: 0, to: inputs.count, by: dimension).map {
        Float(target(inputs[$0..<$0 + dimension]))
      }, dimension: dimension)
  }

  /// Takes given inputs and targets.
  package init(inputs: [Float], targets: [Float], dimension: Int) {
    precondition(inputs.count == targets.count * dimension)
    self.inputs = inputs
    self.targets = targets
    self.dimension = dimension
  }

  /// Returns the samples of the given indices, in their order.
  package func selecting(_ rows: [Int]) -> TrainingSet {
    var selected: [Float] = []
    selected.reserveCapacity(rows.count * dimension)
    for row in rows { selected += inputs[row * dimension..<(row + 1) * dimension] }
    return TrainingSet(
      inputs: selected, targets: rows.map { targets[$0] }, dimension: dimension)
  }

  /// Draws `count` samples x ~ N(0, I_d), and computes the target from them. Sample ν is step ν of
  /// the stream, so sets of different sizes from one stream are nested.
  package init(
    drawing count: Int, dimension: Int, from stream: RandomStream,
    target: (ArraySlice<Float>) -> Double
  ) {
    var inputs: [Float] = []
    inputs.reserveCapacity(count * dimension)
    for sample in 0..<count {
      inputs += stream.standardNormals(count: dimension, step: UInt64(sample))
    }
    self.init(inputs: inputs, dimension: dimension, target: target)
  }

  /// Draws `count` samples of a law, and computes the target from them. Sample ν is step ν of the
  /// stream.
  package init(
    drawing count: Int, dimension: Int, law: InputLaw, from stream: RandomStream,
    target: (ArraySlice<Float>) -> Double
  ) {
    let inputs = (0..<count).flatMap {
      law.input(dimension: dimension, from: stream, step: UInt64($0))
    }
    self.init(inputs: inputs, dimension: dimension, target: target)
  }

  /// Takes given inputs, row-major, with a target of their first coordinate.
  package init(inputs: [Float], dimension: Int, target: HermiteTarget) {
    self.init(inputs: inputs, dimension: dimension) { target.value(Double($0.first!)) }
  }

  /// Draws `count` samples x ~ N(0, I_d), with a target of their first coordinate.
  package init(drawing count: Int, dimension: Int, target: HermiteTarget, from stream: RandomStream)
  {
    self.init(drawing: count, dimension: dimension, from: stream) {
      target.value(Double($0.first!))
    }
  }
}
