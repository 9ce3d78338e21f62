import Kernels
import Testing

/// Every kernel gives the same bits on every instruction set that this processor has.
@Suite struct InstructionSetTests {
  static let sets = InstructionSet.available.compactMap(KernelSet.init)
  /// Compares what all sets compute with what the first, `generic`, computes.
  func expectSameBits(_ what: String, _ compute: (KernelSet) -> [UInt64]) {
    let expected = compute(Self.sets[0])
    for kernels in Self.sets.dropFirst() {
      let got = compute(kernels)
      #expect(got.count == expected.count)
      if let i = expected.indices.first(where: { expected[$0] != got[$0] }) {
        Issue.record(
          """
          \(what), output \(i) of \(expected.count): bits \(String(got[i], radix: 16)) on \
          \(kernels.instructionSet), \(String(expected[i], radix: 16)) on generic; no tolerance
          """)
      }
    }
  }

  @Test func elementaryFunctions() {
    let wide = RandomStream(key: 3).standardNormals(count: 4096, step: 0)
    let x = wide.map { 3 * $0 } + wide.map { 1e-3 * $0 } + wide.map { 100 * $0 } + [0, 1e-38, 3.92]
    expectSameBits("elementary functions") { kernels in
      let got = kernels.elementary(of: x)
      // A turn is in [-½, ½].
      let turns = kernels.elementary(of: wide.map { 0.1 * max(-5, min(5, $0)) })
      return [got.erf, got.exponential, got.logarithm, turns.sine, turns.cosine].flatMap(bits)
    }
  }

  @Test(arguments: [1, 63, 64, 65, 1000])
  func standardNormals(count: Int) {
    for key in [0, 1, UInt64.max, 0xDEAD_BEEF_1234_5678] {
      for step in [0, 1, UInt64(UInt32.max) + 1, .max] {
        expectSameBits("\(count) normals, key \(key), step \(step)") {
          bits(RandomStream(key: key, kernels: $0).standardNormals(count: count, step: step))
        }
      }
    }
  }

  @Test(arguments: [1, 15, 16, 17, 65, 1000])
  func vectorOperations(count: Int) {
    let x = RandomStream(key: 4).standardNormals(count: count, step: 0)
    let y = RandomStream(key: 4).standardNormals(count: count, step: 1)
    expectSameBits("y + c x of \(count)") { bits($0.sum(y, plus: -0.1234, times: x)) }
    expectSameBits("norms of \(count)") { kernels in
      let got = kernels.norms(x, y)
      return [got.half, got.product, got.prior].map(\.bitPattern) + bits(got.sum)
    }
  }

  @Test(arguments: MatrixCase.all)
  func matrices(_ matrices: MatrixCase) {
    expectSameBits("\(matrices)", matrices.outputs)
  }

  @Test func aSetIsFoundByItsName() throws {
    for set in InstructionSet.available {
      #expect(try KernelSet.named(set.rawValue).instructionSet == set)
    }
    #expect(try KernelSet.named(nil).instructionSet == InstructionSet.available.last)
    #expect(InstructionSet.available.first == .generic)
  }

  @Test(arguments: ["sse9", "", "AVX2"])
  func anUnknownNameIsToldInOneLine(name: String) throws {
    let error = #expect(throws: UnknownInstructionSet.self) { try KernelSet.named(name) }
    let message = try #require(error).description
    #expect(message.hasPrefix("COD_ISA: got '\(name)'; expected one of generic"), "\(message)")
    #expect(!message.contains("\n"))
  }
}

/// Returns the bit pattern of each float.
func bits(_ x: [Float]) -> [UInt64] { x.map { UInt64($0.bitPattern) } }
