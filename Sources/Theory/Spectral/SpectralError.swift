/// Why a number of the linear model of descent is not given, in one line.
public enum SpectralError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A parameter is outside of what the model allows.
  case outOfRange(name: String, value: Double, expected: String)
  /// A list has another length than it needs.
  case lengths(name: String, count: Int, expected: Int)
  /// The step makes descent unstable, in the mean or in the mean square.
  case unstableStep(step: Double, limit: Double)
  /// The clock has come to the edge of stability, where the mean-field recursion ends.
  case edgeOfStability(steps: Int, clock: Double, limit: Double)
  /// The trace of the spectrum is infinite, and the number needs it.
  case infiniteTrace(alpha: Double)
  /// A result is beyond double precision.
  case beyondPrecision(name: String, value: Double)
  /// A result is not good to the error that it should have.
  case unresolved(name: String, error: Double, limit: Double)

  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let expected):
      "\(name): got '\(Self.spelt(value))'; expected \(expected)"
    case .lengths(let name, let count, let expected):
      "\(name): got \(count) numbers; expected \(expected)"
    case .unstableStep(let step, let limit):
      "step: got '\(step)', at which descent is unstable; expected less than \(limit)"
    case .edgeOfStability(let steps, let clock, let limit):
      "the clock is \(clock) after \(steps) steps, beyond the edge of stability at \(limit); "
        + "expected a smaller step or fewer steps"
    case .infiniteTrace(let alpha):
      "alpha: got '\(alpha)', with which the trace of infinitely many modes is infinite; "
        + "expected alpha above 1 or a finite number of modes"
    case .beyondPrecision(let name, let value):
      "\(name): got \(value), beyond double precision; expected other sizes"
    case .unresolved(let name, let error, let limit):
      "\(name): good to a relative \(error) only; expected \(limit)"
    }
  }

  /// A whole number without a point.
  private static func spelt(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
