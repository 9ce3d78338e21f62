import Archives
import Experiments
import Networks
import Studies
import Theory

/// The cells of one point of the grid, over data sets.
package struct Replicates {
  package let parameters: Parameters
  package let results: [CellResult]
  /// Posterior mean alignment of each data set. Stored, because a bootstrap asks for it thousands
  /// of times.
  package let alignments: [Double]
  /// How many of the cells are certified. Stored, because it needs R̂ and the effective sample
  /// size.
  package let certified: Int

  package init(parameters: Parameters, results: [CellResult], certified: Int) {
    self.init(
      parameters: parameters, results: results,
      alignments: results.map { $0.alignment.reduce(0, +) / Double($0.alignment.count) },
      certified: certified)
  }

  /// - Parameter alignments: the alignment of each data set, where it is another than the mean of
  ///   draws.
  init(parameters: Parameters, results: [CellResult], alignments: [Double], certified: Int) {
    self.parameters = parameters
    self.results = results
    self.alignments = alignments
    self.certified = certified
  }

  /// Whether every cell is certified.
  package var isCertified: Bool { certified == results.count }
  /// Mean alignment over data sets, and its standard error.
  var alignment: (mean: Double, error: Double) { meanAndError(alignments) }

  /// Posterior mean of an observable, of each data set.
  package func means(_ name: String) -> [Double] {
    results.map { result in
      let values = result.observable(name)
      return values.reduce(0, +) / Double(values.count)
    }
  }

  /// Mean number of specialised neurons in all draws, of each data set.
  package var specialists: [Double] { means("specialists") }

  /// Mean number of neurons with |w·w*| beyond another threshold in the kept draws, of each data
  /// set.
  package func specialists(beyond threshold: Double) -> [Double] {
    results.map { result in
      let overlaps = result.unit("overlap")
      return SpecialistThreshold.count(overlaps, beyond: threshold)
        / Double(overlaps.count / parameters.width)
    }
  }
}

extension Replicates {
  /// Large deviations of this point's network.
  package func largeDeviation(transverse: LargeDeviation.Transverse = .full) -> LargeDeviation {
    LargeDeviation(
      dimension: parameters.dimension, width: parameters.width, degree: parameters.degree,
      weightVariance: parameters.weightVariance, readoutVariance: parameters.readoutVariance,
      transverse: transverse)
  }
}

/// The files of archives, for an error that is of all of them: "a/x.h5, a/y.h5".
func files(_ archives: [Archive]) -> String {
  archives.map(\.file).joined(separator: ", ")
}

extension Archive {
  /// The cells grouped by everything but the data set, in ascending order of sizes, samples and the
  /// rest, however the grid lists them.
  package var replicates: [Replicates] {
    points.map { point, cells in
      Replicates(
        parameters: point, results: cells.map { results[$0] },
        certified: cells.count { isSound[$0] })
    }
  }

  /// The points of the grid, in ascending order, and the cells of each, one a data set.
  var points: [(parameters: Parameters, cells: [Int])] {
    var groups: [Parameters: [Int]] = [:]
    for (i, cell) in cells.enumerated() {
      var point = cell
      point[Parameters.Name.dataset] = .integer(0)
      groups[point, default: []].append(i)
    }
    let names = layout.coordinates.map(\.name)
    return groups.map { (parameters: $0, cells: $1) }.sorted { a, b in
      let pairs = names.map { (a.parameters[$0], b.parameters[$0]) }
      return pairs.first { $0 != $1 }.map { $0 < $1 } ?? false
    }
  }
}
