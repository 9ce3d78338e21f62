import Archives
import Experiments
import HDF5
import Kernels
import Networks
import Sampling
import Studies
import TestSupport
import Testing

/// What kinds of network name as involutions, and studies that propose them.
@Suite struct InvolutionTests {
  let proposing = TinyKind.attention.text.with("kind: hmc", as: "kind: hmc, involutions: all")

  /// A kind says in words what it has, and each undoes itself and leaves the prior's energy.
  @Test(arguments: TinyKind.all) func whatAKindHas(_ kind: TinyKind) async throws {
    let cell = try #require(try await StudySpec.of(kind.text).cells().first)
    let involutions = cell.posterior.instance.problem.involutions
    #expect(involutions.isEmpty == (kind.kind.involutions == nil))
    for involution in involutions {
      let count = involution.sources.count
      let theta = AlignedBuffer(RandomStream(key: 600).standardNormals(count: count, step: 0))
      let once = AlignedBuffer(count: count)
      let twice = AlignedBuffer(count: count)
      involution.rearrange(theta, into: once)
      involution.rearrange(once, into: twice)
      #expect(twice.values == theta.values && once.values != theta.values)
      #expect(once.values.sorted() == theta.values.sorted(), "the prior stays")
    }
  }

  /// The head with coordinates exchanged is the head on sequences whose coordinates are exchanged,
  /// and the target is symmetric in them.
  @Test(arguments: AttentionTarget.allCases, AttentionNetwork.Head.allCases)
  func theExchangeOfCoordinates(target: AttentionTarget, head: AttentionNetwork.Head) {
    let network = AttentionNetwork(length: 5, dimension: 4, head: head)
    let (i, j) = target.symmetry
    let theta = network.coldStart(from: RandomStream(key: 601)).map(Double.init)
    let other = network.exchange(of: i, j).map { theta[$0] }
    for step in 0..<4 as Range<UInt64> {
      let x = RandomStream(key: 602).standardNormals(count: 20, step: step).map(Double.init)
      var exchanged = x
      for token in 0..<5 { exchanged.swapAt(4 * token + i, 4 * token + j) }
      expect(
        network.output(other, exchanged), near: network.output(theta, x), within: 1e-12, "f")
      expect(
        target.value(exchanged, dimension: 4), near: target.value(x, dimension: 4), within: 1e-12,
        "y, \(target)")
    }
  }

  /// It maps each mode of a target with two onto the other.
  @Test(arguments: [AttentionTarget.plain, .exchanged])
  func theExchangeChangesTheMode(target: AttentionTarget) {
    let network = AttentionNetwork(length: 8, dimension: 5, head: .odd)
    let (i, j) = target.symmetry
    let involution = Involution(sources: network.exchange(of: i, j))
    for index in 0..<2 {
      let theta = AlignedBuffer(
        network.plantedStart(target: target, pattern: index, from: RandomStream(key: 603)))
      let other = AlignedBuffer(count: theta.count)
      involution.rearrange(theta, into: other)
      let products = network.patternProducts(of: target, theta)
      #expect(products[index] > products[1 - index])
      #expect(network.patternProducts(of: target, other) == products.reversed())
    }
  }

  @Test func theirAcceptanceIsArchived() async throws {
    let spec = try await StudySpec.of(proposing.with("draws: 12", as: "draws: 200"))
    let result = try spec.cells()[0].compute()
    let acceptance = try #require(result.involutionAcceptance.first)
    #expect(acceptance.count == 2 && acceptance.allSatisfy { $0 > 0 && $0 < 1 })
    try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try await simulate(spec, to: path)
      let observe: String = try File(reading: path).root().attribute("observe")
      #expect(observe == "involution_acceptance")
      let archive = try Archive(reading: path)
      #expect(archive.results == [result])
      let fields = Summary(archive).cells[0].digest.fields.map(\.name)
      #expect(fields.contains("involution_acceptance"))
    }
    let plain = try await StudySpec.of(TinyKind.attention.text).cells()[0].compute()
    #expect(plain.involutionAcceptance.isEmpty && plain.numbers["involution_acceptance"] == nil)
  }

  /// Replicas propose them on every rung, one gradient each but for the prior's.
  @Test func replicasProposeThem() async throws {
    let tempered = proposing.with("draws: 12", as: "draws: 12, replicas: 3")
    let with = try await StudySpec.of(tempered).cells()[0].compute()
    #expect(with.replicas == [3])
    let acceptance = try #require(with.involutionAcceptance.first)
    #expect(acceptance.allSatisfy { $0 > 0 && $0 <= 1 })
  }

  @Test func whatIsRefused() async {
    for (text, line) in [
      (
        tinyStudy.with("kind: hmc", as: "kind: hmc, involutions: all"),
        "study.yml:8: sampler.involutions: got 'all'; expected none, since two-layer networks have no "
          + "involutions"
      ),
      (
        proposing.with("involutions: all", as: "involutions: all, readout: integrated"),
        "study.yml:7: sampler.involutions: got 'all'; expected none beside readout: integrated, which "
          + "they do not move"
      ),
      (
        proposing.with("involutions: all", as: "involutions: some"),
        "study.yml:7: sampler.involutions: got 'some'; expected one of none, all"
      ),
      (
        proposing.with("involutions: all", as: "certificate: strict"),
        "study.yml:7: sampler.certificate: got 'strict'; expected usual with 1 cold and 1 planted "
          + "chains; strict needs 2 of each"
      ),
    ] {
      let got = await errorLine { _ = try await StudySpec.of(text) }
      #expect(got.hasSuffix(line), "\(got)")
    }
  }
}
