import Archives
import Experiments
import Foundation
import Networks
import Studies
import TestSupport
import Testing

/// What a draw is reduced to obeys the identities between the observables.
@Suite struct ObservableTests {
  /// A cell of seven neurons whose neurons are kept at draws 0, 5 and 10.
  func cell(_ changes: (String, String)...) async throws -> Cell {
    let text = changes.reduce(tinyStudy.with("[3, 5]", as: "7")) { $0.with($1.0, as: $1.1) }
    return try await StudySpec.of(text).cells()[0]
  }

  @Test(arguments: [0, 2])
  func everyArrayHasItsSize(doublings: Int) async throws {
    let result = try await cell(("doublings: 0", "doublings: \(doublings)")).compute()
    for (name, count) in [
      ("alignment", result.alignment.count), ("loss", result.trainingLoss.count),
      ("energy", result.energy.count), ("specialists", result.observable("specialists").count),
      ("squared overlap", result.observable("squared_overlap").count),
      ("squared norm", result.observable("squared_norm").count),
    ] { #expect(count == 2 * 12, "\(name)") }
    #expect(result.unit("overlap").count == 2 * 3 * 7)
    for (name, count) in [
      ("step size", result.stepSize.count), ("acceptance", result.acceptance.count),
      ("virial", result.virial.count), ("gradients", result.gradients.count),
    ] { #expect(count == 2, "\(name)") }
    #expect(result.spacing.count == 1)
  }

  /// 24 draws cannot have 100 effective ones, so the cell goes on as often as it may.
  @Test func anUncertifiedCellIsContinued() async throws {
    var gradients: [Int] = []
    for doublings in 0...3 {
      let result = try await cell(("doublings: 0", "doublings: \(doublings)")).compute()
      #expect(!result.isCertified)
      #expect(result.spacing == [1 << doublings])
      gradients.append(result.gradients.reduce(0, +))
    }
    #expect(gradients == gradients.sorted() && gradients[3] > 2 * gradients[0], "\(gradients)")
  }

  @Test func aCertifiedCellIsNot() async throws {
    let result = try await cell(
      ("doublings: 0", "doublings: 3"), ("draws: 12", "draws: 400"), ("ridge: 0.1", "ridge: 10")
    ).compute()
    #expect(result.isCertified, "\(result.alignmentDiagnostics)")
    #expect(result.spacing == [1])
  }

  /// Agreement of chains that never moved, or that all began alike, says nothing about equilibrium.
  @Test func whatCertifies() async throws {
    let changes = [("draws: 12", "draws: 400"), ("ridge: 0.1", "ridge: 10")]
    var result = try await cell(changes[0], changes[1]).compute()
    #expect(result.isCertified)
    let cold = try await cell(
      changes[0], changes[1], ("cold: 1, planted: 1", "cold: 2, planted: 0")
    ).compute()
    #expect(cold.alignmentDiagnostics.rHat < 1.05 && cold.alignmentDiagnostics.bulkESS > 100)
    #expect(!cold.isCertified, "two cold starts")
    result.numbers["alignment"] = .double(result.alignment.map { _ in 0.25 })
    #expect(result.alignmentDiagnostics.rHat == 1)
    #expect(!result.isCertified, "chains that never moved")
  }

  @Test(arguments: [0, 2])
  func keptNeuronsAgreeWithTheirDraw(doublings: Int) async throws {
    let cell = try await cell(("doublings: 0", "doublings: \(doublings)"))
    let result = try cell.compute()
    var total = 0
    for chain in 0..<2 {
      for (kept, draw) in [0, 5, 10].enumerated() {
        let row = 7 * (3 * chain + kept)
        let overlaps = result.unit("overlap")[row..<row + 7].map(Double.init)
        let count = overlaps.count { abs($0) > SpecialistThreshold.overlap }
        #expect(
          result.observable("specialists")[12 * chain + draw] == Double(count),
          "chain \(chain) draw \(draw)")
        let mean = overlaps.reduce(0) { $0 + $1 * $1 } / 7
        let got = result.observable("squared_overlap")[12 * chain + draw]
        #expect(abs(got - mean) < 1e-6 * mean, "chain \(chain) draw \(draw): \(got), not \(mean)")
        total += count
      }
    }
    #expect(total > 0, "no specialist tests the count")
  }

  /// U = P loss/(2κ) + |u|²/2 + |b|²/2, and |u|²/2 = N d |w|²/(2σ_w²): what is left is |b|²/2 of
  /// N standard normal readouts, tilted by the data.
  @Test func energyIsMisfitAndPrior() async throws {
    let cell = try await cell(("weight_variance: 1", "weight_variance: 2"))
    let result = try cell.compute()
    let squaredNorm = result.observable("squared_norm")
    let squaredOverlap = result.observable("squared_overlap")
    for i in result.energy.indices {
      let misfit = 10 * Double(result.trainingLoss[i]) / (2 * 0.1)
      let weights = 7 * 4 * squaredNorm[i] / (2 * 2)
      let readouts = Double(result.energy[i]) - misfit - weights
      #expect(readouts > 0 && readouts < 50, "draw \(i): |b|²/2 = \(readouts)")
      #expect(misfit > 0, "draw \(i)")
      #expect(squaredNorm[i] > squaredOverlap[i], "draw \(i)")
    }
  }

  @Test func chainsAreSplitInTheirOrder() async throws {
    let result = try await cell().compute()
    #expect(result.chains(result.alignment).flatMap { $0 } == result.alignment)
    #expect(result.chains(result.alignment).map(\.count) == [12, 12])
    #expect(result.acceptance.allSatisfy { $0 > 0.3 && $0 <= 1 }, "\(result.acceptance)")
    #expect(result.virial.allSatisfy { $0 > 0.3 && $0 < 3 }, "\(result.virial)")
  }
}
