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

  /// Given inputs with the target computed from them.
  public init(inputs: [Float], dimension: Int, target: HermiteTarget) {
    precondition(dimension > 0 && inputs.count % dimension == 0)
    self.inputs = inputs
    self.dimension = dimension
    targets = stride(from: 0, to: inputs.count, by: dimension).map {
      Float(target.value(Double(inputs[$0])))
    }
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
  public init(drawing count: Int, dimension: Int, target: HermiteTarget, from stream: RandomStream)
  {
    var inputs: [Float] = []
    inputs.reserveCapacity(count * dimension)
    for sample in 0..<count {
      inputs += stream.standardNormals(count: dimension, step: UInt64(sample))
    }
    self.init(inputs: inputs, dimension: dimension, target: target)
  }
}
