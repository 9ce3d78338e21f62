import Archives
import Kernels
import Studies
import TestSupport
import Testing

/// What certifies a cell, on chains made of independent normal numbers.
@Suite struct CertificationTests {
  /// A cell of chains by turns cold and planted, the planted ones shifted.
  func result(chains: Int = 30, draws: Int = 100, shift: Double = 0) -> CellResult {
    let stream = RandomStream(key: 71)
    var result = CellResult()
    for chain in 0..<chains {
      let normals = stream.standardNormals(count: draws, step: UInt64(chain))
      result.alignment += normals.map { Double($0) + (chain % 2 == 0 ? 0 : shift) }
      result.starts.append(chain % 2 == 0 ? .cold : .planted)
      result.stepSize.append(0.1)
    }
    return result
  }

  func expectCertified(_ expected: Bool, _ result: CellResult, _ what: String) {
    let got = result.alignmentDiagnostics
    #expect(result.isCertified == expected, "\(what): R̂ \(got.rHat), ESS \(got.bulkESS)")
    #expect(result.assessment.isCertified == expected, "\(what), with its reasons")
  }

  @Test func chainsThatAgree() {
    expectCertified(true, result(), "independent draws")
  }

  /// Chains without a Metropolis test may agree on the wrong distribution.
  @Test func withoutAMetropolisTest() {
    var result = result()
    result.isUnadjusted = true
    #expect(result.chainsAgree && result.assessment.chainsAgree)
    expectCertified(false, result, "an unadjusted chain")
  }

  /// One chain of thirty that stands at the others' upper quartile hardly moves R̂, of location
  /// or of scale.
  @Test func oneChainThatNeverMoved() {
    var result = result()
    for i in 0..<100 { result.alignment[i] = 0.6745 }
    let got = result.alignmentDiagnostics
    #expect(got.rHat < 1.04 && got.bulkESS > 200, "R̂ \(got.rHat), ESS \(got.bulkESS)")
    expectCertified(false, result, "a chain that never moved")
  }

  @Test(arguments: [SamplerSpec.Start.cold, .planted]) func oneKindOfStart(
    _ kind: SamplerSpec.Start
  ) {
    var result = result()
    result.starts = result.starts.map { _ in kind }
    expectCertified(false, result, "\(kind) starts alone")
  }

  /// Another observable that has to agree, and does or does not.
  @Test(arguments: [0.0, 3]) func anotherObservable(shift: Double) {
    var cell = result()
    cell.observables["other"] = .init(wrappedValue: result(shift: shift).alignment)
    cell.certifying = ["other"]
    expectCertified(shift == 0, cell, "an observable shifted by \(shift)")
  }

  /// The limits that docs and figures quote: R̂ of 1.05, and 100 effective samples.
  @Test func limits() {
    var found: Set<Bool> = []
    for shift in stride(from: 0.5, through: 0.9, by: 0.005) {
      let cell = result(shift: shift)
      let got = cell.alignmentDiagnostics
      guard (1.04...1.06).contains(got.rHat) else { continue }
      #expect(got.bulkESS > 100, "ESS \(got.bulkESS)")
      expectCertified(got.rHat < 1.05, cell, "shifted by \(shift)")
      found.insert(got.rHat < 1.05)
    }
    #expect(found.count == 2, "no shift near the limit")

    found = []
    for draws in stride(from: 24, through: 80, by: 4) {
      let cell = result(chains: 2, draws: draws)
      let got = cell.alignmentDiagnostics
      guard got.rHat < 1.05 else { continue }
      expectCertified(got.bulkESS > 100, cell, "\(draws) draws")
      if (60...140).contains(got.bulkESS) { found.insert(got.bulkESS > 100) }
    }
    #expect(found.count == 2, "no number of draws near the limit")
  }
}
