import Foundation
import Kernels
import Networks
import Sampling
import Testing

/// Posterior means of networks that learn several features, or one with another activation, agree
/// with those of an independent sampler: `Reference/features.json`.
@Suite struct FeaturePosteriorTests {
  /// Within six combined standard errors: the reference's are from six chains.
  @Test(arguments: [("post0", 3), ("post2", 2), ("post4", 3)])
  func theReference(name: String, degree: Int) throws {
    let file = try #require(
      Bundle.module.url(
        forResource: "features", withExtension: "json", subdirectory: "Reference"))
    let all = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as! [String: Any]
    let reference = all[name] as! [String: Any]
    func number(_ key: String) -> Double { (reference[key] as! NSNumber).doubleValue }
    func pairs(_ key: String) -> [[Double]] {
      if let rows = reference[key] as? [[NSNumber]] {
        return rows.map { row in row.map { $0.doubleValue } }
      }
      return [(reference[key] as! [NSNumber]).map { $0.doubleValue }]
    }
    let (d, n) = (Int(number("d")), Int(number("N")))
    let network = TwoLayerNetwork(
      dimension: d, width: n, weightVariance: number("sw2"), readoutVariance: number("sa2"),
      activation: try #require(Activation(rawValue: reference["activation"] as! String)))
    let coefficients = (reference["c"] as? [NSNumber])?.map(\.doubleValue) ?? [1]
    let target = try #require(
      FeatureTarget(degree: degree, coefficients: coefficients, dimension: d))
    let inputs = (reference["X"] as! [[NSNumber]]).flatMap { $0.map(\.floatValue) }
    let data = TrainingSet(inputs: inputs, dimension: d, target: target.value)
    let posterior = Posterior(network: network, data: data, ridge: number("kappa"))

    var chains: [String: [[Double]]] = [:]
    for key: UInt64 in [1, 2] {
      let chain = Chain(
        posterior, start: network.coldStart(from: RandomStream(key: 10 + key)),
        settings: HamiltonianMonteCarlo(warmup: 300), stream: RandomStream(key: key))
      var traces: [String: [Double]] = [:]
      for _ in 0..<6000 {
        chain.advance(posterior)
        let draw = AlignedBuffer(chain.state.position.values)
        let overlaps = network.overlaps(with: target, draw)
        let projections = network.projections(on: target, overlaps, draw).features
        for (k, projection) in projections.enumerated() {
          traces["B\(k)", default: []].append(projection)
        }
        // w₁ and w₂ of every neuron.
        for k in 0..<2 {
          var squares = 0.0
          for i in 0..<n {
            let w: Double = network.weightScale * Double(draw[i * d + k])
            squares += w * w
          }
          traces["w\(k + 1)_squared", default: []].append(squares / Double(n))
        }
        traces["train_mse", default: []].append(
          posterior.trainingLoss(draw, energy: chain.state.energy))
        traces["virial", default: []].append(chain.state.virial)
      }
      for (name, trace) in traces { chains[name, default: []].append(trace) }
    }
    var expected = ["train_mse", "w1_squared", "w2_squared", "virial"].map { ($0, pairs($0)[0]) }
    expected += pairs("B").enumerated().map { ("B\($0)", $1) }
    for (what, pair) in expected {
      let got = Diagnostics(try #require(chains[what]))
      let error = hypot(got.standardError, pair[1])
      #expect(
        abs(got.mean - pair[0]) <= 6 * error && got.rHat < 1.05,
        "\(what): \(got.mean) ± \(got.standardError), expected \(pair), R̂ \(got.rHat)")
      #expect(error < 0.2 * abs(pair[0]) || abs(pair[0]) < 0.02, "\(what) has power: \(error)")
    }
  }
}
