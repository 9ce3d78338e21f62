import Foundation
import HDF5
import Host
import TestSupport
import Testing

/// Expects `body` to throw an error of libhdf5 or of the file system: one line in which all of
/// `words` occur.
func expectError(
  naming words: String..., at location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let thrown = Result(catching: body)
  guard case .failure(let error) = thrown, error is HDF5Error || error is FileError else {
    Issue.record("an error naming \(words) is missing: \(thrown)", sourceLocation: location)
    return
  }
  let text = "\(error)"
  let lines = text.components(separatedBy: .newlines).count
  #expect(lines == 1, "\(text)", sourceLocation: location)
  for word in words {
    #expect(text.contains(word), "\(text) lacks \(word)", sourceLocation: location)
  }
}

/// A number whose storage can be compared bit by bit, so that NaN equals itself.
protocol Patterned: Scalar {
  associatedtype Pattern: FixedWidthInteger
  init(pattern: Pattern)
  var pattern: Pattern { get }
  /// Values at which a conversion would show.
  static var extremes: [Self] { get }
}

extension Float: Patterned {
  init(pattern: UInt32) { self.init(bitPattern: pattern) }
  var pattern: UInt32 { bitPattern }
  static var extremes: [Float] {
    [
      -0.0, .infinity, -.infinity, .nan, Float(nan: 0x1234, signaling: false),
      .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNormalMagnitude,
    ]
  }
}

extension Double: Patterned {
  init(pattern: UInt64) { self.init(bitPattern: pattern) }
  var pattern: UInt64 { bitPattern }
  static var extremes: [Double] {
    [
      -0.0, .infinity, -.infinity, .nan, Double(nan: 0x1234_5678_9abc, signaling: false),
      .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNormalMagnitude,
    ]
  }
}

extension Int: Patterned {
  init(pattern: UInt) { self.init(bitPattern: pattern) }
  var pattern: UInt { UInt(bitPattern: self) }
  static var extremes: [Int] { [.min, .max, -1, 0, 1 << 53 + 1] }
}

/// Returns pseudo-random bits (SplitMix64) that do not compress, beginning with the extremes of the
/// type.
func samples<T: Patterned>(_: T.Type, count: Int) -> [T] {
  (0..<count).map { i in
    guard i >= T.extremes.count else { return T.extremes[i] }
    var z = UInt64(i) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return T(pattern: T.Pattern(truncatingIfNeeded: z ^ z >> 31))
  }
}
