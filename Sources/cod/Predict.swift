import ArgumentParser
import Foundation
import Host
import Predictions
import Studies
import Theory

/// `cod predict`: the patterns of an architecture, their energies and exponents.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicts, from an architecture alone, which features its layers learn and P*.",
    discussion: """
      Every layer has a pattern: lazy (GP), Gaussian feature learning (GFL), specialization (Sp) or
      magnetization (Mag). Each assignment has an energy; the least one wins, and the samples needed
      grow as P* ∝ energy. Exponents in d are exact; --at gives the least energies at finite sizes,
      with whole numbers of specialised neurons and prefactors of one, least first.

      The target takes one path. Each layer that learns hands its feature to the next that does, and the
      readout sees the last one's eigenvalue. Parallel paths would add their eigenvalues; the largest
      dominates, and its path is a pattern of this list too.

      The calculator assumes an odd activation that saturates, as erf or tanh. A file that names
      another by the key activation is refused, unless it is linear and so is the target.

        cod predict data/architectures/three-layer.yml
        cod predict data/architectures/cnn.yml --json
        cod predict data/architectures/three-layer.yml --at d=64,N1=512
      """)

  @Argument(help: "The architecture's YAML file.")
  var architecture: String

  @Option(help: "Sizes, as d=64,N1=512; those not named follow from d.")
  var at: String?

  @Option(help: "How many patterns to print; JSON has all.")
  var show = 12

  @OptionGroup var form: OutputForm

  struct Answer: Encodable {
    struct Pattern: Encodable {
      let name: String
      let energy: String
      let minimum: String
      let exponent: String
      let parameters: [String: String]
      let activeConstraints: [String]
      let featureLayers: [Int]
      var at: Finite?
    }
    struct Finite: Encodable {
      let energy: Double?
      let relativeError: Double?
      let parameters: [String: Double]
    }
    struct FiniteCrossing: Encodable {
      let size: String
      let value: Double
      let ratio: Double
    }
    struct Crossing: Encodable {
      let size: String
      let exponent: String
    }
    let assumes: String
    let patterns: [Pattern]
    let winner: String
    let runnerUp: String?
    let crossing: Crossing?
    let samplesExponent: String
    let at: [String: Double]?
    let winnerAt: String?
    let runnerUpAt: String?
    let crossingAt: FiniteCrossing?
  }

  func run() throws {
    guard show > 0 else { throw UserError("--show: got '\(show)'; expected a positive integer") }
    let spec = try ArchitectureSpec(reading: architecture)
    let names = spec.architecture.sizes.map(\.name)
    let values = try at.map { try spec.values(at: $0) }
    let prediction = Prediction(spec.architecture)
    let finite = try values.map { values in
      try solving { () throws(GeometricProgramError) in try prediction.minima(at: values) }
    }
    let crossing = try finite.flatMap { finite in
      try solving { () throws(GeometricProgramError) in try prediction.crossing(near: finite) }
    }
    let answer = Answer(
      assumes: spec.assumption,
      patterns: prediction.patterns.enumerated().map { index, pattern in
        var row = Answer.Pattern(
          name: pattern.name, energy: pattern.energy, minimum: pattern.minimum.text(names),
          exponent: "\(pattern.exponent)",
          parameters: Dictionary(
            pattern.parameters.map { ($0.name, $0.value.text(names)) }
          ) { first, _ in first },
          activeConstraints: pattern.activeConstraints, featureLayers: pattern.featureLayers)
        if let finite {
          let minimum = finite.minima[index]
          row.at = Answer.Finite(
            energy: minimum?.energy, relativeError: minimum?.relativeError,
            parameters: Dictionary(
              (minimum?.parameters ?? []).map { ($0.name, $0.value) }
            ) { first, _ in first })
        }
        return row
      },
      winner: prediction.winner.name, runnerUp: prediction.runnerUp?.name,
      crossing: prediction.crossing.map {
        Answer.Crossing(size: $0.size, exponent: "\($0.exponent)")
      },
      samplesExponent: "\(prediction.winner.exponent)",
      at: values.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) },
      winnerAt: finite.map { prediction.patterns[$0.winner].name },
      runnerUpAt: finite.flatMap { $0.runnerUp.map { prediction.patterns[$0].name } },
      crossingAt: crossing.map {
        Answer.FiniteCrossing(size: $0.size, value: $0.value, ratio: $0.ratio)
      })
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    printText(answer, spec, prediction, finite)
  }

  private func printText(
    _ answer: Answer, _ spec: ArchitectureSpec, _ prediction: Prediction,
    _ finite: Prediction.FiniteSize?
  ) {
    if let about = spec.about { print(about) }
    print("assumes \(spec.assumption)")
    let sizes = spec.architecture.sizes.enumerated().map { index, size in
      finite.map { "\(size.name) = \(String(format: "%g", $0.sizes[index]))" }
        ?? (index == 0
          ? "" : "\(size.name) ∝ d^\(size.exponent)")
    }
    print(sizes.filter { !$0.isEmpty }.joined(separator: ", "))
    // At sizes that are given, by the energies there; else as d grows.
    let order =
      finite.map { finite in
        answer.patterns.indices.sorted {
          let (a, b) = ($0, $1)
          let energies = [a, b].map { finite.minima[$0]?.energy ?? .infinity }
          // Equal ones stay in the order of the prediction.
          let isClose = abs(energies[0] / energies[1] - 1) < 1e-9
          return isClose || energies[0] == energies[1] ? a < b : energies[0] < energies[1]
        }
      } ?? Array(answer.patterns.indices)
    var rows = [["pattern", "energy", "minimum", "exponent", "parameters", "at its bound"]]
    if finite != nil { rows[0] += ["energy at these sizes"] }
    for index in order.prefix(show) {
      let pattern = answer.patterns[index]
      let parameters = prediction.patterns[index].parameters.map { parameter in
        "\(parameter.name) = \(pattern.parameters[parameter.name]!)"
      }
      var row = [
        pattern.name, pattern.energy, pattern.minimum, pattern.exponent,
        parameters.joined(separator: ", "), pattern.activeConstraints.joined(separator: ", "),
      ]
      if let at = pattern.at {
        let found = finite!.minima[index]?.parameters.map {
          "\($0.name) = \(String(format: "%.3g", $0.value))"
        }
        row.append(
          (at.energy.map { String(format: "%.4g", $0) } ?? "none")
            + (found.map { $0.isEmpty ? "" : "  (\($0.joined(separator: ", ")))" } ?? ""))
      }
      rows.append(row)
    }
    for line in Columns(rows, left: Set(rows[0].indices)).lines { print(line) }
    if answer.patterns.count > show {
      print("… and \(answer.patterns.count - show) patterns more (--show, --json)")
    }
    let winner = prediction.winner
    let layers = winner.featureLayers.map { "\($0)" }.joined(separator: " and ")
    let learns =
      layers.isEmpty ? "no layer learns features" : "features are learned in layer \(layers)"
    print("winner as d grows: \(winner.name), P* ∝ d^\(winner.exponent); \(learns)")
    let equal = prediction.patterns.dropFirst().filter { $0.exponent == winner.exponent }
    if !equal.isEmpty {
      let names = equal.prefix(4).map(\.name).joined(separator: ", ")
      print(
        "of the same exponent: \(names)\(equal.count > 4 ? " and \(equal.count - 4) more" : "")")
    }
    if let runnerUp = prediction.runnerUp {
      let place = prediction.crossing.map { "; they cross at \($0.size) ∝ d^\($0.exponent)" }
      print("runner-up: \(runnerUp.name), d^\(runnerUp.exponent)\(place ?? "")")
    }
    if let name = answer.winnerAt { print("winner at these sizes: \(name)") }
    if let name = answer.runnerUpAt {
      let place = answer.crossingAt.map {
        String(
          format: "; they cross at \($0.size) = %.4g, %.4g times what it is", $0.value, $0.ratio)
      }
      print("runner-up at these sizes: \(name)\(place ?? "")")
    }
    if let error = answer.patterns.compactMap({ $0.at?.relativeError }).max() {
      print(String(format: "relative error of the energies: at most %.1e", error))
    }
  }
}
