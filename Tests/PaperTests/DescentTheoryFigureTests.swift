import Figures
import Foundation
import Paper
import TestSupport
import Testing
import Theory

/// The tables of descent that are archived, against numbers of an independent implementation and
/// against the theory called once more.
@Suite struct DescentTheoryFigureTests {
  private func sheet(_ name: String) throws -> Sheet {
    try Sheet("\(projectFolder)/figures/\(name).tsv")
  }

  /// Exponents in t = 1e2 … 1e4 and 1e4 … 1e6, which repeat to 2e-4, and their drift.
  @Test(arguments: [
    (1.5, 0.3, 1.0, 0.457, 0.4611), (1.5, 0.5, 1, 0.65754, 0.66425), (1.5, 0.8, 1, 0.894, 0.8875),
    (1.5, 1, 1, 1.0513, 1.033), (1.5, 1.5, 1, 1.50721, 1.50067), (2, 0.3, 1, 0.45529, 0.46095),
    (2, 0.8, 1, 0.89075, 0.88591), (2, 1.2, 1, 1.22195, 1.2074), (2, 2.5, 1, 2.50103, 2.50001),
    (1.5, 0.8, 100, 0.90052, 0.89234), (2, 0.5, 100, 0.66664, 0.66655), (2, 0.5, 0, 0.5, 0.5),
  ])
  func exponents(alpha: Double, beta: Double, gamma: Double, early: Double, late: Double) throws {
    let fits = try sheet("descent-exponents-fits")
    let row = try #require(
      fits.rows.indices.first {
        fits("alpha")[$0] == alpha && fits("beta")[$0] == beta && fits("gamma")[$0] == gamma
      })
    #expect(abs(try fits.value(row, "chi_lazy_window") - early) < 6e-4)
    #expect(abs(try fits.value(row, "chi") - late) < 2e-4)
    // The law with its first correction says where the slope is.
    if gamma > 0 && beta != 1 {
      #expect(abs(try fits.value(row, "corrected") / late - 1) < 2e-3)
    }
  }

  /// A slope that is drawn is within 1 % of its law from the time that is told on, and not before.
  @Test func timesWithinLaw() throws {
    let fits = try sheet("descent-exponents-fits")
    for row in fits.rows.indices where fits("beta")[row] != 1 {
      let task = try PowerLawTask(alpha: fits.value(row, "alpha"), beta: fits.value(row, "beta"))
      let (gamma, law, time) = (
        try fits.value(row, "gamma"), try fits.value(row, "law"), try fits.value(row, "holds_from")
      )
      let slopes = try task.flow(
        richness: gamma, times: [0.892, 1, 1.122, 10].map { $0 * time }
      ).map { abs($0.slope / law - 1) }
      #expect(slopes[1...].allSatisfy { $0 < 0.0101 }, "row \(row): \(slopes)")
      #expect(slopes[0] > 0.0099, "row \(row): \(slopes)")
    }
  }

  @Test func clock() throws {
    let numbers = try sheet("descent-clock-numbers")
    #expect(try numbers.number("spread").value < 0.005)
    #expect(abs(try numbers.number("ratio_late").value - 0.99966) < 2e-5)
    let table = try sheet("descent-clock")
    for row in table.rows.indices where table("gamma")[row] == 0.001 {
      for (place, loss) in [(1.0, 0.6130), (10, 0.1509), (100, 0.03494)]
      where abs(table("place")[row] / place - 1) < 1e-4 {
        #expect(abs(table("loss")[row] / loss - 1) < 5e-4)
      }
    }
  }

  /// Floors by the formula, once more for a task and a width, and slopes of the archived means.
  @Test func widths() throws {
    let (nets, slopes) = (try sheet("descent-width-nets"), try sheet("descent-width-slopes"))
    let task = try PowerLawTask(alpha: 2, beta: 1.5, modes: 4096)
    let one = try WidthEquivalent(task, width: 64)
    let rows = nets.rows.indices.filter {
      nets.rows[$0]["kind"] == "one" && nets("alpha")[$0] == 2 && nets("beta")[$0] == 1.5
    }
    let row = try #require(rows.first { nets("width")[$0] == 64 })
    #expect(near(try nets.value(row, "theory"), one.floor))
    let (x, y) = (rows.map { log(nets("width")[$0]) }, rows.map { log(nets("floor")[$0]) })
    let slope = try #require(
      slopes.rows.indices.first { slopes("alpha")[$0] == 2 && slopes("beta")[$0] == 1.5 })
    #expect(near(try slopes.value(slope, "one"), -leastSquares(x, y).slope, within: 1e-4))
    expectInterval(
      try slopes.value(slope, "one_low"), try slopes.value(slope, "one"),
      try slopes.value(slope, "one_high"), "one network")
    // The two laws are apart, and one network is at the first.
    #expect(try slopes.value(slope, "one_high") < 2.2)
    #expect(try slopes.value(slope, "mean_low") > 2.6)
  }

  /// Exponents in compute, of the reference and of the resolvent at large N.
  @Test func compute() throws {
    let numbers = try sheet("descent-compute-numbers")
    for (name, exponent) in [
      ("hard_lazy", 0.300), ("hard_rich", 0.353), ("harder_lazy", 0.200), ("harder_rich", 0.261),
      ("easy_lazy", 0.706), ("easy_rich", 0.706), ("super_2", 0.75), ("super_3", 0.8333),
    ] {
      let number = try numbers.number("loss_\(name)")
      #expect(abs(number.value - exponent) < 0.008, "\(name): \(number)")
      expectInterval(number.low, number.value, number.high, name)
    }
  }
}
