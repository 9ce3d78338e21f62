import Kernels

/// Inputs and targets on which a posterior is conditioned.
public struct TrainingSet: Sendable {
  /// P × d, row-major, in single precision: what the network sees.
  public let inputs: [Float]
  /// y_ν, P of them.
  public let targets: [Float]
  /// d.
  public let dimension: Int
  /// P.
  public var count: Int { targets.count }

  /// Given inputs, row-major, with the target computed from them.
  public init(
    inputs: [Float], dimension: Int, target: (ArraySlice<Float>) -> Double
  ) {
    precondition(dimension > 0 && inputs.count % dimension == 0)
    self.init(
      inputs: inputs,
      targets: stride(from: 0, to: inputs.count, by: dimension).map {
        Float(target(inputs[$0..<$0 + dimension]))
      }, dimension: dimension)
  }

  /// Given inputs and targets.
  public init(inputs: [Float], targets: [Float], dimension: Int) {
    precondition(inputs.count == targets.count * dimension)
    self.inputs = inputs
    self.targets = targets
    self.dimension = dimension
  }

  /// `count` samples x ~ N(0, I_d). Sample ν is step ν of the stream, so sets of different sizes from
  /// one stream are nested.
  public init(
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

  public init(inputs: [Float], dimension: Int, target: HermiteTarget) {
    self.init(inputs: inputs, dimension: dimension) { target.value(Double($0.first!)) }
  }

  public init(drawing count: Int, dimension: Int, target: HermiteTarget, from stream: RandomStream)
  {
    self.init(drawing: count, dimension: dimension, from: stream) {
      target.value(Double($0.first!))
    }
  }
}
