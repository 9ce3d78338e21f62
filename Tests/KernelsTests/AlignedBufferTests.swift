import Kernels
import Testing

@Suite struct AlignedBufferTests {
  @Test(arguments: [0, 1, 15, 16, 17, 64, 1000])
  func isAlignedZeroAndPadded(count: Int) {
    let buffer = AlignedBuffer(count: count, slack: 5)
    #expect(UInt(bitPattern: buffer.floats) % 64 == 0, "not on a 64-byte boundary")
    #expect(buffer.count == count)
    #expect(buffer.vectors == (count + 15) / 16)
    for i in 0..<16 * buffer.vectors + 5 {
      #expect(buffer.floats[i] == 0, "float \(i) of \(count) is \(buffer.floats[i])")
    }
  }

  @Test(arguments: [1, 15, 16, 17, 33])
  func keepsItsValuesAndZeroPadding(count: Int) {
    let values = (0..<count).map { Float($0) + 0.5 }
    let buffer = AlignedBuffer(values)
    #expect(buffer.values == values)
    for i in count..<16 * buffer.vectors { #expect(buffer.floats[i] == 0, "padding \(i)") }
    #expect(buffer.lanes[0][0] == 0.5)
    buffer[count - 1] = -3
    #expect(buffer[count - 1] == -3 && buffer.values.last == -3)
  }

  @Test func copiesAreIndependent() {
    let first = AlignedBuffer((0..<20).map(Float.init))
    let second = AlignedBuffer(count: 20)
    second.copy(from: first)
    first[19] = -1
    #expect(second.values == (0..<20).map(Float.init))
  }

  @Test func aCopyOfAnotherLengthIsRefused() async {
    await #expect(processExitsWith: .failure) {
      let long = AlignedBuffer(count: 20)
      AlignedBuffer(count: 19).copy(from: long)
    }
  }
}
