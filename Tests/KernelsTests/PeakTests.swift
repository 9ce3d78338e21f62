import Kernels
import Testing

/// The kernels by which benchmarks measure a core do the work that they say.
@Suite struct PeakTests {
  static let sets = InstructionSet.available.compactMap(KernelSet.init)

  /// The fixed point of x/2 + 1/8 is 1/4, in every lane of every chain.
  @Test(arguments: [40, 1000]) func multiplyAdds(repeats: Int) {
    for kernels in Self.sets {
      let (flops, sum) = kernels.multiplyAddChains(repeats, 0.5, 0.125)
      #expect(flops % (32 * repeats) == 0)
      let chains = flops / (32 * repeats)
      #expect(chains >= 6 && sum == Float(4 * chains), "\(kernels.instructionSet): \(sum)")
    }
  }

  @Test func loads() {
    let x = AlignedBuffer((0..<16 * 24).map { Float($0 % 7) })
    let sum = x.values.reduce(0, +)
    for kernels in Self.sets {
      #expect(kernels.readVectors(1, 24, x.lanes) == sum)
      #expect(kernels.readVectors(3, 24, x.lanes) == 3 * sum)
    }
  }
}
