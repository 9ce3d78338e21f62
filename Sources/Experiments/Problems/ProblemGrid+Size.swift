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
      case .polynomials(_, let degrees): degrees.count
      case .words(let words): words.count
      case .features(let grid): grid.count * laws.laws.count
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
      if kind.needsTestSet || laws.laws.contains(where: { !$0.isGaussian }) {
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
    try checkInputs()
  }

  /// The largest number of samples at a network's sizes, and how many numbers there are.
  func largest(at network: Parameters) -> (samples: Int, counts: Int) {
    switch data {
    case .drawn(let axis, _), .subsets(_, let axis, _): (axis.at(network).max()!, axis.count)
    case .given(let inputs): (inputs.count, 1)
    }
  }

  /// "network.dimension × network.width".
  var sizeNames: String { kind.givenSizes.map { "network.\($0.name)" }.joined(separator: " × ") }
}

extension ProblemGrid {
  /// Throws if what is computed of given inputs is beyond single precision: their targets, and the
  /// energy of a network that knows nothing of them, (|y|² + |x|²)/(2κ).
  private func checkInputs() throws {
    guard case .given(let inputs) = data else { return }
    let ridge = ridges.min()!
    let names = kind.target.coordinates.map(\.name)
    let target = names[0]
    var seen: Set<[Parameters.Value]> = []
    for point in points
    where seen.insert((kind.inputs + names).map { point[$0] }).inserted {
      let problem = kind.problem(point)
      var energy = 0.0
      for (row, line) in inputs.lines.enumerated() {
        let x = inputs.values[(row * inputs.dimension)..<((row + 1) * inputs.dimension)]
        let y = problem.target(x)
        energy += (x.reduce(y * y) { $0 + Double($1) * Double($1) }) / (2 * ridge)
        // A network may answer a thousand times as much before it has learned.
        guard energy <= 1e-6 * Double(Float.greatestFiniteMagnitude) else {
          let column = x.indices.max { abs(x[$0]) < abs(x[$1]) }! - x.startIndex
          throw UserError(
            "\(inputs.file):\(line): column \(column + 1): got "
              + "\(x[x.startIndex + column]); expected inputs whose targets, of \(target) "
              + "\(point.text(target)), and energies y^2/(2 kappa) have single precision")
        }
      }
    }
  }
}
