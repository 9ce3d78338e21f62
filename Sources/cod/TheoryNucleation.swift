import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory nucleation`: the barrier before a specialised neuron.
struct TheoryNucleation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nucleation",
    abstract: "The barrier that one erf neuron passes to specialise, and the minimum beyond it.",
    discussion: """
      The free energy F/d of one neuron beside a lazy bulk, as a function of its overlap w₁ = w·w*.
      It is 0 for a neuron of the prior. At a load below the first at which a neuron can stay
      specialised there is no barrier, which is an error.

        cod theory nucleation --load 14
        cod theory nucleation --load 30 --width-per-dimension 4 --json
      """)

  @Option(parsing: .unconditional, help: "q = Q/d = P/(κd), the load per dimension.")
  var load: Double

  @Option(parsing: .unconditional, help: "N/d, the number of neurons per dimension.")
  var widthPerDimension = 1.0

  @Option(parsing: .unconditional, help: "m, odd and at least 3: the target is He_m(w*·x)/√m!.")
  var degree = 3

  @OptionGroup var prior: PriorVariances

  @OptionGroup var form: OutputForm

  /// What is printed.
  struct Answer: Encodable {
    let barrier: Double
    let barrierOverlap: Double
    let barrierSquaredTransverse: Double
    let minimum: Double
    let minimumOverlap: Double
    let minimumSquaredTransverse: Double
  }

  func run() throws {
    for (option, value) in [
      ("--load", load), ("--width-per-dimension", widthPerDimension),
      ("--weight-variance", prior.weightVariance), ("--readout-variance", prior.readoutVariance),
    ] {
      try check(option, positive: value)
      guard Nucleation.range.contains(value) else {
        throw UserError("\(option): got '\(value)'; expected from 1e-60 to 1e+60")
      }
    }
    try check("--degree", odd: degree)
    guard degree >= 3 else {
      throw UserError(
        "--degree: got '\(degree)'; expected at least 3, as a linear target has no barrier")
    }
    let model = Nucleation(
      degree: degree, weightVariance: prior.weightVariance, readoutVariance: prior.readoutVariance,
      widthPerDimension: widthPerDimension)
    let found = try solving { () throws(NucleationError) in try model.landscape(load: load) }
    let answer = Answer(
      barrier: found.barrier.freeEnergy, barrierOverlap: found.barrier.overlap,
      barrierSquaredTransverse: found.barrier.squaredTransverse,
      minimum: found.specialist.freeEnergy, minimumOverlap: found.specialist.overlap,
      minimumSquaredTransverse: found.specialist.squaredTransverse)
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    func line(_ name: String, _ value: Double, _ meaning: String) {
      printValue(name, value, meaning, width: 28, digits: 9)
    }
    line("barrier", answer.barrier, "F/d on top of the barrier")
    line("barrier_overlap", answer.barrierOverlap, "w·w* there")
    line("barrier_squared_transverse", answer.barrierSquaredTransverse, "|w_⊥|² there")
    line("minimum", answer.minimum, "F/d of the specialised neuron; below 0 it pays")
    line("minimum_overlap", answer.minimumOverlap, "w·w* there")
    line("minimum_squared_transverse", answer.minimumSquaredTransverse, "|w_⊥|² there")
  }
}
