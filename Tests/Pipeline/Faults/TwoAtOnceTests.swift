import Foundation
import TestSupport
import Testing

/// Two runs of `make` at once in one folder end as one does. Two of `cod simulate` are in
/// `KillTests`.
@Suite(.enabled(if: hasGnuplot && has("make"), "no gnuplot or make on PATH"))
struct TwoAtOnceTests {
  /// Runs a target alone in one folder, and twice at once in another.
  func expectTheSame(_ target: String, under part: String, simulated: Bool) throws {
    var made: [[String: Data]] = []
    for count in [1, 2] {
      try withFolder { folder in
        let pipeline = try SmallPipeline(in: folder)
        if simulated { try pipeline.simulate() }
        let runs = try (0..<count).map { _ in try pipeline.startMake("-j2", target) }
          .map { $0.wait() }
        for run in runs { #expect(run.status == 0, "\(run)") }
        made.append(pipeline.made(under: part))
        let left = contents(folder).keys.filter { $0.contains(".tmp-") }
        #expect(left.isEmpty, "\(left)")
        // Neither has left the other's work to be done again.
        let again = try pipeline.make(target)
        #expect(again.status == 0 && again.output == "", "\(again)")
      }
    }
    #expect(made[0].count >= 8, "\(made[0].keys.sorted())")
    #expect(made[0] == made[1])
  }

  @Test func figures() throws { try expectTheSame("figures", under: "figures", simulated: true) }

  @Test(.enabled(if: has("flock"), "flock is not on PATH (Linux: util-linux)"))
  func smoke() throws { try expectTheSame("smoke", under: "smoke", simulated: false) }
}
