import Foundation
import Kernels
import Sampling
import TestSupport
import Testing

/// Proposals of involutions, on posteriors with modes that nothing else joins and known shares.
@Suite struct InvolutionTests {
  /// Draws of the first coordinate's mode, 1 in the mode along it.
  func modes(
    _ target: ExchangedModes, _ proposals: InvolutionProposals, key: UInt64, draws: Int = 3000,
    from place: Int
  ) -> (chain: Chain<ExchangedModes>, shares: [Double]) {
    var start = [Float](repeating: 0, count: target.dimension)
    start[place] = Float(target.distance)
    let chain = Chain(
      target, start: start, settings: HamiltonianMonteCarlo(warmup: 100), proposals: proposals,
      stream: RandomStream(key: key))
    return (
      chain,
      (0..<draws).map { _ in
        chain.advance(target)
        return chain.state.position[0] > chain.state.position[1] ? 1 : 0
      }
    )
  }

  static let exchange = Involution(sources: [1, 0, 2, 3])

  /// The exchange is the only way across, and the share of a mode is its weight.
  @Test func sharesOfTwoModes() {
    let target = ExchangedModes()
    let alone = [0, 1].map { modes(target, .none, key: 500, draws: 400, from: $0).shares }
    #expect(Diagnostics(alone).rHat == .infinity, "trajectories cross: the test tests nothing")

    let runs = (0..<2).map { index in
      modes(
        target, InvolutionProposals([Self.exchange], stream: RandomStream(key: 503)),
        key: 501 + UInt64(index), from: index)
    }
    let got = Diagnostics(runs.map(\.shares))
    #expect(
      abs(got.mean - target.weight) <= 4 * got.standardError,
      "share: got \(got.mean), expected \(target.weight) within 4 × \(got.standardError)")
    #expect(got.standardError < 0.015, "the test has no power, \(got.standardError)")
    #expect(runs.allSatisfy { (0.2...0.9).contains($0.chain.involutionAcceptance) })
    let plain = modes(target, .none, key: 504, draws: 1, from: 0).chain
    #expect(plain.involutionAcceptance.isNaN, "nothing was proposed")
  }

  /// On the rungs of a ladder too, where the posterior itself refuses nearly every proposal.
  @Test func sharesOnALadder() {
    let target = ExchangedModes(aside: 1.5)
    let exchanges = [510, 511].map { key in
      ReplicaExchange(
        target, start: [4, 0, 0, 0], settings: Tempering(replicas: 8, warmup: 400),
        proposals: InvolutionProposals([Self.exchange], stream: RandomStream(key: key + 10)),
        stream: RandomStream(key: key))
    }
    let shares = exchanges.map { exchange in
      (0..<5000).map { draw -> Double in
        exchange.advance(target)
        let mode = exchange.position[0] > exchange.position[1] ? 1.0 : 0
        guard draw % 50 == 0 else { return mode }
        // What swaps and evidence rest on is the data energy of the state that is there.
        let gradient = target.makeGradient()
        let energy = target.evaluate(exchange.position, gradient: gradient)
        let prior = exchange.position.values.reduce(0) { $0 + Double($1) * Double($1) / 2 }
        #expect(abs(exchange.dataEnergies.last!.last! - (energy - prior)) < 1e-4)
        return mode
      }
    }
    let got = Diagnostics(shares)
    #expect(
      abs(got.mean - target.weight) <= 4 * got.standardError,
      "share: got \(got.mean), expected \(target.weight) within 4 × \(got.standardError)")
    #expect(got.rHat < 1.02 && got.standardError < 0.03, "no power, \(got.standardError)")
    #expect(exchanges.allSatisfy { (0...0.02).contains($0.involutionAcceptance) })
  }

  /// The acceptance is that of the energies at both ends, and an accepted proposal is the end.
  @Test func acceptanceIsOfTwoEvaluations() {
    let target = ExchangedModes(aside: 0.1)
    for key in 520..<540 as Range<UInt64> {
      let start = RandomStream(key: key).standardNormals(count: 4, step: 0).map { 2 * $0 }
      let other = [start[1], start[0], start[2], start[3]]
      let gradient = target.makeGradient()
      let before = target.evaluate(AlignedBuffer(start), gradient: gradient)
      let after = target.evaluate(AlignedBuffer(other), gradient: gradient)
      let slope = gradient.values.prefix(4)
      var state = Hamiltonian(target, start: start)
      let acceptance = state.propose(Self.exchange, target, uniform: 1.1)
      expect(acceptance, near: min(1, exp(before - after)), within: 1e-12, "acceptance")
      #expect(state.position.values == start && state.energy == before, "refused, it stays")
      _ = state.propose(Self.exchange, target, uniform: 0)
      #expect(state.position.values == other && state.energy == after, "accepted, it moves")
      let virial = zip(other, slope).reduce(0) { $0 + Double($1.0 * $1.1) } / 4
      expect(state.virial, near: virial, within: 1e-5, "gradient at the end")
      #expect(state.gradients == 3)
      // Of the same pair one direction is always accepted.
      let back = state.propose(Self.exchange, target, uniform: 0)
      #expect(max(back, acceptance) == 1 && state.position.values == start, "it undoes itself")
    }
  }

  /// The identity is always accepted. It leaves every bit of the draws, so that proposals take
  /// their random numbers from elsewhere.
  @Test func theirRandomNumbersAreTheirOwn() {
    let target = QuarticEnergy(dimension: 4)
    func draws(_ proposals: InvolutionProposals) -> [Float] {
      let chain = Chain(
        target, start: [0, 1, 0, 1], settings: HamiltonianMonteCarlo(warmup: 20),
        proposals: proposals, stream: RandomStream(key: 541))
      let exchange = ReplicaExchange(
        target, settings: Tempering(replicas: 3, warmup: 20), proposals: proposals,
        stream: RandomStream(key: 542))
      return (0..<20).flatMap { _ -> [Float] in
        chain.advance(target)
        exchange.advance(target)
        return chain.state.position.values + exchange.position.values
      }
    }
    let identity = Involution(sources: [0, 1, 2, 3])
    let proposals = InvolutionProposals([identity, identity], stream: RandomStream(key: 543))
    #expect(draws(proposals) == draws(.none))
  }
}

/// A mixture of two Gaussians of variance s² = 1/16: at (D, 0, b, 0) with the given weight, and at
/// (0, D + 1/4, −b, 0). The exchange of the first two coordinates maps one near the other.
struct ExchangedModes: Energy {
  var weight = 0.7
  var distance = 4.0
  var aside = 0.0
  let dimension = 4
  private let variance = 1.0 / 16

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let centres = [[distance, 0, aside, 0], [0, distance + 0.25, -aside, 0]]
    let x = position.values.map(Double.init)
    let logs = zip(centres, [weight, 1 - weight]).map { centre, weight in
      log(weight) - zip(x, centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / (2 * variance)
    }
    let top = logs.max()!
    let terms = logs.map { exp($0 - top) }
    let sum = terms[0] + terms[1]
    for i in 0..<dimension {
      let slope = terms[0] * (x[i] - centres[0][i]) + terms[1] * (x[i] - centres[1][i])
      gradient[i] = Float(slope / (sum * variance))
    }
    return -top - log(sum)
  }
}
