import Figures
import Foundation
import Host
import Studies
import Theory

extension Figure {
  /// The winning pattern over widths and degree for two layers, and over both widths for three, with
  /// the sampled two-layer networks on top.
  static let phaseDiagram = Figure(
    name: "phase-diagram", studies: [],
    overlays: ["two-layer-samples", "two-layer-width", "pattern-transition"],
    networks: [NetworkKind.twoLayer.name, NetworkKind.threeLayer.name],
    axes: ["dimension", "samples", "width", "first_width", "ridge"],
    tables: ["-sampled", "-edges", "-labels"]
  ) { archives in
    var regions = Table(
      "phase-diagram", "Where a pattern wins as d grows; one row a corner of a region",
      columns: [
        .init("panel", "2 or 3 layers"), .init("region", "number of the region"),
        .init("pattern", "the winner; several have equal energies there"),
        .init("class", "0 lazy, 1 GFL, 2 Sp, 3 and above: what learns in three layers"),
        .init("x", "log_d N, or log_d N1"), .init("y", "m, or log_d N2"),
      ])
    var edges = Table(
      "phase-diagram-edges", "Boundaries between patterns, exact; one row a segment",
      columns: [
        .init("panel", "2 or 3 layers"), .init("x", "from"), .init("y", "from"),
        .init("dx", "step to the other end"), .init("dy", "step to the other end"),
      ])
    var labels = Table(
      "phase-diagram-labels", "Where names of patterns stand; one row a name",
      columns: [
        .init("panel", "2 or 3 layers"), .init("x", "x"), .init("y", "y"),
        .init("name", "pattern"), .init("area", "of all that it holds"),
      ])
    var classes: [[String]] = []
    func number(_ winners: [String]) -> Int {
      if let known = classes.firstIndex(of: winners) { return known }
      classes.append(winners)
      return classes.count - 1
    }
    var count = 0
    func add(
      _ panel: Int, _ diagram: PhaseDiagram, _ place: (PhaseDiagram.Point) -> (Double, Double)
    ) {
      for region in diagram.regions {
        count += 1
        for corner in region.polygon {
          let (x, y) = place(corner)
          regions.append([
            .integer(panel), .integer(count), .word(region.winners.joined(separator: "=")),
            .integer(number(region.winners)), .real(x), .real(y),
          ])
        }
      }
      for (from, to) in diagram.boundaries {
        let ((x, y), (ex, ey)) = (place(from), place(to))
        edges.append([.integer(panel), .real(x), .real(y), .real(ex - x), .real(ey - y)])
      }
    }
    var edgesOfThree: [Double] = []
    for degree in [1, 3, 5] {
      let two = PhaseDiagram(
        try Architecture(dense: [.one], degree: degree), horizontal: 1, Rational(0)...Rational(10))
      add(2, two) { ($0.x.double, Double(degree) - 0.8 + 1.6 * $0.y.double) }
      if degree == 3 { edgesOfThree = Set(two.boundaries.map(\.from.x.double)).sorted() }
    }
    let three = PhaseDiagram(
      try Architecture(dense: [.one, .one]), horizontal: 1, Rational(0)...Rational(13, 2),
      vertical: 2, Rational(0)...Rational(13, 2))
    add(3, three) { ($0.x.double, $0.y.double) }

    // One name for each pattern of the three-layer panel, in the middle of all that it holds.
    var parts: [[String]: (area: Double, x: Double, y: Double)] = [:]
    for region in three.regions {
      let corners = region.polygon.map { ($0.x.double, $0.y.double) }
      for i in 1..<max(2, corners.count - 1) where corners.count > 2 {
        let (a, b, c) = (corners[0], corners[i], corners[i + 1])
        let area = abs((b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)) / 2
        let old = parts[region.winners] ?? (0, 0, 0)
        parts[region.winners] = (
          old.area + area, old.x + area * (a.0 + b.0 + c.0) / 3,
          old.y + area * (a.1 + b.1 + c.1) / 3
        )
      }
    }
    for (winners, part) in parts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
    where part.area > 0.02 {
      labels.append([
        .integer(3), .real(part.x / part.area), .real(part.y / part.area),
        .word(winners.joined(separator: " = ")), .real(part.area),
      ])
    }

    var points = Table(
      "phase-diagram-sampled",
      "Sampled networks at the most samples of their study; one row a network",
      columns: [
        .init("panel", "2 or 3 layers"), .init("x", "log_d N, or log_d N1"),
        .init("y", "m, or log_d N2"), .init("dimension", "d"), .init("width", "N, or N1"),
        .init(
          "specialists",
          "mean number of neurons with |w.w*| > 0.8; of three layers, beyond the prior's, and of those with |<h,x_1>| > 0.6"
        ),
        .init("certified", "1 if every cell is certified, else 0"),
      ])
    var seen: Set<[Int]> = []
    for replicate in archives.flatMap(\.replicates).reversed() {
      let place = replicate.phase
      guard replicate.parameters.dimension > 1, seen.insert(place.network).inserted else {
        continue
      }
      points.append([
        .integer(place.panel), .real(place.x), .real(place.y),
        .integer(place.network[0]), .integer(place.network[1]), .real(place.specialists),
        .integer(replicate.certified == replicate.results.count ? 1 : 0),
      ])
    }
    var numbers = QuotedNumbers(figure: "phase-diagram")
    for panel in [2, 3] {
      numbers.append(
        "point_count_\(panel)", Double(points.rows.count { $0[0] == .integer(panel) }),
        meaning: "how many sampled networks of \(panel) layers there are")
    }
    numbers.append("region_count", Double(count), meaning: "how many regions there are")
    for row in regions.rows {
      guard case .integer(let region) = row[1], case .integer(let kind) = row[3] else { continue }
      if !numbers.table.rows.contains(where: { $0[0] == .word("class_\(region)") }) {
        numbers.append(
          "class_\(region)", Double(kind), meaning: "which pattern wins in region \(region)")
      }
    }
    for (i, edge) in edgesOfThree.enumerated() {
      numbers.append(
        "two_edge_\(i + 1)", edge,
        meaning: "log_d N where two patterns of two layers meet at m = 3, in ascending order")
    }
    try appendPatterns(to: &numbers)
    return [regions, edges, labels, points, numbers.table]
  }
}

/// The exponents of every row of the paper's table of patterns, at sizes where no bound on a free
/// number holds with equality: of the least energy and of the numbers there, in every size.
private func appendPatterns(to numbers: inout QuotedNumbers) throws {
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

extension Replicates {
  /// Where a network lies in the diagram, what tells it from others there, and its mean number of specialised
  /// neurons: with a second hidden layer in panel 3, at (log_d N₁, log_d N₂), and those of both layers.
  fileprivate var phase: (panel: Int, x: Double, y: Double, network: [Int], specialists: Double) {
    func exponent(_ size: Int) -> Double { log(Double(size)) / log(Double(parameters.dimension)) }
    guard parameters.has("first_width") else {
      let network = [parameters.dimension, parameters.width]
      return (
        2, exponent(parameters.width), Double(parameters.degree), network,
        meanAndError(specialists).mean
      )
    }
    let network = [parameters.dimension, parameters.firstWidth, parameters.secondWidth]
    let point = TransitionPoint(replicates: self)
    return (
      3, exponent(network[1]), exponent(network[2]), network,
      meanAndError(point.firstSpecialists()).mean + meanAndError(point.secondSpecialists()).mean
    )
  }
}
