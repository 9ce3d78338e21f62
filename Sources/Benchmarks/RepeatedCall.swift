/// The processor time of one call of a function that is called again and again.
///
/// Others on the machine, and on the other thread of the same core, make most rounds slower. So
/// there are many short rounds, and the time is that of the quickest but a fiftieth of them. The
/// very quickest may be a slip of the system's accounts.
final class RepeatedCall {
  /// The number of calls in all rounds.
  var calls: Int { repeats * times.count }
  /// The share of a core that this thread had while it was timed: less than one if others ran too.
  var share: Double { times.reduce(0, +) * Double(repeats) / wall }
  /// The seconds of one call.
  var seconds: Double { times.sorted()[times.count / 50] }

  private let body: (_ calls: Int) -> Void
  private var repeats = 1
  private var times: [Double] = []
  private var wall = 0.0

  /// - Parameters:
  ///   - duration: least seconds of a round.
  ///   - body: makes the given number of calls.
  init(of duration: Double, _ body: @escaping (_ calls: Int) -> Void) {
    self.body = body
    body(1)
    while true {
      let begin = Clock.processorTime
      body(repeats)
      if Clock.processorTime - begin >= duration { break }
      repeats *= 2
    }
  }

  /// Times one more round.
  func time() {
    let (begin, wallBegin) = (Clock.processorTime, Clock.wallTime)
    body(repeats)
    times.append((Clock.processorTime - begin) / Double(repeats))
    wall += Clock.wallTime - wallBegin
  }

  /// Times so many more rounds.
  func time(rounds: Int) { for _ in 0..<rounds { time() } }
}
