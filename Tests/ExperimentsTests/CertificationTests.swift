import Experiments
import Kernels
import Sampling
import Studies
import TestSupport
import Testing

/// What certifies a cell, on chains made of independent normal numbers.
@Suite struct CertificationTests {
  /// A cell of chains by turns cold and planted, the planted ones shifted.
  ///
  /// - Parameter kind: the kind of network; of two layers nothing else than the alignment decides.
  func result(
    chains: Int = 30, draws: Int = 100, shift: Double = 0, of kind: TinyKind = TinyKind.all[0],
    starts: (Int) -> SamplerSpec.Start = { $0 % 2 == 0 ? .cold : .planted },
    langevinStep: Double = 0, rule: Certification = .usual
  ) throws -> CellResult {
    let names = rule == .strict ? ["largest_rhat", "least_ess"] : []
    let layout = try #require(
      Experiments.layout(of: "posterior", model: kind.name, observing: names))
    var parameters = Parameters()
    parameters[Parameters.Name.langevinStep] = .real(langevinStep)
    var result = CellResult(
      layout, parameters, labels: ["start": (0..<chains).map { starts($0).rawValue }])
    let stream = RandomStream(key: 71)
    var alignment: [Double] = []
    for chain in 0..<chains {
      let normals = stream.standardNormals(count: draws, step: UInt64(chain))
      alignment += normals.map { Double($0) + (chain % 2 == 0 ? 0 : shift) }
    }
    result.numbers["alignment"] = .double(alignment)
    result.numbers["step_size"] = .double([Double](repeating: 0.1, count: chains))
    let others =
      rule == .strict
      ? ["training_loss"] + kind.kind.observables.map(\.name) : kind.kind.certifying
    for name in others { result.numbers[name] = .double(alignment) }
    return result
  }

  func expectCertified(_ expected: Bool, _ result: CellResult, _ what: String) {
    let got = result.alignmentDiagnostics
    #expect(result.isCertified == expected, "\(what): R̂ \(got.rHat), ESS \(got.bulkESS)")
    #expect(result.assessment.isCertified == expected, "\(what), with its reasons")
  }

  @Test func chainsThatAgree() throws {
    expectCertified(true, try result(), "independent draws")
  }

  /// Chains without a Metropolis test may agree on the wrong distribution.
  @Test func withoutAMetropolisTest() throws {
    let result = try result(langevinStep: 0.1)
    #expect(result.chainsAgree && result.assessment.chainsAgree)
    expectCertified(false, result, "an unadjusted chain")
  }

  /// One chain of thirty that stands at the others' upper quartile hardly moves R̂, of location
  /// or of scale.
  @Test func oneChainThatNeverMoved() throws {
    var result = try result()
    result.numbers["alignment"] = .double(
      [Double](repeating: 0.6745, count: 100) + result.alignment.dropFirst(100))
    let got = result.alignmentDiagnostics
    #expect(got.rHat < 1.04 && got.bulkESS > 200, "R̂ \(got.rHat), ESS \(got.bulkESS)")
    expectCertified(false, result, "a chain that never moved")
  }

  @Test(arguments: [SamplerSpec.Start.cold, .planted]) func oneKindOfStart(
    _ kind: SamplerSpec.Start
  ) throws {
    expectCertified(false, try result(starts: { _ in kind }), "\(kind) starts alone")
  }

  /// Another observable that has to agree, and does or does not.
  @Test(arguments: TinyKind.all.filter { !$0.kind.certifying.isEmpty }, [0.0, 3])
  func anotherObservable(_ kind: TinyKind, shift: Double) throws {
    var cell = try result(of: kind)
    let other = try #require(kind.kind.certifying.last)
    cell.numbers[other] = .double(try result(shift: shift).alignment)
    expectCertified(shift == 0, cell, "\(other) shifted by \(shift)")
  }

  /// A strict certificate asks every observable, in R̂, bulk and tail.
  @Test(arguments: TinyKind.all) func strict(_ kind: TinyKind) throws {
    func cell(_ shift: Double = 0, draws: Int = 400, chains: Int = 4) throws -> CellResult {
      try result(chains: chains, draws: draws, shift: shift, of: kind, rule: .strict)
    }
    expectCertified(true, try cell(), "independent draws")
    expectCertified(false, try cell(draws: 2000, chains: 2), "one chain of each kind of start")
    // 1600 independent draws have as many effective ones; 64 have too few.
    expectCertified(false, try cell(draws: 16), "64 draws")
    let shift = 0.8
    let shifted = try cell(shift)
    let rHat = shifted.alignmentDiagnostics.rHat
    #expect(rHat > 1.05, "R̂ \(rHat): the test tests nothing")
    for name in ["alignment", "training_loss"] + kind.kind.observables.map(\.name) {
      var cell = try cell()
      cell.numbers[name] = .double(shifted.alignment)
      expectCertified(false, cell, "\(name) shifted by \(shift)")
      let values = cell.layout.derive(cell)
      let names = cell.layout.derived.map(\.name)
      let largest = values[try #require(names.firstIndex(of: "largest_rhat"))]
      #expect(largest == rHat, "largest R̂ of \(name)")
    }
    // A tail that few stretches of the chains visit: the bulk does not see it.
    var rare = try cell()
    rare.numbers["training_loss"] = .double(
      rare.alignment.enumerated().map { $0 % 400 >= 40 && $0 % 400 < 60 ? 4 + $1 / 10 : $1 })
    let got = Diagnostics(rare.chains(rare.reals("training_loss")))
    #expect(got.tailESS < 100 && got.bulkESS > 100, "\(got): the test tests nothing")
    expectCertified(false, rare, "a tail of few visits")
  }

  /// The limits that docs and figures quote: R̂ of 1.05, and 100 effective samples.
  @Test func limits() throws {
    var found: Set<Bool> = []
    for shift in stride(from: 0.5, through: 0.9, by: 0.005) {
      let cell = try result(shift: shift)
      let got = cell.alignmentDiagnostics
      guard (1.04...1.06).contains(got.rHat) else { continue }
      #expect(got.bulkESS > 100, "ESS \(got.bulkESS)")
      expectCertified(got.rHat < 1.05, cell, "shifted by \(shift)")
      found.insert(got.rHat < 1.05)
    }
    #expect(found.count == 2, "no shift near the limit")

    found = []
    for draws in stride(from: 24, through: 80, by: 4) {
      let cell = try result(chains: 2, draws: draws)
      let got = cell.alignmentDiagnostics
      guard got.rHat < 1.05 else { continue }
      expectCertified(got.bulkESS > 100, cell, "\(draws) draws")
      if (60...140).contains(got.bulkESS) { found.insert(got.bulkESS > 100) }
    }
    #expect(found.count == 2, "no number of draws near the limit")
  }
}
