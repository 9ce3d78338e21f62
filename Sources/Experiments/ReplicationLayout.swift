import Studies

// The results of sampling cells again.

extension Layout {
  /// The coordinate that names the study of a cell.
  package static let study = "study"
  /// The coordinate that tells which random numbers a cell has.
  package static let replication = "replication"
  /// The texts that name what each mean is of.
  package static let quantity = "quantity"

  /// The means of cells of another layout.
  static func replication(of original: Layout) -> Layout {
    let names = original.quantities.map(\.name)
    let axis = Axis("mean_index", "index of the quantity of which the mean is taken")
    let criterion = original.soundness
    return Layout(
      experiment: Replication.name, model: Replication.model(of: original),
      observed: original.observed,
      summary: "Means and errors of cells sampled again with other random numbers, one row a cell",
      coordinates: [
        TypedCoordinate(
          Coordinate(study, "study", "the study that has the cell with its own random numbers"),
          .word, .axis)
      ] + original.coordinates + [
        TypedCoordinate(
          Coordinate(
            replication, "replication", "which random numbers; the study's own have none"),
          .integer, .method)
      ],
      shown: [study] + original.shown, axes: [axis],
      labels: [
        Label(
          quantity, along: axis, "what the means are of",
          "arrays of the study, |x| and x^2 of kept neurons", words: names)
      ],
      columns: [
        Column(
          "mean", [axis], .double, "mean over all draws", "of each quantity",
          gaps: [Gap(anywhere: "NaN where the quantity is not defined")]),
        Column(
          "squared_error", [axis], .double, "squared standard error of the mean",
          "Monte Carlo, from split chains",
          gaps: [Gap(anywhere: "NaN where chains have fewer than four draws of the quantity")]),
        Column(
          "degrees_of_freedom", [axis], .double, "degrees of freedom of the error",
          "over all chains; 0 where there is no error",
          gaps: [Gap(anywhere: "infinite where all draws are equal")]),
        Column(
          "sound", [], .integer, "\(criterion.adjective) with these random numbers",
          "1 where: \(criterion.criterion)"),
        Column(
          criterion.adjective, [], .integer, criterion.adjective, "the same", isDerived: true),
      ],
      soundness: Soundness(
        column: criterion.adjective, adjective: criterion.adjective,
        criterion: criterion.criterion),
      digest: Digest(
        heads: [criterion.adjective, names[0], "error"],
        row: { result in
          let (mean, error) = (
            result.doubles("mean")[0], result.doubles("squared_error")[0].squareRoot()
          )
          return .init(
            texts: [
              result.isSound ? "yes" : "no", String(format: "%.4f", mean),
              String(format: "%.4f", error),
            ],
            fields: [
              (criterion.adjective, .flag(result.isSound)),
              (names[0], .numbers([("mean", mean), ("standard_error", error)])),
            ])
        }),
      derive: { [Double($0.integers("sound")[0])] },
      quantities: names.enumerated().map { place, name in
        Quantity(name, isDecisive: true) {
          .values(
            [$0.doubles("mean")[place]],
            errors: [$0.doubles("squared_error")[place].squareRoot()])
        }
      })
  }
}
