import Foundation
import Studies

// The results of kernel ridge regression.

extension Layout {
  static let kernelRegression = Layout(
    experiment: KernelRegression.name, model: KernelRegression.models[0],
    summary:
      "Ridge regression with the kernel of an infinitely wide erf network on random subsets of a "
      + "data set, one row a cell of the study's grid",
    coordinates: [
      .init(
        Coordinate(Parameters.Name.dimension, "input dimension D", "of every row"), .integer, .fixed
      ),
      .init(Coordinate(Parameters.Name.rows, "rows n", "of the data set"), .integer, .fixed),
      .init(.samples, .integer, .axis),
      .init(
        Coordinate(
          Parameters.Name.target, "target y",
          "a product of coordinates, a zonal harmonic of the first, or a column of the file"),
        .word, .axis),
      .init(
        Coordinate(
          Parameters.Name.degree, "degree l of the target", "0 for a column of the file"),
        .integer, .fixed),
      .init(
        Coordinate(
          Parameters.Name.harmonic, "whether the target is a harmonic",
          "1 for a harmonic of inputs on the sphere |x|^2 = D, else 0"), .integer, .fixed),
      .init(.ridge, .real, .axis),
      .init(
        Coordinate(
          Parameters.Name.weightVariance, "weight variance sigma_w^2", "w ~ N(0, sigma_w^2 I/D)"),
        .real, .axis),
      .init(
        Coordinate(Parameters.Name.biasVariance, "bias variance sigma_b^2", "b ~ N(0, sigma_b^2)"),
        .real, .axis),
      .init(
        Coordinate(
          Parameters.Name.readoutVariance, "readout variance sigma_a^2", "a factor of the kernel"),
        .real, .axis),
      .init(
        Coordinate(
          Parameters.Name.dataset, "index of the random subset",
          "cells of one data set and subset have the same samples, and larger ones begin with the "
            + "smaller"), .integer, .replicate),
    ],
    shown: [
      Parameters.Name.samples, Parameters.Name.target, Parameters.Name.ridge,
      Parameters.Name.dataset,
    ],
    axes: [],
    columns: [
      .init(
        "learnability", [], .double, "cross-data-set learnability L",
        "L = <f,y>/<y,y> over x uniform on the sphere, exact: lambda y^T (K + kappa)^-1 y",
        gaps: [.noHarmonic]),
      .init(
        "bound", [], .double, "bound of L",
        "lambda S/(kappa + lambda S), S = sum of y^2 over the training samples",
        gaps: [.noHarmonic]),
      .init(
        "mean_bound", [], .double, "bound of the mean of L over subsets",
        "lambda P m/(kappa + lambda P m), m the second moment", gaps: [.noHarmonic]),
      .init(
        "test_learnability", [], .double, "test learnability",
        "<f,y>/<y,y> over the rows that are no training samples"),
      .init(
        "test_error", [], .double, "relative test error",
        "sum of (f - y)^2 over sum of y^2, over the rows that are no training samples"),
      .init(
        "eigenvalue", [], .double, "eigenvalue lambda",
        "of the kernel and the target's degree, over x uniform on the sphere",
        gaps: [.noHarmonic]),
      .init("second_moment", [], .double, "second moment m", "mean of y^2 over all rows"),
      .init(
        "training_moment", [], .double, "second moment of the subset",
        "mean of y^2 over the training samples"),
      .init(
        "residual", [], .double, "residual",
        "largest entry of (K + kappa) a - y, of the solution a, in units of the largest of y"),
      .init(
        solved, [], .integer, "solved",
        "1 where the residual is at most \(largestResidual), else 0",
        isDerived: true),
    ],
    soundness: Soundness(
      column: solved, adjective: solved,
      criterion: "the linear equations hold to a relative residual of \(largestResidual)"),
    digest: Digest(
      heads: [solved, "learnability", "bound", "test"],
      row: { result in
        let names = ["learnability", "bound", "test_learnability"]
        let numbers = names.map { result.doubles($0)[0] }
        return .init(
          texts: [result.isSound ? "yes" : "no"]
            + numbers.map { $0.isNaN ? "-" : String(format: "%.4f", $0) },
          fields: [(solved, .flag(result.isSound))]
            + zip(names, numbers).map { ($0, .number($1)) })
      }),
    derive: { [$0.doubles("residual")[0] <= largestResidual ? 1 : 0] },
    // Without random numbers but those of the subset: the error is that of rounding.
    quantities: ["test_learnability", "learnability"].map { name in
      Quantity(name, isDecisive: true) { result in
        let value = result.doubles(name)[0]
        return value.isNaN ? nil : .values([value], errors: [1e-9 * max(1, abs(value))])
      }
    })

  private static let solved = "solved"
  private static let largestResidual = 1e-9
}

extension Layout.Gap {
  fileprivate static let noHarmonic = Self(
    "NaN where the target is no harmonic", where: Parameters.Name.harmonic
  ) { $0 == 0 }
}
