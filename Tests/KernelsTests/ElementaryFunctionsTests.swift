import Foundation
import Kernels
import Testing

/// The vector functions against the system's in double precision, on dense grids.
@Suite struct ElementaryFunctionsTests {
  /// Expects a bound on the error of `got` over a grid, and names the largest error and its place.
  func expectError(
    of got: [Float], at x: [Float], below bound: Double, relative: Bool = true, _ name: String,
    _ exact: (Double) -> Double
  ) {
    var worst = 0.0
    var place = 0
    for i in x.indices {
      let truth = exact(Double(x[i]))
      let error = abs(Double(got[i]) - truth) / (relative ? abs(truth) : 1)
      if !(error <= worst) { (worst, place) = (error, i) }
    }
    #expect(
      worst <= bound,
      """
      \(name) at \(x[place]): got \(got[place]), expected \(exact(Double(x[place]))), \
      \(relative ? "relative" : "absolute") error \(worst) > the stated bound \(bound)
      """)
  }

  /// Returns every magnitude from 2^lowest to 2^highest with both signs, 4096 to the octave.
  func magnitudes(_ lowest: Int, _ highest: Int) -> [Float] {
    (lowest..<highest).flatMap { octave in
      (0..<4096).map { Float(sign: .plus, exponent: octave, significand: 1 + Float($0) / 4096) }
    }
  }

  @Test func erfOfEveryMagnitude() {
    let x = magnitudes(-120, 4)
    let positive = KernelSet.best.elementary(of: x).erf
    expectError(of: positive, at: x, below: 4e-7, "erf") { erf($0) }
    let negative = KernelSet.best.elementary(of: x.map { -$0 }).erf
    #expect(zip(positive, negative).allSatisfy { $0 == -$1 }, "erf is not odd")
  }

  @Test func erfAtSpecialPoints() {
    let special: [(Float, Float)] = [
      (0, 0), (4, 1), (5, 1), (1e30, 1), (.infinity, 1), (-4, -1), (-1e30, -1), (-.infinity, -1),
    ]
    let got = KernelSet.best.elementary(of: special.map(\.0)).erf
    for ((x, expected), got) in zip(special, got) {
      #expect(got == expected, "erf(\(x)): got \(got), expected exactly \(expected)")
    }
    let dense = KernelSet.best.elementary(of: (0..<80_000).map { Float($0) * 1e-4 }).erf
    #expect(dense.allSatisfy { (0...1.0000002).contains($0) }, "erf leaves [0, 1]: \(dense.max()!)")
    let beyond = (0..<1000).map { Float(3.9300004) + Float($0) * 0.1 }
    #expect(KernelSet.best.elementary(of: beyond).erf.allSatisfy { $0 == 1 })
  }

  @Test func exponentialOfNegativeNumbers() {
    let x = (0..<860_000).map { Float($0) * 1e-4 } + magnitudes(-60, 6)
    let got = KernelSet.best.elementary(of: x).exponential
    expectError(of: got, at: x, below: 5e-7, "e^{-|x|}") { exp(-$0) }
    let special = KernelSet.best.elementary(of: [0, 86.001, 88, 104, 1e10, .infinity]).exponential
    #expect(special[0] == 1.0000001, "e^0: got \(special[0])")
    #expect(special.dropFirst().allSatisfy { $0 > 0 && $0 < 5e-38 }, "beyond 86: got \(special)")
  }

  /// Returns e^x, and e^x and e^{−x} of the pair.
  func bounded(_ x: [Float], _ kernels: KernelSet) -> (single: [Float], pair: [[Float]]) {
    let from = AlignedBuffer(x)
    let single = AlignedBuffer(count: x.count)
    let pair = AlignedBuffer(count: 32 * from.vectors)
    kernels.exponentials(2, from.vectors, false, from.lanes, single.lanes)
    kernels.exponentials(1, from.vectors, true, from.lanes, pair.lanes)
    let up = Array(pair.values.prefix(x.count))
    let down = Array(pair.values.dropFirst(16 * from.vectors).prefix(x.count))
    return (single.values, [up, down])
  }

  @Test func exponentialsOfBoundedNumbers() {
    let x = (-640_000...640_000).map { Float($0) * 1e-4 } + magnitudes(-60, 6)
    let got = bounded(x, .best)
    for i in x.indices {
      let bound = 7e-7
      let (up, down) = (exp(Double(x[i])), exp(-Double(x[i])))
      for (value, truth) in [(got.single[i], up), (got.pair[0][i], up), (got.pair[1][i], down)]
      where !(abs(Double(value) / truth - 1) <= bound) {
        Issue.record("e^±x at x = \(x[i]): got \(value), expected \(truth) to \(bound)")
        return
      }
    }
    let other = bounded(x.map { -$0 }, .best)
    #expect(other.pair == got.pair.reversed(), "−x does not exchange e^x and e^{−x}")
    for set in InstructionSet.available {
      let same = bounded(x, KernelSet(set)!)
      #expect(same.single == got.single && same.pair == got.pair, "bits on \(set)")
    }
  }

  @Test func logarithmOfNormalNumbers() {
    let x = magnitudes(-126, 128).filter { !(0.5...2).contains($0) }
    expectError(of: KernelSet.best.elementary(of: x).logarithm, at: x, below: 2e-7, "ln") {
      log($0)
    }
    let near = (0..<300_000).map { 0.5 + Float($0) * 5e-6 }
    expectError(
      of: KernelSet.best.elementary(of: near).logarithm, at: near, below: 1e-7, relative: false,
      "ln near 1"
    ) { log($0) }
    #expect(KernelSet.best.elementary(of: [1]).logarithm == [0])
  }

  @Test func sineAndCosineOfTurns() {
    let x = (-500_000...500_000).map { Float($0) * 1e-6 }
    let got = KernelSet.best.elementary(of: x)
    expectError(of: got.sine, at: x, below: 2e-7, relative: false, "sin 2πt") { sin(2 * .pi * $0) }
    expectError(of: got.cosine, at: x, below: 2e-7, relative: false, "cos 2πt") {
      cos(2 * .pi * $0)
    }
    let special = KernelSet.best.elementary(of: [0, 0.25, -0.25, 0.5, -0.5])
    #expect(special.sine.map(abs) == [0, 1, 1, 0, 0], "sin 2πt at quarters: got \(special.sine)")
    #expect(special.cosine == [1, 0, 0, -1, -1], "cos 2πt at quarters: got \(special.cosine)")
    #expect(special.sine[1] == 1 && special.sine[2] == -1)
  }
}
