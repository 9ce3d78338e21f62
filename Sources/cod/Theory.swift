import ArgumentParser
import Foundation
import Host
import Theory

/// `cod theory`: the group of commands that evaluate one theory each.
struct TheoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "theory",
    abstract: "Evaluates the theory at one point.",
    discussion: """
        cod theory ldt --dimension 60 --width 60 --alignment 0.1
        cod theory ldt --dimension 15 --width 15 --features 2,1 --alignment 0.1
        cod theory adaptation --dimension 30 --width 30 --load 600 --json
        cod theory nucleation --load 14
        cod theory samples --dimension 30 --width 30 --ridge 0.1
        cod theory density --dimension 20 --width 40 --ridge 0.1 --samples 400
        cod theory attention-samples --length 16 --dimension 8 --alignment 0.2
        cod theory patterns --dimension 16 --widths 64,16 --ridge 1 --samples 960
        cod theory overlap --activation tanh --weights 1.3,-0.1,0.5
        cod theory gp --dimension 30 --degree 3 --ridge 0.1
        cod theory three-layer --dimension 16 --widths 64,16
        cod theory cnn --patch 16 --patches 16 --channels 16 --samples 100 --ridge 0.1
        cod theory cnn-samples --patch 16 --patches 16 --channels 16 --ridge 0.1
        cod theory descent --alpha 1.5 --beta 0.5 --richness 1 --times 10,1e3,1e6
        cod theory gfl --inputs X.csv --targets y.csv --widths 16,16 --ridge 0.1
        cod theory ridge --modes 1000 --cut 20 --ridge 0.001 --samples 200
        cod theory bound --dimension 10 --degree 2 --bias-variance 0.25 --ridge 0.1 --samples 100
      """,
    subcommands: [
      TheoryLDT.self, TheoryAdaptation.self, TheoryGP.self, TheoryThreeLayer.self, TheoryCNN.self,
      TheoryDescent.self, TheoryGFL.self, TheoryBound.self, TheoryRidge.self, TheoryOverlap.self,
      TheoryNucleation.self, TheorySamples.self, TheoryDensity.self, TheoryAttentionSamples.self,
      TheoryPatterns.self, TheoryCNNSamples.self,
    ])
}

/// One point of a curve.
struct CurvePoint: Encodable {
  let overlap: Double
  let density: Double
}

/// An even density from w₁ = 0 to 2.5.
func curve(_ density: (Double) -> Double) -> [CurvePoint] {
  (0...50).map { CurvePoint(overlap: Double($0) / 20, density: density(Double($0) / 20)) }
}

// MARK: - Options that several subcommands check

/// - Throws: `UserError` unless the value is at least one.
func check(_ option: String, count value: Int) throws {
  guard (1...1_000_000_000).contains(value) else {
    throw UserError("\(option): got '\(value)'; expected an integer from 1 to 1000000000")
  }
}

/// - Throws: `UserError` unless the value is finite and above zero.
func check(_ option: String, positive value: Double) throws {
  guard value.isFinite && value > 0 else {
    throw UserError("\(option): got '\(value)'; expected a finite number above 0")
  }
}

/// - Throws: `UserError` unless the value is an overlap that a neuron may have.
func check(_ option: String, overlap value: Double) throws {
  guard (0...1000).contains(value) else {
    throw UserError("\(option): got '\(value)'; expected a number from 0 to 1000")
  }
}

/// - Throws: `UserError` unless the value is odd and from 1 to 99: erf has no even components.
func check(_ option: String, odd value: Int) throws {
  guard value % 2 == 1 && (1...99).contains(value) else {
    throw UserError("\(option): got '\(value)'; expected an odd integer from 1 to 99")
  }
}

/// A comma-separated list.
func list<T>(_ option: String, _ text: String, expected: String, _ parse: (String) -> T?) throws
  -> [T]
{
  try text.split(separator: ",", omittingEmptySubsequences: false).map { item in
    guard let value = parse(item.trimmingCharacters(in: .whitespaces)) else {
      throw UserError("\(option): got '\(item)'; expected \(expected)")
    }
    return value
  }
}

/// Runs what checks arguments, whose errors begin with the names of their options.
func option<T, E: Error & CustomStringConvertible>(_ body: () throws(E) -> T) throws -> T {
  do { return try body() } catch { throw UserError("--\(error)") }
}

/// Runs a calculation; its failure is the user's to mend, by other sizes.
func solving<T, E: Error & CustomStringConvertible>(_ body: () throws(E) -> T) throws -> T {
  do { return try body() } catch { throw UserError("\(error)", exitCode: 1) }
}
