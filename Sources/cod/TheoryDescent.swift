import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory descent`: the linear model of scaling laws.
struct TheoryDescent: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "descent",
    abstract: "Loss and kernel of the linear model of scaling laws, in time.",
    discussion: """
      Features of variance k^−α learn a target of power k^−(αβ+1) by descent.
      The richness γ is how fast the first layer learns; 0 is lazy.

        cod theory descent --alpha 1.5 --beta 0.5 --times 10,1e3,1e6
        cod theory descent --alpha 1.5 --beta 0.5 --times 10,1e3 --width 256
        cod theory descent --alpha 2 --beta 2 --richness 0 --times 9 --batch 8 --step 0.1
      """)

  @Option(parsing: .unconditional, help: "α, above 1/2: the k-th variance is k^−α.")
  var alpha: Double

  @Option(parsing: .unconditional, help: "β, above 0: the target beyond mode k has power k^−αβ.")
  var beta: Double

  @Option(parsing: .unconditional, help: "γ, the richness; 0 is lazy.")
  var richness = 1.0

  @Option(
    parsing: .unconditional,
    help: "The times, as 10,1e3, in units of 1/η steps; with --batch, numbers of steps.")
  var times: String

  @Option(parsing: .unconditional, help: "How many modes there are; infinitely many if left out.")
  var modes: Int?

  @Option(
    parsing: .unconditional, help: "N, the width of the network; infinite if left out.")
  var width: Int?

  @Option(
    parsing: .unconditional,
    help: "B, samples in a batch: gives the mean loss of stochastic descent, at richness 0.")
  var batch: Int?

  @Option(parsing: .unconditional, help: "η, the step of stochastic descent.")
  var step: Double?

  @OptionGroup var form: OutputForm

  struct Point: Encodable {
    let time: Double
    let loss: Double
    let slope: Double
    let clock: Double
    let frontier: Double?
    let error: Double
    let slopeError: Double
    let meanLoss: Double?
    let meanError: Double?

    enum CodingKeys: String, CodingKey {
      case time, loss, slope, clock, frontier
      case error = "relative_error"
      case slopeError = "slope_error"
      case meanLoss = "mean_loss"
      case meanError = "mean_loss_relative_error"
    }
  }

  struct Amplitude: Encodable {
    let growth: Double
    let loss: Double
    let error: Double

    enum CodingKeys: String, CodingKey {
      case growth = "J"
      case loss = "Q"
      case error = "relative_error"
    }
  }

  struct Answer: Encodable {
    let points: [Point]
    let law: Double
    let amplitude: Amplitude?
    let kappa: Double?
    let floor: Double?
    let meanFloor: Double?
    let floorError: Double?

    enum CodingKeys: String, CodingKey {
      case points, law, amplitude, kappa, floor
      case meanFloor = "floor_mean_network"
      case floorError = "floor_relative_error"
    }
  }

  func run() throws {
    let answer = try answer(at: checkedTimes())
    if form.json { return try printJSON(answer) }
    print("time           loss           slope      clock          frontier")
    for point in answer.points {
      let frontier = point.frontier.map { String(format: "%.6g", $0) } ?? "missing"
      print(
        String(
          format: "%-14g %-14.8g %-10.6g %-14.8g ", point.time, point.loss, point.slope, point.clock
        )
          + frontier)
    }
    func line(_ name: String, _ value: Double?, _ meaning: String) {
      guard let value else { return }
      let padded = name.padding(toLength: 19, withPad: " ", startingAt: 0)
      print("\(padded)\(String(format: "%-14.10g", value))  \(meaning)")
    }
    let error = answer.points.map(\.error).max() ?? 0
    print(String(format: "relative error     %.0e           bound, for loss and clock", error))
    let slopeError = answer.points.map(\.slopeError).max() ?? 0
    print(String(format: "slope error        %.0e           bound, for −d ln L/d ln t", slopeError))
    for point in answer.points {
      line(
        "mean loss", point.meanLoss,
        String(format: "of batches after %g steps, to %.0e", point.time, point.meanError ?? 0))
    }
    line("law", answer.law, "exponent of the loss as t grows, at infinite width")
    line("J", answer.amplitude?.growth, "c → √(γJ) τ^((1 − β)/2)")
    line("Q", answer.amplitude?.loss, "L → Q τ^−β with τ = ((1 + β) √(γJ) t/2)^(2/(1 + β))")
    line("kappa", answer.kappa, "Σ λ/(λ + κ) = N")
    line("floor", answer.floor, "what a network of this width never learns")
    line("floor, mean", answer.meanFloor, "the same of the mean of many networks")
  }

  /// The times, in the order in which they were given.
  private func checkedTimes() throws -> [Double] {
    let expected = batch == nil ? "a number above 0, at most 1e100" : "a whole number of steps"
    let times = try list("--times", times, expected: expected) { text in
      Double(text).flatMap { time in
        let isWhole = time == time.rounded() && time <= 1e15
        return time > 0 && time <= 1e100 && (batch == nil || isWhole) ? time : nil
      }
    }
    guard times.count <= 1000 else {
      throw UserError("--times: got \(times.count) times; expected at most 1000")
    }
    return times
  }

  private func answer(at times: [Double]) throws -> Answer {
    if (batch == nil) != (step == nil) {
      throw UserError("expected --batch and --step, both or neither")
    }
    if batch != nil && richness != 0 {
      throw UserError(
        "--richness: got '\(richness)'; expected 0 with --batch, where the mean loss is exact")
    }
    let task = try solvable { () throws(SpectralError) in
      try PowerLawTask(alpha: alpha, beta: beta, modes: modes)
    }
    return try solvable { () throws(SpectralError) in
      let width = try width.map { n throws(SpectralError) in
        try WidthEquivalent(task, width: n)
      }
      // Sorted for the flow, and back.
      let order = times.indices.sorted { times[$0] < times[$1] }
      let unit = step ?? 1
      let ascending = order.map { times[$0] * unit }
      let flow =
        if let width { try width.flow(richness: richness, times: ascending) } else {
          try task.flow(richness: richness, times: ascending)
        }
      let steps = times.max()!
      var noise: LazyNoise?
      if let batch, let step {
        noise =
          if let width {
            try width.lazyNoise(batch: batch, step: step, steps: steps)
          } else {
            try task.lazyNoise(batch: batch, step: step, steps: steps)
          }
      }
      var points = [Point?](repeating: nil, count: times.count)
      for (point, index) in zip(flow, order) {
        points[index] = Point(
          time: times[index], loss: point.loss, slope: point.slope, clock: point.clock,
          frontier: point.frontier, error: point.relativeError, slopeError: point.slopeError,
          meanLoss: noise?.loss(after: times[index]), meanError: noise?.relativeError)
      }
      let amplitude = beta < 1 ? try DescentAmplitude(task) : nil
      return Answer(
        points: points.map { $0! }, law: richness == 0 ? beta : task.richExponent,
        amplitude: amplitude.map {
          Amplitude(growth: $0.growth, loss: $0.loss, error: $0.relativeError)
        },
        kappa: width?.kappa, floor: width?.floor, meanFloor: width?.meanNetworkFloor,
        floorError: width?.relativeError)
    }
  }

  /// Runs a calculation. What is wrong with an option is told with the option's name.
  private func solvable<T>(_ body: () throws(SpectralError) -> T) throws -> T {
    do { return try body() } catch {
      switch error {
      case .outOfRange, .unstableStep, .infiniteTrace: throw UserError("--\(error)")
      default: throw UserError("\(error)", exitCode: 1)
      }
    }
  }
}
