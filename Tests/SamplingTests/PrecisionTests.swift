import Kernels
import Sampling
import Testing

/// Single precision does not bias a chain of a network's size: 2048 parameters of variances 0.02 to
/// 1.
@Suite struct PrecisionTests {
  let target = GaussianEnergy.spread(2048)

  /// The rejection rate 1 − acceptance is ⟨|ΔH|⟩/2 and falls as ε², a factor 11 from each step to
  /// the next. In the end only the rounding of positions is left: 6e-8 of each in each of 1000
  /// substeps, 1e-4 in ΔH and half as much here.
  @Test(arguments: [Integrator.leapfrog, .threeStage])
  func acceptanceGoesToOne(integrator: Integrator) {
    let stream = RandomStream(key: 500)
    let stages = Double(integrator.stages)
    let rejections = [0.1, 0.03, 0.01, 0.003, 0.0003].map { step -> Double in
      var state = Hamiltonian(target, start: target.draw(from: stream))
      let trajectories = 40
      let missing = (0..<trajectories).reduce(0.0) { sum, i in
        let transition = state.advance(
          target, step: stages * step, count: Int((0.3 / stages / step).rounded()),
          integrator: integrator, metric: Metric(), stream: stream, iteration: UInt64(i))
        return sum + 1 - transition.acceptance
      }
      return missing / Double(trajectories)
    }
    let what = "\(integrator.name): 1 − acceptance \(rejections)"
    for (coarse, fine) in zip(rejections.dropFirst(), rejections.dropFirst(2).dropLast()) {
      #expect((6...17).contains(coarse / fine), "\(what), expected to fall by 11")
    }
    #expect(rejections[4] < 1e-4 && rejections[1] < 0.2 * rejections[0], "\(what)")
  }

  /// All second moments are right at once: z = Σ θ²/v over draws and coordinates, by eighths of the
  /// spectrum.
  @Test func momentsOfANetworkSizedGaussian() {
    let parts = 8
    var squares = [[[Double]]](repeating: [], count: parts)
    var means = [[[Double]]](repeating: [], count: parts)
    for key in 0..<2 as Range<UInt64> {
      let stream = RandomStream(key: 510 + key)
      let chain = Chain(
        target, start: target.draw(from: stream), settings: HamiltonianMonteCarlo(warmup: 150),
        stream: stream)
      var square = [[Double]](repeating: [], count: parts)
      var mean = square
      for _ in 0..<600 {
        chain.advance(target)
        for part in 0..<parts {
          var (sum, sumOfSquares) = (0.0, 0.0)
          for i in part * 2048 / parts..<(part + 1) * 2048 / parts {
            let x = Double(chain.state.position[i])
            sum += x / target.variances[i].squareRoot()
            sumOfSquares += x * x / target.variances[i]
          }
          square[part].append(sumOfSquares * Double(parts) / 2048)
          mean[part].append(sum * Double(parts) / 2048)
        }
      }
      for part in 0..<parts {
        squares[part].append(square[part])
        means[part].append(mean[part])
      }
      #expect(chain.divergences == 0 && chain.energyError < 1)
      #expect((0.8...0.97).contains(chain.acceptance), "acceptance \(chain.acceptance)")
    }
    for part in 0..<parts {
      expectMean(squares[part], 1, "⟨θ²⟩/v, part \(part)", power: 0.01)
      expectMean(means[part], 0, "⟨θ⟩/√v, part \(part)", power: 0.01)
    }
  }

  func expectMean(_ chains: [[Double]], _ expected: Double, _ what: String, power: Double) {
    let got = Diagnostics(chains)
    #expect(
      abs(got.mean - expected) <= 4 * got.standardError,
      "\(what): got \(got.mean), expected \(expected) within 4 × \(got.standardError)")
    #expect(got.standardError < power, "\(what): the test has no power, \(got.standardError)")
  }
}
