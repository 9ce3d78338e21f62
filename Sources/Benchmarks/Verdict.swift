/// Whether what was measured reaches what is aimed at.
public enum Verdict: String, Encodable, Sendable {
  case met, missed
  /// Others took too much of the cores for the wall clock to tell.
  case loaded

  init(_ value: Double, target: Double) { self = value >= target ? .met : .missed }
}
