import Kernels
import Networks
import Testing

/// Laws of inputs: their draws have the moments that their targets rest on.
@Suite struct InputLawTests {
  static let laws: [InputLaw] = [
    .standard, .gaussian(spike: 4), .gaussian(.init(variances: [0.5])), .sphere,
    .independent(.rademacher, isDense: true),
    .independent(.rademacher, isDense: false), .independent(.uniform, isDense: true),
    .independent(.uniform, isDense: false), .student(freedom: 14),
  ]

  /// Moments of the feature's projection over 10⁶ draws in five dimensions, within five errors, and
  /// the covariance of the first two coordinates.
  @Test(arguments: laws) func momentsOfAMillionDraws(law: InputLaw) {
    let stream = RandomStream(key: 91)
    let (fourth, sixth) = law.moments(dimension: 5)
    var (mean, second, cross, last) = (Sample(), Sample(), Sample(), Sample())
    var (fourths, sixths) = (Sample(), Sample())
    for step in 0..<1_000_000 {
      let x = law.input(dimension: 5, from: stream, step: UInt64(step))
      let u = law.covariance.whitened([Double(x[0])])[0]
      let square = u * u
      mean.append(u)
      second.append(square)
      fourths.append(square * square)
      sixths.append(square * square * square)
      cross.append(u * Double(x[1]))
      last.append(Double(x[4]) * Double(x[4]))
    }
    mean.expect(0, "⟨u⟩, \(law)")
    second.expect(1, "⟨u²⟩, \(law)")
    last.expect(1, "⟨x₅²⟩, \(law)")
    cross.expect(0, "⟨u x₂⟩, \(law)")
    fourths.expect(fourth, "⟨u⁴⟩, \(law)")
    sixths.expect(sixth, "⟨u⁶⟩, \(law)")
    #expect(fourths.error < 0.01 * fourth, "the test has power")
  }

  /// The numbers that studies rest on.
  @Test func momentsInClosedForm() {
    func expectMoments(_ law: InputLaw, _ d: Int, _ fourth: Double, _ sixth: Double) {
      let got = law.moments(dimension: d)
      #expect(
        abs(got.fourth - fourth) < 1e-13 * fourth && abs(got.sixth - sixth) < 1e-13 * sixth,
        "\(law): \(got), expected \(fourth), \(sixth)")
    }
    expectMoments(.student(freedom: 10), 20, 4, 40)
    expectMoments(.independent(.uniform, isDense: false), 20, 9 / 5, 27 / 7)
    expectMoments(.independent(.rademacher, isDense: false), 20, 1, 1)
    expectMoments(
      .independent(.rademacher, isDense: true), 20, 3 - 2 / 20, 15 - 30 / 20 + 16 / 400)
    expectMoments(.sphere, 20, 60 / 22, 15 * 400 / (22 * 24))
    #expect(InputLaw.student(freedom: 4).moments(dimension: 3).fourth == .infinity)
    #expect(InputLaw.student(freedom: 6).moments(dimension: 3).sixth == .infinity)
  }

  /// A draw depends on the stream and the step, and lies where its law does.
  @Test(arguments: laws) func drawsAreCounted(law: InputLaw) {
    let stream = RandomStream(key: 92)
    func draw(_ step: UInt64) -> [Float] { law.input(dimension: 6, from: stream, step: step) }
    let (first, second) = (draw(3), draw(4))
    #expect(draw(3) == first && second != first)
    switch law {
    case .gaussian(let covariance):
      let normals = stream.standardNormals(count: 6, step: 3)
      #expect(first[1...] == normals[1...])
      let variance = 1 + covariance.excess([1])
      #expect(first[0] == Float(variance.squareRoot() * Double(normals[0])))
    case .sphere:
      let square = first.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(square - 6) < 1e-5)
    case .independent(.rademacher, let isDense):
      #expect(first.allSatisfy { abs($0) == 1 } == !isDense)
      // A reflection keeps lengths, and the sum of ±1 is the first coordinate times √d.
      let square = first.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(square - 6) < 1e-5)
      let sum = 6.0.squareRoot() * Double(first[0])
      if isDense { #expect(abs(sum - sum.rounded()) < 1e-5 && abs(sum) <= 6) }
    case .independent(.uniform, let isDense):
      #expect(isDense || first.allSatisfy { abs($0) <= 1.7320509 })
    case .student: break
    }
  }
}
