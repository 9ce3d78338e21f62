// Functions of RealFunctions.swift over arrays, with the same bits. Eight numbers go side by side,
// so that one does not wait for the divisions of another.

/// Replaces every number x by eˣ, with the bits of `naturalExponential`.
public func replaceByExponentials(_ numbers: inout [Double]) {
  replace(&numbers, in: numbers.indices, by: exponentials)
}

/// Replaces every number x of a range, or of all, by erf x, with the bits of `errorFunction`.
public func replaceByErrorFunctions(_ numbers: inout [Double], in range: Range<Int>? = nil) {
  replace(&numbers, in: range ?? numbers.indices, by: errorFunctions)
}

@inline(__always)
private func replace(
  _ numbers: inout [Double], in range: Range<Int>, by function: (SIMD8<Double>) -> SIMD8<Double>
) {
  numbers.withUnsafeMutableBufferPointer { all in
    let numbers = UnsafeMutableBufferPointer(rebasing: all[range])
    let whole = numbers.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      let place = UnsafeMutableRawPointer(numbers.baseAddress! + start)
      let lanes = function(place.loadUnaligned(as: SIMD8<Double>.self))
      place.storeBytes(of: lanes, as: SIMD8<Double>.self)
    }
    guard whole < numbers.count else { return }
    var rest = SIMD8<Double>.zero
    for i in whole..<numbers.count { rest[i - whole] = numbers[i] }
    rest = function(rest)
    for i in whole..<numbers.count { numbers[i] = rest[i - whole] }
  }
}

/// Returns eˣ of each lane by the steps of `naturalExponential`.
private func exponentials(_ x: SIMD8<Double>) -> SIMD8<Double> {
  // Adding 1.5 · 2⁵² rounds to the nearest whole k, and leaves k in the last bits.
  let shift = SIMD8<Double>(repeating: 0x1.8p52)
  let shifted = x * 1.4426950408889634 + shift
  let k = shifted - shift
  let r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
  var series = SIMD8<Double>(repeating: 1)
  for n in stride(from: 15, through: 1, by: -1) { series = 1 + series * r / Double(n) }
  let exponents = (unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &+ 1023) &<< 52
  var result = series * unsafeBitCast(exponents, to: SIMD8<Double>.self)
  result.replace(with: x, where: .!(x .> -708))
  result.replace(with: 0, where: x .<= -708)
  result.replace(with: .infinity, where: x .> 709)
  return result
}

/// Returns erf x of each lane by the steps of `errorFunction`.
private func errorFunctions(_ x: SIMD8<Double>) -> SIMD8<Double> {
  let square = 2 * x * x
  var series = SIMD8<Double>(repeating: 1)
  for n in stride(from: 45, through: 1, by: -1) {
    series = 1 + series * square / Double(2 * n + 1)
  }
  var result = 1.12837916709551257390 * exponentials(-x * x) * x * series
  for i in x.indices where !(abs(x[i]) < 2) { result[i] = errorFunction(x[i]) }
  return result
}
