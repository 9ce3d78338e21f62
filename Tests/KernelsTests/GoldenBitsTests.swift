import Kernels
import Testing

/// Hashes of kernel outputs from the time of the archive. Any machine notices the change of a
/// single bit, by a compiler, a processor or an edit.
@Suite struct GoldenBitsTests {
  /// Returns FNV-1a over the eight bytes of each pattern, lowest first.
  func hash(_ patterns: [UInt64]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for pattern in patterns {
      for byte in 0..<8 { hash = (hash ^ (pattern >> (8 * byte) & 0xFF)) &* 0x100_0000_01B3 }
    }
    return hash
  }

  func expect(_ patterns: [UInt64], hash expected: UInt64, _ what: String) {
    let got = hash(patterns)
    #expect(
      got == expected,
      """
      \(what): got hash 0x\(String(got, radix: 16)), expected 0x\(String(expected, radix: 16)). The \
      bits of every archived sample change with these: if that is meant, raise numericsVersion and \
      take the new hash.
      """)
  }

  static let x = RandomStream(key: 11).standardNormals(count: 2000, step: 5)
  static let y = RandomStream(key: 11).standardNormals(count: 2000, step: 6)

  @Test func standardNormals() {
    expect(bits(Self.x), hash: 0x50F7_72A8_F7E9_A108, "normals")
  }

  @Test func elementaryFunctions() {
    let got = KernelSet.best.elementary(of: Self.x)
    let turns = KernelSet.best.elementary(of: Self.x.map { 0.05 * $0 })
    expect(bits(got.erf), hash: 0xF344_8D8F_A934_1E6F, "erf")
    expect(bits(got.exponential), hash: 0xAC48_3894_43AC_6667, "exp")
    expect(bits(got.logarithm), hash: 0xEC62_7F17_1511_A4E1, "ln")
    expect(bits(turns.sine + turns.cosine), hash: 0x6F2D_FCCC_B116_F6F1, "sin, cos")
  }

  @Test func vectorOperations() {
    expect(
      bits(KernelSet.best.sum(Self.y, plus: 0.3, times: Self.x)), hash: 0xDB0A_7F82_6F0B_A7C4,
      "y + c x")
    let got = KernelSet.best.norms(Self.x, Self.y)
    expect(
      [got.half, got.product, got.prior].map(\.bitPattern) + bits(got.sum),
      hash: 0x1F87_39FA_B712_DECB, "norms")
  }

  @Test(
    arguments: [
      ("product", 0xEC78_A63B_899A_C07A), ("lane product", 0xCCE7_EAAE_6CDD_2129),
      ("outer product", 0x2311_3D45_3BDA_F14A), ("activations", 0x63FA_BBFF_C7D7_4C76),
      ("smooth activations", 0x2BF6_E05F_D4D6_1CCA), ("Gram matrix", 0x6983_50A0_DC72_030D),
    ] as [(String, UInt64)])
  func matrices(kernel: String, expected: UInt64) {
    let cases = MatrixCase.all.filter { $0.kernel == kernel }
    #expect(cases.count == MatrixCase.shapes.count)
    expect(cases.flatMap { $0.outputs(.best) }, hash: expected, kernel)
  }

  @Test func scalarFunctions() {
    let points = (1...1000).map { 0.013 * Double($0) }
    expect(
      points.map { naturalLogarithm($0).bitPattern }, hash: 0xE1CB_A431_B5A9_2A77,
      "ln in double precision")
    expect(
      points.map { naturalExponential(6 - $0).bitPattern }, hash: 0xE9EE_2FB1_81B6_B2F6,
      "exp in double precision")
  }
}
