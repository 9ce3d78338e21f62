import Foundation
import TestSupport
import Testing

/// The README says what the archive holds and what the commands are.
@Suite struct ReadmeTests {
  func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(projectFolder)/\(path)", encoding: .utf8)
  }

  /// A row of a figure's numbers: estimate, and the ends of its interval.
  func number(_ name: String, of figure: String) throws -> [Double] {
    let table = try text("figures/\(figure)-numbers.tsv")
    let row = try #require(table.split(separator: "\n").first { $0.hasPrefix("\(name)\t") })
    let fields = row.split(separator: "\t").dropFirst().prefix(3).compactMap { Double($0) }
    try #require(fields.count == 3)
    return fields
  }

  @Test(arguments: [
    ("sample-complexity", "exponent", "%.2f (95 %%: %.2f … %.2f)"),
    ("specialists", "exponent", "%.2f (95 %%: %.2f … %.2f)"),
    ("sample-complexity", "bound_exponent", "slope %.2f"),
    ("sample-complexity", "bound_factor", "factor %.0f"),
    ("specialists", "exponent_06", "goes from %.2f"), ("specialists", "exponent_10", "to %.2f as"),
    ("ldt-density", "divergence_full_1", "divergence is %.3f nats"),
    ("ldt-density", "divergence_full_2", "within\n%.3f nats"),
    ("langevin-bias", "exact_alignment", "instead of %.3f"),
    ("langevin-bias", "largest_alignment", "alignment is %.3f"),
    ("langevin-bias", "largest_step", "η = %.3f"),
    ("langevin-bias", "largest_z", "%.0f standard\nerrors"),
    ("langevin-bias", "largest_rhat", "reads %.3f"),
    ("langevin-bias", "largest_virial", "%.2f instead of 1"),
    ("three-layer-collapse", "exponent", "P* ∝ d^%.2f (95 %%: %.2f … %.2f)"),
    ("three-layer-collapse", "exponent_20", "d^%.2f (%.2f … %.2f) if alignment 0.2"),
    ("three-layer-collapse", "slope_exponent", "grows as d^%.2f (%.2f … %.2f)"),
    ("pattern-transition", "takeover_1", "passes a half at N₁ = %.1f d"),
    ("pattern-transition", "takeover_2", "and at %.1f d for κ = 0.5"),
    ("pattern-transition", "exponent_2", "the exponent is\n%.2f (%.2f … %.2f)"),
    ("pattern-transition", "late_exponent_2", "%.2f (%.2f … %.2f) over the widest three"),
    ("pattern-transition", "exponent_1", "%.2f (%.2f … %.2f) at κ = 1 up to 4 d"),
    ("overlap-densities", "first_mode", "the %.2f (dotted) of infinite dimension"),
    ("overlap-densities", "second_mode", "stands\nalone at %.1f"),
    ("overlap-densities", "first_3", "but for %.1f neurons more beyond 0.8"),
    ("cnn-learnability", "largest_difference", "up to %.2f too high"),
    ("cnn-exponent", "exponent", "exponent is %.2f (95 %%: %.2f …\n%.2f)"),
    ("cnn-exponent", "exponent_01", "it is %.2f (%.2f … %.2f)"),
    ("cnn-exponent", "exponent_07", "by 0.7, %.2f (%.2f … %.2f)"),
    ("cnn-exponent", "lazy_ratio", "needs %.1f times"),
    ("cnn-exponent", "state_exponent", "an exponent of %.2f at these sizes"),
    ("cnn-exponent", "least_shortfall", "is %.0f to"),
    ("cnn-exponent", "largest_shortfall", "to %.0f %% below"),
    ("cnn-amplification", "channels_exponent", "to the %.3f (%.3f … %.3f) as C varies"),
    ("cnn-amplification", "size_exponent", "%.3f (%.3f … %.3f) as S = N_w = C do"),
    ("cnn-amplification", "channels_state_exponent", "has %.3f"),
    ("cnn-amplification", "largest_deviation", "within %.1f %% of all networks"),
    ("cnn-amplification", "least_across", "between %.2f, where"),
    ("cnn-amplification", "largest_across", "and %.2f of the prior"),
    ("cnn-hermite", "linear_exponent", "linear feature is %.2f (95 %%: %.2f … %.2f)"),
    ("cnn-hermite", "cubic_exponent", "cubic one %.2f (%.2f … %.2f)"),
    ("cnn-hermite", "cubic_lazy_exponent", "the lazy network has %.2f"),
    ("cnn-hermite", "cubic_lazy_ratio", "needs %.0f times the samples"),
    ("cnn-proportions", "lazy_ratio", "needs %.1f times the samples"),
    ("cnn-proportions", "state_ratio", "P* is %.2f of the sampled one"),
    ("cnn-proportions", "scale", "α = %.1f (d = 980)"),
    ("attention-printed", "largest_alignment", "above\n%.2f is found"),
    ("attention-printed", "printed_reach_1", "best population R² is %.2f"),
    ("attention-printed", "printed_reach_2", ", %.2f and"),
    ("attention-printed", "printed_reach_3", "and %.2f at L = 8, 16 and 32"),
    ("attention-printed", "odd_reach_1", "reach %.2f"),
    ("attention-printed", "odd_reach_3", "to %.2f. All"),
    ("attention-collapse", "spread_02", "a factor %.2f (one"),
    ("attention-collapse", "scaled_spread_02", "by %.2f, where"),
    ("attention-collapse", "noise_02", "alone makes %.2f"),
    ("attention-collapse", "uncertified", "%.0f of"),
    ("attention-collapse", "cells", "of %.0f cells"),
    ("attention-collapse", "start_difference", "differ by %.2f where"),
    ("attention-collapse", "scatter", "data sets differ by %.2f"),
    ("attention-exponents", "dimension_exponent_all_02", "%.2f (95 %%: %.2f … %.2f)"),
    ("attention-exponents", "length_exponent_all_02", "%.2f (%.2f … %.2f)"),
    ("attention-exponents", "length_exponent_long_02", "%.2f (%.2f … %.2f)"),
    ("attention-exponents", "dimension_exponent_all_03", "they are %.2f (%.2f … %.2f)"),
    ("attention-exponents", "length_exponent_all_03", "%.2f (%.2f … %.2f) and"),
    ("attention-exponents", "length_exponent_long_03", "and %.2f (%.2f … %.2f)"),
    ("attention-exponents", "finite_length_exponent_long_02", "predicts %.2f"),
    ("attention-pattern", "interaction_ratio_least", "entries are %.2f"),
    ("attention-pattern", "interaction_length_exponent", "grow as L^{%.2f}"),
    ("attention-pattern", "readout_length_exponent", "and L^{%.2f}"),
    ("attention-pattern", "readout_dimension_exponent", "d^{%.2f}."),
    ("attention-pattern", "interaction_ratio_largest", "to %.2f and"),
    ("attention-pattern", "readout_ratio_least", "and %.2f to"),
    ("attention-pattern", "readout_ratio_largest", "to %.2f times"),
  ])
  func quotesTheArchivedNumbers(figure: String, name: String, format: String) throws {
    let numbers = try number(name, of: figure).map { name == "largest_z" ? abs($0) : $0 }
    let expected = String(format: format, arguments: numbers).replacing("(-", with: "(−")
    let readme = try text("README.md")
    #expect(readme.contains(expected), "README.md does not quote \(name) of \(figure): \(expected)")
  }

  @Test func quotesHowFarLargeDeviationsAreFromTheSpecialists() throws {
    let lines = try text("figures/specialists.tsv").split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t") }
    let names = try #require(lines.first)
    let (sampled, predicted) = (
      try #require(names.firstIndex(of: "specialists")), try #require(names.firstIndex(of: "ldt"))
    )
    let errors = lines.dropFirst().map { abs(Double($0[predicted])! / Double($0[sampled])! - 1) }
    let percent = Int((100 * errors.max()!).rounded(.up))
    #expect(try text("README.md").contains("within \(percent) % of every number"), "\(errors)")
  }

  @Test func namesTargetsThatExist() throws {
    let makefile = try text("Makefile")
    let mentions = try text("README.md").matches(of: #/make ([a-z][a-z-]+)/#).map(\.output.1)
    try #require(mentions.count > 5)
    for target in Set(mentions) where target.hasPrefix("fig-") {
      let figures = try cod("list").output.split(separator: "\n")
      #expect(figures.contains(target.dropFirst(4)), "README.md: make \(target) is no target")
    }
    for target in Set(mentions) where !target.hasPrefix("fig-") {
      #expect(
        makefile.contains("\n\(target):"), "README.md: make \(target) is no target")
    }
  }

  @Test func showsPicturesByTheirTitles() throws {
    let pictures = try text("README.md").matches(of: #/!\[([^\]]*)\]\(([^)]+)\.svg\)/#)
      .map(\.output)
    #expect(pictures.count == 20)
    for (_, title, picture) in pictures {
      #expect(
        FileManager.default.fileExists(atPath: "\(projectFolder)/\(picture).svg"),
        "README.md: no picture \(picture).svg")
      #expect(
        try text("\(picture).gp").hasPrefix("# \(title)\n"),
        "README.md: '\(title)' is not the title in \(picture).gp")
    }
  }
}
