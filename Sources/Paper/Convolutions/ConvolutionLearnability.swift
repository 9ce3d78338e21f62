import Experiments
import Figures
import Foundation
import Host
import Studies
import Theory

extension Figure {
  /// Alignment of linear convolutions with S = N_w = C against P/d^{3/4} and against P/d: sampled,
  /// by the equation of state, by the posterior at these sizes, and of the lazy network.
  static let cnnLearnability = Figure(
    name: "cnn-learnability", studies: ["cnn-learnability"],
    networks: [NetworkKind.convolution.name], axes: ["patch", "samples"], tables: ["-theory"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    let points = try curves.flatMap(\.points).map(LearnedPoint.init)
    var numbers = QuotedNumbers(figure: "cnn-learnability")
    numbers.append("size_count", Double(curves.count), meaning: "how many sizes there are")
    for (i, curve) in curves.enumerated() {
      numbers.append(
        "patch_\(i + 1)", Double(curve.parameters.patch), meaning: "S = N_w = C of curve \(i + 1)")
    }
    numbers.append(
      "largest_difference",
      points.map { abs($0.point.alignment.mean - $0.predicted.state.alignment) }.max()!,
      meaning: "between the sampled alignment and that of the equation of state")
    numbers.append(
      "finite_difference",
      points.map { abs($0.point.alignment.mean - $0.predicted.finiteSize.alignment) }.max()!,
      meaning: "between the sampled alignment and that of the posterior at these sizes")
    return [table(of: points), theory(of: try curves.flatMap(predictions)), numbers.table]
  }

  private static func table(of points: [LearnedPoint]) -> Table {
    Table(
      "cnn-learnability", "Alignment of sampled networks; one row a point of the grid", of: points,
      columns: PredictedPoint.loads.map { $0.of(\.predicted) }
        + TypedColumn.alignment.map { $0.of(\.point) } + [
          TypedColumn("equation_of_state", "u at the same samples, nothing fitted") {
            $0.predicted.state.alignment
          },
          TypedColumn("finite_size", "of the posterior at these sizes, nothing fitted") {
            $0.predicted.finiteSize.alignment
          },
        ] + TypedColumn.certified.map { $0.of(\.point) })
  }

  private static func theory(of points: [PredictedPoint]) -> Table {
    Table(
      "cnn-learnability-theory", "Predicted alignment; one row a number of samples", of: points,
      columns: PredictedPoint.loads + [
        TypedColumn("equation_of_state", "u") { $0.state.alignment },
        TypedColumn("finite_size", "of the posterior at these sizes") { $0.finiteSize.alignment },
        TypedColumn("lazy", "the Gaussian process of infinite channels") { $0.state.lazyAlignment },
      ])
  }

  /// What is predicted over the samples of a curve, and somewhat beyond.
  private static func predictions(over curve: LearningCurve) throws -> [PredictedPoint] {
    let samples = curve.points.map { Double($0.parameters.samples) }
    let (first, last) = (0.5 * samples.first!, 1.15 * samples.last!)
    return try (0...80).map { i in
      try PredictedPoint(curve.points[0], samples: first * pow(last / first, Double(i) / 80))
    }
  }
}

/// What is predicted of a network at a number of samples.
private struct PredictedPoint {
  let cell: Parameters
  let samples: Double
  let state: ConvolutionEquationOfState.State
  let finiteSize: ConvolutionPosterior.State

  init(_ network: Replicates, samples: Double) throws {
    cell = network.parameters
    self.samples = samples
    state = try network.equationOfState.state(samples: samples)
    finiteSize = try network.finiteSize.state(samples: samples)
  }

  static var loads: [TypedColumn<PredictedPoint>] {
    [
      TypedColumn("patch", "S = N_w = C") { $0.cell.patch },
      TypedColumn("dimension", "d = N_w S") { $0.cell.dimension },
      TypedColumn("samples", "P") { $0.samples },
      TypedColumn("load", "P/d^(3/4)") { $0.samples / pow(Double($0.cell.dimension), 0.75) },
      TypedColumn("samples_per_dimension", "P/d") { $0.samples / Double($0.cell.dimension) },
    ]
  }
}

/// A point of the grid, with what is predicted there.
private struct LearnedPoint {
  let point: Replicates
  let predicted: PredictedPoint

  init(_ point: Replicates) throws {
    self.point = point
    predicted = try PredictedPoint(point, samples: Double(point.parameters.samples))
  }
}
