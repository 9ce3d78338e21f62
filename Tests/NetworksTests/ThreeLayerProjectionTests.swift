import Foundation
import Kernels
import Networks
import Testing

/// yᵀKy of the second hidden layer against its definition in double precision.
@Suite struct ThreeLayerProjectionTests {
  /// Shapes on both sides of whole vectors.
  @Test(arguments: [(1, 1, 1, 1), (3, 5, 2, 7), (10, 20, 17, 40)])
  func definition(d: Int, n1: Int, n2: Int, samples: Int) {
    let network = ThreeLayerNetworkTests.network(d, n1, n2)
    let stream = RandomStream(key: 11)
    let data = TrainingSet(
      drawing: samples, dimension: d, target: HermiteTarget(degree: 3), from: stream)
    let draw = AlignedBuffer(network.coldStart(from: RandomStream(key: 12)))
    let theta = draw.values.map { Double($0) }
    var projections = [Double](repeating: 0, count: n2)
    for sample in 0..<samples {
      let x = data.inputs[sample * d..<(sample + 1) * d].map { Double($0) }
      let first = (0..<n1).map { j in
        erf(network.weightScale * (0..<d).reduce(0) { $0 + theta[j * d + $1] * x[$1] })
      }
      for i in 0..<n2 {
        let h = (0..<n1).reduce(0) { $0 + theta[n1 * d + $1 * n2 + i] * first[$1] }
        projections[i] += Double(data.targets[sample]) * network.hiddenScale * h
      }
    }
    let expected = projections.reduce(0) { $0 + $1 * $1 } / Double(n2)
    let found = InstructionSet.available.map {
      ThreeLayerProjection(network, data, kernels: KernelSet($0)!).value(draw)
    }
    #expect(
      abs(found[0] - expected) < 1e-5 * expected, "found \(found[0]), definition \(expected)")
    #expect(found.allSatisfy { $0 == found[0] }, "the same bits on every instruction set")
  }
}
