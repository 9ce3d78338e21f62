import Foundation
import Kernels
import Networks
import Sampling
import TestSupport
import Testing

/// Training in time against an independent implementation in double precision:
/// `Reference/training.json`.
@Suite struct TrainingReferenceTests {
  /// The posterior, and the reference's numbers of one network.
  struct Problem {
    let reference: [String: Any]
    let posterior: Posterior<TwoLayerNetwork>
    let target = HermiteTarget(degree: 3)

    init(_ name: String) throws {
      let file = Bundle.module.url(
        forResource: "training", withExtension: "json", subdirectory: "Reference")!
      let tree = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
      reference = try #require((tree as? [String: Any])?[name] as? [String: Any])
      func number(_ key: String, _ reference: [String: Any]) -> Double {
        (reference[key] as! NSNumber).doubleValue
      }
      let dimension = Int(number("d", reference))
      let network = TwoLayerNetwork(
        dimension: dimension, width: Int(number("N", reference)),
        weightVariance: number("sw2", reference), readoutVariance: number("sa2", reference))
      let inputs = (reference["X"] as! [[NSNumber]]).flatMap { $0.map(\.floatValue) }
      posterior = Posterior(
        network: network,
        data: TrainingSet(inputs: inputs, dimension: dimension, target: target),
        ridge: number("kappa", reference))
    }

    func observe(_ z: borrowing AlignedBuffer, _ energy: Double) -> [Double] {
      let alignment = posterior.network.alignment(with: target, z)
      return [
        alignment, posterior.trainingLoss(z, energy: energy),
        posterior.network.meanSquare(z) - 2 * alignment + 1, energy,
      ]
    }
  }

  /// Descent step by step, to the rounding of positions and kernels.
  @Test func gradientDescent() throws {
    let problem = try Problem("gradient_descent")
    let reference = problem.reference
    let start =
      (reference["zw"] as! [[NSNumber]]).flatMap { $0.map(\.floatValue) }
      + (reference["za"] as! [NSNumber]).map(\.floatValue)
    let descent = GradientDescent(
      problem.posterior, start: start, step: (reference["h"] as! NSNumber).doubleValue)
    let run = try Relaxation(
      descent, times: RecordTimes(first: 0.01, last: 10, perDecade: 1, readings: 1),
      observe: problem.observe)
    let rows = reference["after"] as! [[String: NSNumber]]
    #expect(rows.count == 4 && run.blocks.count == 4)
    for (block, row) in zip(run.blocks, rows) {
      #expect(block.moves == row["steps"]!.intValue)
      let names: [(String, Int)] = [
        ("A", 0),
        ("train_mse", 1),
        ("test_mse", 2),
        ("U", 3),
      ]
      for (name, index) in names {
        expect(
          block.means[index], near: row[name]!.doubleValue, within: 3e-5,
          "\(name) after \(block.moves) steps")
      }
    }
    let network = problem.posterior.network
    let z = descent.position
    expect(
      network.weightScale * Double(z[0]), near: rows[3]["w00"]!.doubleValue, within: 3e-5, "w₁₁")
    expect(
      network.readoutScale * Double(z[network.hiddenCount]), near: rows[3]["a0"]!.doubleValue,
      within: 3e-5, "a₁")
  }

  /// Means at finite times over independent runs.
  @Test(arguments: ["0.004", "0.002"])
  func langevin(step: String) throws {
    let problem = try Problem("finite_time")
    let reference = problem.reference
    let expected = (reference["by_step"] as! [String: [String: Any]])[step]!
    let times = (reference["times"] as! [NSNumber]).map(\.doubleValue)
    let runs = 800
    // [time][observable][run]
    var values = [[[Double]]](repeating: [[], []], count: times.count)
    var acceptance = 0.0
    for run in 0..<runs {
      let stream = RandomStream(key: 700_000 + UInt64(run))
      let langevin = AdjustedLangevin(
        problem.posterior,
        start: problem.posterior.network.coldStart(from: RandomStream(key: 710_000 + UInt64(run))),
        step: Double(step)!, stream: stream)
      for (j, time) in times.enumerated() {
        while langevin.time < time - 1e-9 { acceptance += langevin.move().acceptance }
        let reading = langevin.withState { problem.observe($0, $1) }
        values[j][0].append(reading[0])
        values[j][1].append(reading[1])
      }
    }
    for (i, name) in ["A", "train_mse"].enumerated() {
      for (j, row) in (expected[name] as! [[NSNumber]]).enumerated() {
        let n = Double(runs)
        let mean = values[j][i].reduce(0, +) / n
        let variance = values[j][i].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        let error = (variance / n + pow(row[1].doubleValue, 2)).squareRoot()
        #expect(
          abs(mean - row[0].doubleValue) <= 4 * error,
          "\(name) at t = \(times[j]), h = \(step): \(mean), expected \(row[0]) ± \(error)")
      }
    }
    let moves = Double(runs) * 2 / Double(step)!
    let rejected = 1 - (expected["acceptance"] as! NSNumber).doubleValue
    expect(1 - acceptance / moves, near: rejected, within: 0.03, "rejection")
  }
}
