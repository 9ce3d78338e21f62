import Host
import Testing

/// Values that are kept: one computation a key, and no failure among them.
@Suite struct MemoTests {
  private struct Failure: Error {}

  @Test func oneComputationForEachKey() {
    let memo = Memo<Int, Int>()
    var computed: [Int] = []
    func square(_ x: Int) -> Int {
      memo.value(of: x) {
        computed.append(x)
        return x * x
      }
    }
    #expect([3, 4, 3, 3, 4].map(square) == [9, 16, 9, 9, 16])
    #expect(computed == [3, 4])
  }

  @Test func failuresAreNotKept() throws {
    let memo = Memo<Int, Int>()
    #expect(throws: Failure.self) { try memo.value(of: 1) { throw Failure() } }
    #expect(memo.value(of: 1) { 7 } == 7)
  }
}
