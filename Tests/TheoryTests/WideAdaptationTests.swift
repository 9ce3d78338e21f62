import Foundation
import Networks
import TestSupport
import Testing
import Theory

/// Kernel adaptation over twelve decades of every input, against a second method.
@Suite struct WideAdaptationTests {
  /// At the maximum Σ_k δ_k f_k = 2N⟨T⟩, and D = δ·y − |δ|²/(2Q) − N ln E e^T, with means from
  /// another quadrature in other variables.
  @Test func secondMethod() throws {
    var inputs = WideInputs(seed: 21)
    var tally = Tally()
    for _ in 0..<WideInputs.count(45) {
      let modes = inputs.pick([[1], [3], [1, 3], [1, 3, 5, 7]])
      let model = KernelAdaptation(
        dimension: inputs.size(0...6), width: inputs.size(0...6), modes: modes,
        degree: modes.last! == 7 ? 3 : modes.last!, weightVariance: inputs.decades(-4...4),
        readoutVariance: inputs.decades(-4...4))
      let load = inputs.decades(-6...6)
      let isReasonable =
        (1e-2...1e2).contains(model.weightVariance)
        && (1e-2...1e2).contains(model.readoutVariance) && load <= 1e4
      let what =
        "d \(model.dimension) N \(model.width) modes \(modes) σ_w² \(model.weightVariance) σ_a² "
        + "\(model.readoutVariance) Q \(load)"
      guard let solution = try? model.solve(load: load) else {
        tally.add(solved: false, reasonable: isReasonable)
        continue
      }
      tally.add(solved: true, reasonable: isReasonable)
      #expect(solution.alignment >= -1e-6 && solution.alignment <= 1 + 1e-6, "\(what)")
      #expect(solution.dual >= 0 && solution.dual <= load / 2 * (1 + 1e-9), "\(what)")
      let couplings = modes.map { ErfCoupling(degree: $0) }
      let factor = model.readoutVariance / Double(2 * model.width)
      let second = NeuronIntegral(
        dimension: model.dimension, variance: model.weightVariance / Double(model.dimension),
        frozen: nil
      ) { square in
        let h = zip(solution.field, couplings).reduce(0) {
          $0 + $1.0 * $1.1.coefficient * pow(square, Double($1.1.degree) / 2)
        }
        return factor * h * h
      }.means
      let n = Double(model.width)
      let logarithm = second.excess > 40 ? second.excess : log1p(exp(second.excess))
      let work = zip(solution.field, solution.overlaps).reduce(0) { $0 + $1.0 * $1.1 }
      let size = solution.field.reduce(0) { $0 + abs($1) }
      let own = 1e-9 + 1e-14 * n * logarithm / n
      #expect(
        abs(2 * n * exp(second.product - logarithm) - work)
          <= solution.overlapError * size + (own + solution.relativeError) * abs(work) + 1e-300,
        "2N⟨T⟩ \(2 * n * exp(second.product - logarithm)) and \(work), \(what)")
      let (linear, square) = (
        zip(solution.field, model.target).reduce(0) { $0 + $1.0 * $1.1 },
        solution.field.reduce(0) { $0 + $1 * $1 }
      )
      let dual = linear - square / (2 * load) - n * logarithm
      #expect(
        abs(dual - solution.dual) <= solution.dualError + own * n * logarithm
          + 1e-14 * (abs(linear) + square / load),
        "D \(solution.dual) ± \(solution.dualError) and \(dual), \(what)")
    }
    #expect(tally.refusedReasonable * 20 <= tally.reasonable, "\(tally.description)")
    #expect(tally.refused * 3 <= tally.solved, "\(tally.description)")
    print("kernel adaptation: \(tally.description)")
  }
}
