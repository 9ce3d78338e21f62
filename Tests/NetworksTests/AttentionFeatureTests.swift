import Expectations
import Kernels
import Networks
import Testing

/// The fast path in single precision against the definition.
@Suite struct AttentionFeatureTests {
  static let cells = AttentionNetwork.Head.allCases.flatMap { head in
    [
      AttentionCell(length: 1, dimension: 1, samples: 1, head: head),
      AttentionCell(length: 2, dimension: 3, samples: 16, head: head),
      AttentionCell(length: 5, dimension: 3, samples: 17, head: head),
      AttentionCell(length: 9, dimension: 7, samples: 50, head: head),
      AttentionCell(length: 19, dimension: 5, samples: 33, head: head, scale: 2),
      AttentionCell(length: 32, dimension: 16, samples: 20, head: head),
      AttentionCell(length: 13, dimension: 4, samples: 40, head: head, scale: 30),
    ]
  }

  /// A score of size s is rounded by 6e-8 (√d + 1) s, which is the relative error of its exponential
  /// besides the 3e-7 of the polynomial. Sums average over both as long as scores are of order one; they are
  /// of order σ_A.
  @Test(arguments: cells)
  func agreesWithTheDefinition(cell: AttentionCell) {
    let bound = 5e-7 * (1 + cell.scale / 10)
    expectKernelsAgreeWithDefinition(cell.network, samples: cell.samples, within: bound)
  }

  /// f(−A) = −f(A) to the bit: the two heads change places.
  @Test func oddHeadIsOdd() {
    for cell in Self.cells where cell.head == .odd {
      let test = TestSet(network: cell.network, data: cell.data)
      var theta = cell.start
      let before = test.outputs(AlignedBuffer(theta))
      for i in 0..<cell.network.hiddenCount { theta[i].negate() }
      let after = test.outputs(AlignedBuffer(theta))
      #expect(before == after.map { -$0 }, "f(−A) and −f(A), \(cell)")
      #expect(cell.length == 1 || before.contains { $0 != 0 })
    }
  }

  /// Whatever its size, A makes numbers: at e^{±1000} the softmax is a maximum.
  @Test(arguments: AttentionNetwork.Head.allCases)
  func largeScoresStayFinite(head: AttentionNetwork.Head) {
    let cell = AttentionCell(length: 9, dimension: 3, samples: 20, head: head, scale: 1e4)
    let got = evaluate(cell.network, cell.data, ridge: 0.3, cell.start)
    #expect(got.energy.isFinite && got.gradient.allSatisfy(\.isFinite))
  }

  @Test func sameBitsOnAllInstructionSets() {
    for cell in Self.cells { expectSameBits(cell.network, samples: cell.samples) }
  }
}
