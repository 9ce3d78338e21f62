import Kernels
import TestSupport
import Testing

/// Matrices that are laid out the other way round.
@Suite struct TransposeTests {
  /// What stands after the last row, which may be of another matrix or of nobody, is not looked at.
  @Test(arguments: InstructionSet.available)
  func rowsAfterTheLastAreZero(set: InstructionSet) {
    let kernels = KernelSet(set)!
    for (rows, vectors) in [(1, 1), (15, 2), (16, 1), (17, 3), (40, 2)] {
      let (stride, across) = (vectors + 1, (rows + 15) / 16)
      let matrix = AlignedBuffer(count: 16 * (rows + 16) * stride)
      for i in 0..<rows + 16 {
        for j in 0..<16 * stride {
          matrix[16 * stride * i + j] = i < rows ? Float(1000 * i + j) : .nan
        }
      }
      let out = AlignedBuffer([Float](repeating: -1, count: 16 * 16 * vectors * across))
      atEveryStackOffset {
        kernels.transpose(rows, vectors, matrix.lanes, stride, out.lanes, across)
      }
      for j in 0..<16 * vectors {
        for i in 0..<16 * across {
          #expect(out[16 * across * j + i] == (i < rows ? Float(1000 * i + j) : 0))
        }
      }
    }
  }
}
