import Host
import Studies

// What a grid of problems may need: refused while its spec is read, before any array is made.

extension ProblemGrid {
  /// - Parameters:
  ///   - planted: whether some chains are.
  ///   - values: numbers of cells that the experiment makes of each point and data set.
  /// - Throws: `UserError` if the grid or one of its cells is beyond any memory.
  func checkSize(of file: String, planted: Bool, values: Int) throws {
    func require(_ size: Double, _ limit: Double, _ what: String) throws {
      try Limits.require(size, limit, file, what)
    }
    let targetCount =
      switch targets {
      case .hermite(let degrees): degrees.count
      case .words(let words): words.count
      }
    var cells = variances.map(\.count).reduce(
      Double(ridges.count * targetCount * (linear?.count ?? 1) * values)
    ) { $0 * Double($1) }
    var count = 0.0
    for point in networks {
      let demand = kind.demand(point)
      let (samples, counts) = largest(at: point)
      count += Double(counts) * Double(datasets)
      try require(demand.parameters, Limits.array, "\(sizeNames), the weights of one network")
      try require(
        Double(samples) * demand.perSample, Limits.array,
        "data.samples × what a network makes of one")
      if kind.needsTestSet {
        try require(
          Double(testSamples) * demand.perSample, Limits.array,
          "data.test × what a network makes of one")
      }
      if planted {
        try require(
          demand.planted, Limits.array, "\(sizeNames), the inputs that align a planted start")
      }
    }
    cells *= count
    try require(cells, Limits.grid, "cells on the grid")
  }

  /// The largest number of samples at a network's sizes, and how many numbers there are.
  func largest(at network: Parameters) -> (samples: Int, counts: Int) {
    switch data {
    case .drawn(let axis, _): (axis.at(network).max()!, axis.count)
    case .given(let inputs): (inputs.count, 1)
    }
  }

  /// "network.dimension × network.width".
  var sizeNames: String { kind.givenSizes.map { "network.\($0.name)" }.joined(separator: " × ") }
}
