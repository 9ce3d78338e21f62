import Foundation

/// Random inputs over many decades, the same in every run.
///
/// The variable `COD_WIDE_INPUTS` multiplies their number, for a long run before a release.
struct WideInputs {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Returns how many points a suite takes of `count` in a usual run.
  static func count(_ count: Int) -> Int {
    let factor = ProcessInfo.processInfo.environment["COD_WIDE_INPUTS"].flatMap { Int($0) }
    return count * (factor ?? 1)
  }

  /// Returns a number between 0 and 1, by SplitMix64.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  /// Returns a number whose logarithm is uniform between two powers of ten.
  mutating func decades(_ range: ClosedRange<Double>) -> Double {
    pow(10, range.lowerBound + (range.upperBound - range.lowerBound) * uniform())
  }

  /// Returns a whole number, at least 1, likewise.
  mutating func size(_ range: ClosedRange<Double>) -> Int { Int(decades(range).rounded()) }

  /// Returns one of these.
  mutating func pick<T>(_ choices: [T]) -> T { choices[Int(uniform() * Double(choices.count))] }
}

/// How many points were computed, and how many refused; of those in the range where sizes and
/// variances are reasonable, too.
struct Tally {
  private(set) var solved = 0
  private(set) var refused = 0
  private(set) var reasonable = 0
  private(set) var refusedReasonable = 0

  mutating func add(solved isSolved: Bool, reasonable isReasonable: Bool) {
    if isSolved { solved += 1 } else { refused += 1 }
    guard isReasonable else { return }
    reasonable += 1
    if !isSolved { refusedReasonable += 1 }
  }

  var description: String {
    "\(solved) solved, \(refused) refused; \(refusedReasonable) of \(reasonable) reasonable refused"
  }
}
