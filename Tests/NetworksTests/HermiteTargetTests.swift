import Networks
import Testing

@Suite struct HermiteTargetTests {
  @Test func targetsAreOrthonormal() {
    let targets = [1, 2, 3, 4, 5, 7].map(HermiteTarget.init)
    for first in targets {
      for second in targets {
        let got = scalarNormalMean { x in first.value(x) * second.value(x) }
        let expected = first == second ? 1.0 : 0
        // The quadrature's sum has terms up to 1e2.
        #expect(
          abs(got - expected) < 1e-12,
          "⟨y_\(first.degree) y_\(second.degree)⟩: got \(got), expected \(expected) to 1e-12")
      }
    }
  }

  @Test func closedForms() {
    for x in [-2.5, -1, 0, 0.3, 4] {
      #expect(HermiteTarget(degree: 1).value(x) == x)
      let cubic = (x * x * x - 3 * x) / 6.0.squareRoot()
      #expect(abs(HermiteTarget(degree: 3).value(x) - cubic) <= 1e-14 * (1 + abs(cubic)))
      #expect(abs(HermiteTarget(degree: 2).value(x) - (x * x - 1) / 2.0.squareRoot()) <= 1e-14)
      let quintic = x * (x * x * x * x - 10 * x * x + 15) / 120.0.squareRoot()
      #expect(abs(HermiteTarget(degree: 5).value(x) - quintic) <= 1e-13 * (1 + abs(quintic)))
    }
  }

  @Test(arguments: [-1, 0, 21])
  func aDegreeOutsideIsRefused(degree: Int) async {
    await #expect(processExitsWith: .failure) { [degree] in _ = HermiteTarget(degree: degree) }
  }
}
