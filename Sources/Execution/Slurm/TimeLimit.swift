import Host

/// A limit of time as Slurm spells it: minutes, minutes:seconds, hours:minutes:seconds, days-hours,
/// days-hours:minutes or days-hours:minutes:seconds.
package struct TimeLimit: Hashable, Sendable {
  /// As given.
  let text: String
  package let seconds: Double

  /// - Throws: `UserError` if it is of another form, or nothing.
  package init(_ text: String) throws {
    self.text = text
    guard let seconds = Self.seconds(text), seconds > 0 else {
      throw UserError(
        "got '\(text)'; expected minutes, [hours:]minutes:seconds or days-hours[:minutes[:seconds]]"
      )
    }
    self.seconds = seconds
  }

  private static func seconds(_ text: String) -> Double? {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    let fields = halves.last!.split(separator: ":", omittingEmptySubsequences: false)
      .map { $0.allSatisfy(\.isNumber) ? Double($0) : nil }
    guard halves.count <= 2, fields.count <= 3, fields.allSatisfy({ $0 != nil }) else { return nil }
    let numbers = fields.map { $0! }
    if halves.count == 2 {
      guard let days = Int(halves[0]), days >= 0 else { return nil }
      return 86400 * Double(days) + zip(numbers, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return zip(numbers, numbers.count == 3 ? [3600, 60, 1] : [60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
