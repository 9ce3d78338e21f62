import Figures
import Sampling

/// Columns that several tables of this paper have.
extension TypedColumn {
  /// 1 where all cells that a row rests on are certified, else 0.
  ///
  /// - Parameter cells: which cells these are, as in "every cell of the curve".
  static func isCertified(
    _ cells: String = "every cell", _ holds: @escaping (Row) -> Bool
  ) -> TypedColumn {
    TypedColumn("certified", "1 if \(cells) is certified, else 0", holds)
  }

  /// P* of a row, with the ends of its interval.
  static func samples(_ samples: @escaping (Row) -> Crossed) -> [TypedColumn] {
    [
      TypedColumn("samples", "P*: mean alignment over data sets interpolated in P") {
        samples($0).value
      }
    ] + bootstrap { samples($0).interval }
  }

  /// The ends of a bootstrap's interval.
  static func bootstrap(
    _ low: String = "low", _ high: String = "high",
    meaning: String = "low end of its 95 % interval over data sets",
    _ interval: @escaping (Row) -> (low: Double, high: Double)
  ) -> [TypedColumn] {
    self.interval((low, meaning), (high, "high end of it"), interval)
  }
}

extension TypedColumn<Replicates> {
  /// The mean alignment of a point of the grid, with its error.
  static var alignment: [TypedColumn] {
    [
      TypedColumn("alignment", "mean over data sets of the posterior mean") { $0.alignment.mean },
      TypedColumn("standard_error", "over data sets") { $0.alignment.error },
    ]
  }

  /// How many data sets a point of the grid has, and how many of them are certified.
  static var certified: [TypedColumn] {
    [
      TypedColumn("datasets", "data sets") { $0.results.count },
      TypedColumn("certified", "of these, certified") { $0.certified },
    ]
  }
}

/// P* of a curve.
struct Crossed {
  /// `nil` where the alignment stays on one side of the threshold.
  let value: Double?
  let interval: (low: Double, high: Double)
}

extension LearningCurve {
  /// P* at a threshold, with its interval by the bootstrap.
  func crossed(_ threshold: Double) -> Crossed {
    Crossed(
      value: samples(at: threshold),
      interval: Bootstrap.interval(datasets: datasets) { samples(at: threshold, datasets: $0) })
  }
}
