/// The verdict on a measurement that has a target.
package enum Outcome: String, Encodable, Sendable {
  /// The target is reached, or it is not.
  case met, missed
  /// Others used too much of the cores, so the wall clock cannot tell.
  case loaded

  init(_ value: Double, target: Double) { self = value >= target ? .met : .missed }
}
