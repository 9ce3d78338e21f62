import Kernels
import Networks
import TestSupport
import Testing

@Suite struct TrainingSetTests {
  let target = HermiteTarget(degree: 3)

  @Test func aSmallerSetIsAPrefixOfALargerOne() {
    let stream = RandomStream(key: 5)
    let large = TrainingSet(drawing: 70, dimension: 13, target: target, from: stream)
    let small = TrainingSet(drawing: 9, dimension: 13, target: target, from: stream)
    #expect(large.count == 70 && large.inputs.count == 70 * 13)
    #expect(small.inputs == Array(large.inputs.prefix(9 * 13)))
    #expect(small.targets == Array(large.targets.prefix(9)))
    let other = TrainingSet(drawing: 9, dimension: 13, target: target, from: RandomStream(key: 6))
    #expect(other.inputs != small.inputs)
  }

  @Test func targetsAreThoseOfTheFirstCoordinate() {
    let set = TrainingSet(drawing: 50, dimension: 4, target: target, from: RandomStream(key: 5))
    for sample in 0..<50 {
      let x = Double(set.inputs[4 * sample])
      expect(
        Double(set.targets[sample]), near: (x * x * x - 3 * x) / 6.0.squareRoot(), within: 1e-6,
        "y of sample \(sample)")
    }
  }

  /// Every coordinate is N(0, 1) and independent of the others, within 4 standard errors of 20 000
  /// samples.
  @Test func inputsAreStandardNormal() {
    let (count, d) = (20_000, 3)
    let x = TrainingSet(drawing: count, dimension: d, target: target, from: RandomStream(key: 8))
      .inputs
    for i in 0..<d {
      for j in i..<d {
        var sum = 0.0
        for sample in 0..<count { sum += Double(x[d * sample + i]) * Double(x[d * sample + j]) }
        let error = ((i == j ? 2 : 1) / Double(count)).squareRoot()
        let (got, expected) = (sum / Double(count), i == j ? 1.0 : 0)
        #expect(
          abs(got - expected) <= 4 * error,
          "⟨x\(i) x\(j)⟩: got \(got), expected \(expected) within 4 × \(error)")
      }
    }
  }

  @Test func givenInputsAndTargetsAreKept() {
    let set = TrainingSet(inputs: [1, 2, 3, 4], targets: [5, 6], dimension: 2)
    #expect(set.count == 2 && set.inputs == [1, 2, 3, 4] && set.targets == [5, 6])
    let computed = TrainingSet(
      inputs: [1, 2, 3, 4], dimension: 2, target: HermiteTarget(degree: 1))
    #expect(computed.targets == [1, 3])
  }
}
