import Figures
import Host
import Theory

/// The exponents of every row of the paper's table of patterns, at sizes where no bound on a free
/// number holds with equality: of the least energy and of the numbers there, in every size.
func appendPatterns(to numbers: inout QuotedNumbers) throws {
  let (half, two) = (Rational(1, 2), Rational(2))
  let cnn = try Architecture(
    sizes: [
      .init("d", exponent: .one), .init("S", exponent: half), .init("Nw", exponent: half),
      .init("C", exponent: half),
    ], layers: [.convolution(channels: 3, patch: 1, patches: 2)], degree: 1)
  let attention = try Architecture(
    sizes: [.init("d", exponent: .one), .init("L", exponent: .one)],
    layers: [.attention(tokens: 1)], degree: 3)
  var rows: [(name: String, Architecture, patterns: [String])] = []
  for degree in [3, 5] {
    let wide = try Architecture(dense: [two], degree: degree)
    rows.append(("two_\(degree)", wide, ["GP", "Sp"]))
    rows.append(("two_\(degree)", try Architecture(dense: [half], degree: degree), ["GFL"]))
  }
  rows += [
    ("three", try Architecture(dense: [two, two]), ["GP–GP", "GP–Sp", "Sp–GP", "Sp–Mag"]),
    ("cnn", cnn, ["GP", "GFL", "Sp"]), ("attention", attention, ["GP", "Sp"]),
  ]
  for (network, architecture, names) in rows {
    let prediction = Prediction(architecture)
    for name in names {
      guard let pattern = prediction.patterns.first(where: { $0.name == name }) else {
        throw UserError("phase-diagram: the calculator has no pattern \(name)", exitCode: 1)
      }
      let prefix = "\(network)_\(name.lowercased().replacing("–", with: "_"))"
      for (what, value) in [("energy", pattern.minimum)]
        + pattern.parameters.map({ ($0.name, $0.value) })
      {
        for (size, exponent) in zip(architecture.sizes, value.exponents) {
          numbers.append(
            "\(prefix)_\(what)_\(size.name)", exponent.double,
            meaning: "exponent of \(what) in \(size.name), pattern \(name) of \(pattern.energy)")
        }
      }
    }
  }
}
