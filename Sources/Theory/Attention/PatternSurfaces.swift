/// What the free energy of a pattern needs of averages over draws.
struct PatternSurfaces: Sendable {
  let length: Int
  let dimension: Int
  /// g/ε.
  private let ratio: PatternSurface
  /// N₁ and N₂ over what they are to first order in A.
  private let square: PatternSurface
  private let mean: PatternSurface

  /// Averages as many draws as those of the alignment.
  init(_ alignment: AttentionAlignment) throws(AttentionTheoryError) {
    (length, dimension) = (alignment.length, alignment.dimension)
    ratio = alignment.ratio
    let sampler = MomentDraws(length: length, dimension: dimension)
    let nodes = PatternSurface.nodes
    let batches = AttentionAlignment.batches
    let empty = ControlledMean(batches: batches, drawsPerBatch: alignment.draws / batches)
    var squares = nodes.map { _ in empty }
    var means = squares
    let blocks = alignment.draws / 16 / batches
    for block in 0..<batches * blocks {
      sampler.draw(block)
      for (i, node) in nodes.enumerated() {
        for draw in sampler.values(at: node) {
          squares[i].add(draw.square, control: draw.squareControl, batch: block / blocks)
          means[i].add(draw.mean, control: draw.meanControl, batch: block / blocks)
        }
      }
    }
    let (length, dimension) = (length, dimension)
    let first = (
      square: { MomentDraws.square(length: length, dimension: dimension, $0) },
      mean: { MomentDraws.mean(length: length, $0) }
    )
    /// Fits means over their first order.
    func fit(
      _ means: [ControlledMean], _ degrees: (Int, Int), weight: (Double) -> Double,
      _ first: (PatternSurface.Node) -> Double
    ) -> PatternSurface? {
      let ratios = zip(nodes, means).map { node, mean in mean.batches.map { $0 / first(node) } }
      return PatternSurface(
        degrees: degrees, values: (0..<batches).map { batch in ratios.map { $0[batch] } },
        weights: nodes.map { weight($0.epsilon) })
    }
    let square = fit(squares, (3, 2), weight: { _ in 1 }, first.square)
    // N₂ is of order ε², and so is what an error of the ratio does.
    let mean = fit(means, (2, 2), weight: { $0 }, first.mean)
    guard let square, let mean else { throw .error(.infinity, limit: 1) }
    self.square = square
    self.mean = mean
  }

  /// The averages at a place, with derivatives by ε and ln v.
  struct Moments {
    /// g.
    let gain: SecondOrder
    /// N₁ = ⟨Φ²⟩.
    let square: SecondOrder
    /// N₂ = ⟨⟨Φ⟩²⟩.
    let mean: SecondOrder
    /// ν, the mean square of another readout's feature.
    let other: SecondOrder
  }

  func moments(at place: PatternPlace, batch: Int?) -> Moments {
    let (l, d) = (Double(length), Double(dimension))
    let v = place.variance
    let epsilon = SecondOrder(value: place.epsilon, x: 1)
    let epsilonSquare = epsilon * epsilon
    let variance = SecondOrder(value: v, y: v, yy: v)
    let scale = (1 - 1 / l) / l
    let ratio = square.value(at: place, batch: batch)
    return Moments(
      gain: epsilon * self.ratio.value(at: place, batch: batch),
      square: scale * (epsilonSquare + ((d * d - d - 1) / (d * d)) * variance) * ratio,
      mean: scale * epsilonSquare * mean.value(at: place, batch: batch),
      other: ((1 / d + 1 / l) * variance + (1 / (l * (d - 1))) * epsilonSquare) * ratio)
  }
}
