import Kernels
import Networks
import Sampling
import Studies

/// A softmax attention head on L tokens that learns a product of three features.
struct AttentionProblem: Problem {
  let network: AttentionNetwork
  let feature: AttentionTarget

  init(_ cell: Parameters) {
    network = AttentionNetwork(
      length: cell.length, dimension: cell.dimension,
      head: AttentionNetwork.Head(rawValue: cell.word(Parameters.Name.head))!,
      interactionVariance: cell.real(Parameters.Name.interactionVariance),
      readoutVariance: cell.readoutVariance)
    feature = AttentionTarget(rawValue: cell.word(Parameters.Name.target))!
  }

  func target(_ input: ArraySlice<Float>) -> Double {
    feature.value(input.map(Double.init), dimension: network.dimension)
  }

  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    network.plantedStart(target: feature, pattern: index, from: stream)
  }

  var involutions: [Involution] {
    let (i, j) = feature.symmetry
    return [Involution(sources: network.exchange(of: i, j))]
  }

  func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer {
    AttentionObserver(self, TestSet(network: network, data: test!, kernels: kernels))
  }
}

private final class AttentionObserver: Observer {
  let network: AttentionNetwork
  let target: AttentionTarget
  let test: TestSet<AttentionNetwork>

  init(_ problem: AttentionProblem, _ test: consuming TestSet<AttentionNetwork>) {
    network = problem.network
    target = problem.feature
    self.test = test
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double { test.alignment(draw).value }

  func read(_ draw: borrowing AlignedBuffer) -> (alignment: Double, reading: Reading) {
    let alignment = test.alignment(draw)
    let pattern = network.patternSquares(of: target, draw)
    return (
      alignment.value,
      Reading(
        pattern: (pattern.interaction, pattern.readout),
        squared: (network.squaredInteraction(draw), network.squaredReadout(draw)),
        firstOrder: network.firstOrderOverlap(with: target, draw),
        testError: alignment.standardError)
    )
  }

  struct Reading {
    /// Squares of A and w on the target's pattern, and of all their entries.
    let pattern, squared: (interaction: Double, readout: Double)
    let firstOrder, testError: Double
  }

  static let observables = [
    Observed<Reading>(
      "pattern_interaction", "squared pattern of A",
      "sum of A_ij^2 over the entries that the target couples to: A_12^2 + A_13^2 for plain",
      tellsMost: true
    ) { $0.pattern.interaction },
    Observed(
      "pattern_readout", "squared pattern of w",
      "sum of w_k^2 over the entries that the target couples to: w_2^2 + w_3^2 for plain"
    ) { $0.pattern.readout },
    Observed("squared_interaction", "squared norm of A", "sum_ij A_ij^2") {
      $0.squared.interaction
    },
    Observed("squared_readout", "squared norm of w", "sum_k w_k^2") { $0.squared.readout },
    Observed(
      "first_order", "alignment to first order in A",
      "<f_1,y>, f_1 = -sqrt(L) mean(x).A C w with C the tokens' covariance, exact"
    ) { $0.firstOrder },
    Observed(
      "test_error", "standard error of the alignment from the test set",
      "what drawing the test samples contributes, the same samples in all draws of a cell"
    ) { $0.testError },
  ]

  static let further: [FurtherObserved<AttentionObserver>] = [
    FurtherObserved(
      "first_mode", "whether the draw is in the first mode",
      "1 where the first of the target's modes has the largest |sum A_ij w_k|, else 0: "
        + "|A_12 w_3| > |A_13 w_2| for plain"
    ) { observer, _, draw in
      let products = observer.network.patternProducts(of: observer.target, draw)
      return products.dropFirst().allSatisfy { $0 < products[0] } ? 1 : 0
    }
  ]

  static let units: [ObservedUnits<Reading>] = []
}

extension NetworkKind {
  package static let attention = NetworkKind(
    name: "attention", plural: "softmax attention heads", numericsVersion: 3,
    sizes: [
      // The tokens of one alone have no covariance, and its output does not depend on A.
      Size(
        coordinate: Coordinate(Name.length, "tokens L of a sequence", "x in R^{L x d}"), smallest: 2
      ),
      Size(
        coordinate: Coordinate(Name.dimension, "dimension d of a token", "x^a ~ N(0, I_d)"),
        smallest: 3),
    ],
    inputs: [Name.length, Name.dimension],
    choices: [
      Choice(
        coordinate: Coordinate(
          Name.head, "head",
          "printed: f(A,w) = L^{-1/2} sum_ab softmax_b(-x^a.A x^b)(w.x^b), the paper's; "
            + "odd: [f(A,w) - f(-A,w)]/2, two opposed heads with tied weights"),
        words: ["printed", "odd"])
    ],
    target: .word(
      Choice(
        coordinate: Coordinate(
          Name.target, "target y",
          "plain: (1/L) sum_ab x_1^a x_2^b x_3^b; exchanged: (1/L) sum_ab x_1^a x_2^a x_3^b; "
            + "symmetrised: sum_ab (x_1^a x_2^b + x_2^a x_1^b) x_3^b/sqrt(2L(L+1))"),
        words: AttentionTarget.allCases.map(\.rawValue))),
    variances: [
      Coordinate(
        Name.interactionVariance, "prior variance sigma_A^2 of keys times queries",
        "A_ij ~ N(0, sigma_A^2/d^2)"),
      Coordinate(
        Name.readoutVariance, "readout prior variance sigma_w^2", "w ~ N(0, sigma_w^2 I/d)"),
    ],
    weights: [
      WeightArray(
        "A", [Name.dimension, Name.dimension], variance: Name.interactionVariance,
        fanIn: [Name.dimension, Name.dimension]),
      WeightArray("w", [Name.dimension], variance: Name.readoutVariance, fanIn: [Name.dimension]),
    ],
    feature: nil,
    observables: AttentionObserver.observables.map(\.observable),
    further: AttentionObserver.further.map(\.observable),
    units: AttentionObserver.units.map(\.unit),
    needsTestSet: true,
    planted:
      "planted: at <f_1,y> = 1 with the least |A|^2 d^2 + |w|^2 d, in each of the target's modes "
      + "in turn",
    involutions:
      "the exchange of two features in which the target is symmetric, in rows and columns of A and "
      + "in w: of coordinates 2 and 3 for plain, of 1 and 2 for the others",
    exampleNetwork: "head: odd, length: 4, dimension: 3",
    exampleTarget: "{kind: plain}",
    demand: { cell in
      let (l, d) = (Double(cell.length), Double(cell.dimension))
      return Demand(
        parameters: d * (d + 1), perSample: l * (l + d), features: d,
        work: l * (l * (2 * d + 12) + d * d))
    },
    problem: { AttentionProblem($0) })
}
