import Foundation
import Host

// What a study may need: refused while its spec is read, before any array is made.

extension StudySpec {
  /// Numbers in the largest array that a cell or the grid may need.
  private static let largestArray = 100_000_000.0
  /// Cells in the largest grid.
  static let largestGrid = 100_000.0

  /// Throws `UserError` if a size is beyond its limit.
  static func require(
    _ size: Double, _ limit: Double, _ file: String, _ what: String
  ) throws {
    guard size <= limit else {
      let numbers = [size, limit].map { String(format: "%g", $0) }
      throw UserError("\(file): \(what): got \(numbers[0]); expected at most \(numbers[1])")
    }
  }

  /// - Throws: `UserError` if the grid or one of its cells is beyond any memory.
  func checkSize() throws {
    func require(_ size: Double, _ limit: Double, _ what: String) throws {
      try Self.require(size, limit, file, what)
    }
    let targetCount =
      switch targets {
      case .hermite(let degrees): degrees.count
      case .words(let words): words.count
      }
    var cells = variances.map(\.count).reduce(
      Double(ridges.count * targetCount * samplers.count)
    ) { $0 * Double($1) }
    let sizes = kind.givenSizes.map { "network.\($0.name)" }.joined(separator: " × ")
    var count = 0.0
    for point in networks {
      let demand = kind.demand(point)
      let (samples, counts, datasets) =
        switch data {
        case .drawn(let axis, let datasets): (axis.at(point).max()!, axis.count, datasets)
        case .given(let inputs): (inputs.count, 1, 1)
        }
      count += Double(counts) * Double(datasets)
      try require(
        demand.parameters, Self.largestArray, "\(sizes), the weights of one network")
      try require(
        Double(samples) * demand.perSample, Self.largestArray,
        "data.samples × what a network makes of one")
      if kind.needsTestSet {
        try require(
          Double(testSamples) * demand.perSample, Self.largestArray,
          "data.test × what a network makes of one")
      }
      if sampler.planted > 0 {
        try require(
          demand.planted, Self.largestArray, "\(sizes), the inputs that align a planted start")
      }
      for unit in kind.units {
        try require(
          Double(sampler.kept * sampler.chains) * Double(point.integer(unit.size)),
          Self.largestArray, "kept draws × chains × network.\(unit.size)")
      }
      if sampler.isIntegrated {
        // Features and slopes of all samples, and two matrices in double precision.
        try require(
          2 * demand.features * Double(samples) + 5 * demand.features * demand.features,
          Self.largestArray, "numbers that readout: integrated needs at \(sizes)")
      }
    }
    try require(
      Double(sampler.draws) * Double(sampler.chains), Self.largestArray, "draws × chains")
    if case .hmc(_, _, let replicas) = sampler.method {
      let sweeps = Double(sampler.draws) * Double(1 << sampler.doublings)
      try require(
        sweeps * Double(replicas * sampler.chains), Self.largestArray,
        "draws × 2^doublings × replicas × chains")
    }
    cells *= count
    try require(cells, Self.largestGrid, "cells on the grid")
  }
}
