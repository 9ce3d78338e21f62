import Foundation
import Kernels
import Networks
import TestSupport
import Testing

@Suite struct TestSetTests {
  let network = TwoLayerNetwork(dimension: 5, width: 7, weightVariance: 4, readoutVariance: 3)
  let target = HermiteTarget(degree: 3)
  var theta: [Float] { network.plantedStart(target: target, from: RandomStream(key: 81)) }

  func data(_ count: Int, key: UInt64 = 82) -> TrainingSet {
    TrainingSet(drawing: count, dimension: 5, target: target, from: RandomStream(key: key))
  }

  /// Outputs equal those of the definition, in whole blocks or not.
  @Test(arguments: [1, 16, 63, 64, 200]) func outputsAreThoseOfTheNetwork(count: Int) {
    let data = data(count)
    let got = TestSet(network: network, data: data).outputs(AlignedBuffer(theta))
    #expect(got.count == count)
    let parameters = theta.map(Double.init)
    for sample in 0..<count {
      let x = data.inputs[5 * sample..<5 * sample + 5].map(Double.init)
      let expected = network.output(parameters, x)
      #expect(
        abs(Double(got[sample]) - expected) <= 3e-6 * (1 + abs(expected)),
        "f of sample \(sample): got \(got[sample]), expected \(expected)")
    }
  }

  /// The standard error is that of many sets: (A − exact)/error has mean 0 and variance 1. The
  /// tolerance is four standard errors of 400 sets and corrections of the order of one over the
  /// set's size. The target is linear, since He₃ has tails too heavy for small sets.
  @Test func standardErrorIsTheScatterOfSets() {
    let linear = HermiteTarget(degree: 1)
    let exact = network.alignment(with: linear, AlignedBuffer(theta))
    let sets = 400
    let scores = (0..<sets).map { key -> Double in
      let drawn = TrainingSet(
        drawing: 2000, dimension: 5, target: linear, from: RandomStream(key: 1000 + UInt64(key)))
      let (value, error) = TestSet(network: network, data: drawn).alignment(AlignedBuffer(theta))
      return (value - exact) / error
    }
    let mean = scores.reduce(0, +) / Double(sets)
    let variance = scores.reduce(0) { $0 + $1 * $1 } / Double(sets)
    #expect(abs(mean) <= 4 / Double(sets).squareRoot() + 0.05, "mean score \(mean)")
    #expect(
      abs(variance - 1) <= 4 * (2 / Double(sets)).squareRoot() + 0.05, "⟨score²⟩ \(variance)")
  }

  @Test func featureOverlapsMakeTheAlignment() {
    let set = TestSet(network: network, data: data(300))
    let overlaps = set.featureOverlaps(AlignedBuffer(theta))
    let product = overlaps.indices.reduce(0.0) {
      $0 + network.readoutScale * Double(theta[network.hiddenCount + $1]) * overlaps[$1]
    }
    let squares = data(300).targets.reduce(0.0) { $0 + Double($1) * Double($1) } / 300
    expect(
      product / squares, near: set.alignment(AlignedBuffer(theta)).value, within: 1e-5, "A")
  }
}
