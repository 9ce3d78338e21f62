import Foundation

/// Numbers of an independent implementation in double precision: `Reference/scaling.json`.
struct ScalingReference: Decodable {
  let tiny: Tiny
  let flow: [Flow]
  let floors: [Floor]
  let lazy: [Noisy]
  let circle: Circle
  let kernel: Kernel

  static let shared: Self = {
    let file = Bundle.module.url(
      forResource: "scaling", withExtension: "json", subdirectory: "Reference")!
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try! decoder.decode(Self.self, from: Data(contentsOf: file))
  }()

  /// A literal network, step by step, on all data and on batches.
  struct Tiny: Decodable {
    let alpha, beta, step, gamma, floor: Double
    let modes: Int
    let features: [[Double]]
    /// Ascending d, and |b*|.
    let curvatures, solution: [Double]
    /// Losses from the start, and the weights after three steps.
    let losses, readoutAfter: [Double]
    let featuresAfter: [[Double]]
    /// Samples by step and sample.
    let batches: [[[Double]]]
    let batchLosses, batchReadout: [Double]
  }

  /// The flow at infinite width.
  struct Flow: Decodable {
    let alpha, beta, gamma: Double
    let modes: Int
    let times, loss, growth: [Double]
  }

  struct Floor: Decodable {
    let alpha, beta, floorOneNet, floorMeanNet: Double
    let modes, width: Int
  }

  /// The exact mean of lazy descent on batches.
  struct Noisy: Decodable {
    let alpha, beta, step: Double
    let modes, batch: Int
    let steps: [Int]
    let meanLoss: [Double]
  }

  /// A network on a circle, step by step.
  struct Circle: Decodable {
    let units, points, modes: Int
    let exponent, richness, step: Double
    let weights, weightsEnd: [[Double]]
    let readout, readoutEnd, loss: [Double]
  }

  struct Kernel: Decodable {
    let points: Int
    let k: [Int]
    let eigenvalues: [Double]
  }
}
