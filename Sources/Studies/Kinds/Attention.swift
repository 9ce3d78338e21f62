import Kernels
import Networks

/// A softmax attention head on L tokens that learns a product of three features.
struct AttentionProblem: Problem {
  let network: AttentionNetwork
  let feature: AttentionTarget

  init(_ cell: Parameters) {
    network = AttentionNetwork(
      length: cell.length, dimension: cell.dimension,
      head: AttentionNetwork.Head(rawValue: cell.word("head"))!,
      interactionVariance: cell.real("interaction_variance"),
      readoutVariance: cell.readoutVariance)
    feature = AttentionTarget(rawValue: cell.word("target"))!
  }

  func target(_ input: ArraySlice<Float>) -> Double {
    feature.value(input.map(Double.init), dimension: network.dimension)
  }

  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    network.plantedStart(target: feature, from: stream)
  }

  func observer(test: TrainingSet?, kernels: KernelSet) -> any Observer {
    AttentionObserver(self, TestSet(network: network, data: test!, kernels: kernels))
  }
}

private final class AttentionObserver: Observer {
  let network: AttentionNetwork
  let target: AttentionTarget
  let test: TestSet<AttentionNetwork>
  /// The last draw and what the test set said of it: alignment and observables are asked for in turn.
  private var last: (draw: [Float], alignment: (value: Double, standardError: Double))?

  init(_ problem: AttentionProblem, _ test: consuming TestSet<AttentionNetwork>) {
    network = problem.network
    target = problem.feature
    self.test = test
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double { tested(draw).value }

  func observables(_ draw: borrowing AlignedBuffer) -> [Double] {
    let pattern = network.patternSquares(of: target, draw)
    return [
      pattern.interaction, pattern.readout, network.squaredInteraction(draw),
      network.squaredReadout(draw), network.firstOrderOverlap(with: target, draw),
      tested(draw).standardError,
    ]
  }

  private func tested(
    _ draw: borrowing AlignedBuffer
  ) -> (value: Double, standardError: Double) {
    let values = draw.values
    if let last, last.draw == values { return last.alignment }
    let alignment = test.alignment(draw)
    last = (values, alignment)
    return alignment
  }

  func units(_ draw: borrowing AlignedBuffer) -> [[Float]] { [] }
}

extension NetworkKind {
  package static let attention = NetworkKind(
    name: "attention", plural: "softmax attention heads",
    sizes: [
      // The tokens of one alone have no covariance, and its output does not depend on A.
      Size(
        coordinate: Coordinate("length", "tokens L of a sequence", "x in R^{L x d}"), smallest: 2),
      Size(
        coordinate: Coordinate("dimension", "dimension d of a token", "x^a ~ N(0, I_d)"),
        smallest: 3),
    ],
    inputs: ["length", "dimension"],
    choices: [
      Choice(
        coordinate: Coordinate(
          "head", "head",
          "printed: f(A,w) = L^{-1/2} sum_ab softmax_b(-x^a.A x^b)(w.x^b), the paper's; "
            + "odd: [f(A,w) - f(-A,w)]/2, two opposed heads with tied weights"),
        words: ["printed", "odd"])
    ],
    target: .word(
      Choice(
        coordinate: Coordinate(
          "target", "target y",
          "plain: (1/L) sum_ab x_1^a x_2^b x_3^b; exchanged: (1/L) sum_ab x_1^a x_2^a x_3^b; "
            + "symmetrised: sum_ab (x_1^a x_2^b + x_2^a x_1^b) x_3^b/sqrt(2L(L+1))"),
        words: AttentionTarget.allCases.map(\.rawValue))),
    variances: [
      Coordinate(
        "interaction_variance", "prior variance sigma_A^2 of keys times queries",
        "A_ij ~ N(0, sigma_A^2/d^2)"),
      Coordinate(
        "readout_variance", "readout prior variance sigma_w^2", "w ~ N(0, sigma_w^2 I/d)"),
    ],
    observables: [
      Observable(
        "pattern_interaction", "squared pattern of A",
        "sum of A_ij^2 over the entries that the target couples to: A_12^2 + A_13^2 for plain"),
      Observable(
        "pattern_readout", "squared pattern of w",
        "sum of w_k^2 over the entries that the target couples to: w_2^2 + w_3^2 for plain"),
      Observable("squared_interaction", "squared norm of A", "sum_ij A_ij^2"),
      Observable("squared_readout", "squared norm of w", "sum_k w_k^2"),
      Observable(
        "first_order", "alignment to first order in A",
        "<f_1,y>, f_1 = -sqrt(L) mean(x).A C w with C the tokens' covariance, exact"),
      Observable(
        "test_error", "standard error of the alignment from the test set",
        "what drawing the test samples contributes, the same samples in all draws of a cell"),
    ],
    units: [], certifying: [], needsTestSet: true,
    planted: "planted: at <f_1,y> = 1 with the least |A|^2 d^2 + |w|^2 d",
    demand: { cell in
      let (l, d) = (Double(cell.length), Double(cell.dimension))
      return Demand(
        parameters: d * (d + 1), perSample: l * (l + d), features: d,
        work: l * (l * (2 * d + 12) + d * d))
    },
    problem: { AttentionProblem($0) })
}
