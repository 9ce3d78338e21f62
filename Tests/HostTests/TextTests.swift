import Foundation
import Host
import TestSupport
import Testing

/// Numbers and tables as text.
@Suite struct TextTests {
  @Test func columns() {
    let rows = [["name", "n", "what"], ["a", "100", "x"], ["λ_3", "2", ""]]
    #expect(
      Columns(rows, left: [0, 2]).lines == ["name    n  what", "a     100  x", "λ_3     2"])
    #expect(Columns(rows).lines == ["name    n  what", "   a  100     x", " λ_3    2"])
    #expect(Columns([]).lines.isEmpty)
  }

  @Test(arguments: [
    (0.4, "0 s"), (119.4, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2.0 h"),
    (100_000, "27.8 h"),
  ])
  func durations(seconds: Double, text: String) { #expect(durationText(seconds) == text) }

  private struct Answer: Encodable {
    struct Row: Encodable { let meanLoss: Double }
    var exactTail = 0.5
    var isa = "generic"
    var rows = [Row(meanLoss: 1), Row(meanLoss: 2)]
  }

  @Test func jsonInTwoStylesOfKeys() throws {
    let head = "{\n  \"exactTail\" : 0.5,\n  \"isa\" : \"generic\",\n  \"rows\" : [\n"
    #expect(try jsonText(Answer()).hasPrefix(head))
    #expect(
      try jsonText(Answer(), isSnakeCase: true).hasPrefix(
        head.replacing("exactTail", with: "exact_tail")))
  }

  private struct Fault: Encodable {
    func encode(to encoder: any Encoder) throws {
      throw EncodingError.invalidValue(
        1.5,
        EncodingError.Context(
          codingPath: encoder.codingPath, debugDescription: "The number is odd."))
    }
  }

  /// Only a number that is not finite is one; another fault says what it is.
  @Test func whatJSONDoesNotHold() async throws {
    for (number, word) in [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")] {
      for (isSnakeCase, key) in [(false, "exactTail"), (true, "exact_tail")] {
        let line = await errorLine {
          _ = try jsonText(Answer(exactTail: number), isSnakeCase: isSnakeCase)
        }
        #expect(
          line
            == "\(key): got \(word), a result beyond double precision; expected smaller sizes")
      }
    }
    let rows = Answer(rows: [.init(meanLoss: 1), .init(meanLoss: .nan)])
    let inside = await errorLine { _ = try jsonText(rows, isSnakeCase: true) }
    #expect(inside.hasPrefix("rows.") && inside.contains(".mean_loss: got nan"), "\(inside)")
    let single = await errorLine { _ = try jsonText(["x": -Float.infinity]) }
    #expect(single.hasPrefix("x: got -inf, "))
    let other = await errorLine { _ = try jsonText(["odd": Fault()]) }
    #expect(other == "odd: The number is odd.")
  }
}
