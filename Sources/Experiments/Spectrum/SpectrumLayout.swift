import Foundation
import Studies

// The results of spectra.

extension Layout {
  static func spectrum(of model: String) -> Layout {
    let isOfCounts = model == Spectrum.models[0]
    return Layout(
      experiment: Spectrum.name, model: model,
      summary: isOfCounts
        ? "Counts by rank, one row a cell of the study's grid"
        : "Eigenvalues of data, one row a cell of the study's grid",
      coordinates: coordinates(isOfCounts),
      shown: [isOfCounts ? "ranks" : "rows", "repetition"],
      axes: [.place], columns: columns(isOfCounts),
      soundness: Soundness(
        column: descending, adjective: descending,
        criterion: "the spectrum falls from the first number on"),
      digest: Digest(
        heads: [descending] + (isOfCounts ? ["exponent", "shift"] : ["first", "second"]),
        row: { result in
          let names = isOfCounts ? ["exponent", "shift"] : ["first", "second"]
          let numbers =
            isOfCounts
            ? names.map { result.doubles($0)[0] }
            : (0..<2).map { Double(result.singles("value").dropFirst($0).first ?? .nan) }
          return .init(
            texts: [result.isSound ? "yes" : "no"] + numbers.map { String(format: "%.5g", $0) },
            fields: [(descending, .flag(result.isSound))]
              + zip(names, numbers).map { ($0, .number($1)) })
        }),
      derive: { result in
        let values = result.singles("value")
        return [zip(values, values.dropFirst()).allSatisfy { $0 >= $1 } ? 1 : 0]
      },
      quantities: isOfCounts
        ? ["exponent", "shift"].map { name in
          Quantity(name, isDecisive: true) {
            .values($0.doubles(name), errors: $0.doubles("\(name)_error"))
          }
        }
        : [
          Quantity("value", isDecisive: true) { result in
            let values = result.singles("value").map(Double.init)
            let first = abs(values[0])
            return .values(values, errors: values.map { _ in 1e-6 * first })
          }
        ])
  }

  private static let descending = "descending"

  private static func coordinates(_ isOfCounts: Bool) -> [TypedCoordinate] {
    let places = TypedCoordinate(
      Coordinate("places", "numbers that are kept", "of the spectrum"), .integer, .fixed)
    let repetition = TypedCoordinate(
      Coordinate(
        "repetition", "index of the repetition",
        isOfCounts
          ? "0: the counts as given; others: what was counted is drawn anew, with replacement"
          : "0: all rows; others: a random half of them"), .integer, .replicate)
    let own =
      isOfCounts
      ? TypedCoordinate(
        Coordinate("ranks", "ranks R of the fit", "largest counts first"), .integer, .axis)
      : TypedCoordinate(Coordinate("rows", "rows of the data", "of the cell"), .integer, .method)
    return [own, places, repetition]
  }

  private static func columns(_ isOfCounts: Bool) -> [Column] {
    let values = Column(
      "value", [.place], .single, isOfCounts ? "count" : "eigenvalue",
      isOfCounts
        ? "counts of ranks 1 to 32, then of every rank that is a 32nd of a doubling further"
        : "largest first")
    let last = Column(
      descending, [], .integer, "descending",
      "1 where no number is larger than the one before, else 0",
      isDerived: true)
    guard isOfCounts else { return [values, last] }
    return [
      values,
      Column("exponent", [], .double, "exponent a", "of (r + b)^-a, by maximum likelihood"),
      Column("shift", [], .double, "shift b", "of (r + b)^-a, by maximum likelihood"),
      Column(
        "exponent_error", [], .double, "standard error of a",
        "by Fisher's information, of independent draws"),
      Column(
        "shift_error", [], .double, "standard error of b",
        "by Fisher's information, of independent draws"),
      Column(
        "normalisation", [], .double, "normalisation", "sum of (r + b)^-a over the ranks"),
      Column("total", [], .double, "total", "sum of the counts of the ranks"), last,
    ]
  }
}

extension Layout.Axis {
  static let place = Self("place", "place in the spectrum", size: "places")
}
