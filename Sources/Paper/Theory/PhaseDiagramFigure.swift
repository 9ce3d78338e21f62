import Archives
import Experiments
import Figures
import Foundation
import Host
import Networks
import Studies
import Theory

extension Figure {
  /// The winning pattern over widths and degree for two layers, and over both widths for three,
  /// with the sampled two-layer networks on top.
  static let phaseDiagram = Figure(
    name: "phase-diagram", studies: [],
    overlays: ["two-layer-samples", "two-layer-width", "pattern-transition"],
    networks: [NetworkKind.twoLayer.name, NetworkKind.threeLayer.name],
    axes: ["dimension", "samples", "width", "first_width", "ridge"],
    tables: ["-sampled", "-edges", "-labels"]
  ) { archives in
    let panels = try panels()
    let regions = zip(1..., panels.flatMap { panel in panel.diagram.regions.map { (panel, $0) } })
      .map { Region(number: $0, panel: $1.0, $1.1) }
    let networks = sampled(archives)

    var numbers = QuotedNumbers(figure: "phase-diagram")
    for panel in [2, 3] {
      numbers.append(
        "point_count_\(panel)", Double(networks.count { $0.place.panel == panel }),
        meaning: "how many sampled networks of \(panel) layers there are")
    }
    numbers.append("region_count", Double(regions.count), meaning: "how many regions there are")
    let classes = regions.map(\.winners).uniqued
    for region in regions where !region.corners.isEmpty {
      numbers.append(
        "class_\(region.number)", Double(classes.firstIndex(of: region.winners)!),
        meaning: "which pattern wins in region \(region.number)")
    }
    for (i, edge) in edges(ofDegree: 3, in: panels).enumerated() {
      numbers.append(
        "two_edge_\(i + 1)", edge,
        meaning: "log_d N where two patterns of two layers meet at m = 3, in ascending order")
    }
    try appendPatterns(to: &numbers)
    return [
      table(of: regions, classes), boundaries(of: panels), labels(of: panels.last!.diagram),
      table(of: networks), numbers.table,
    ]
  }
}

// MARK: - Regions

extension Figure {
  /// A diagram, and where its points are drawn.
  private struct Panel {
    /// Layers.
    let number: Int
    /// m of two layers.
    let degree: Int?
    let diagram: PhaseDiagram

    func place(_ point: PhaseDiagram.Point) -> (x: Double, y: Double) {
      let y = point.y.double
      return (point.x.double, degree.map { Double($0) - 0.8 + 1.6 * y } ?? y)
    }
  }

  /// Two layers at three degrees, and three layers.
  private static func panels() throws -> [Panel] {
    let two = try [1, 3, 5].map { degree in
      Panel(
        number: 2, degree: degree,
        diagram: PhaseDiagram(
          try Architecture(dense: [.one], degree: degree), horizontal: 1,
          Rational(0)...Rational(10)))
    }
    let three = PhaseDiagram(
      try Architecture(dense: [.one, .one]), horizontal: 1, Rational(0)...Rational(13, 2),
      vertical: 2, Rational(0)...Rational(13, 2))
    return two + [Panel(number: 3, degree: nil, diagram: three)]
  }

  /// A region with its corners where they are drawn.
  private struct Region {
    let number: Int
    let panel: Int
    let winners: [String]
    let corners: [(x: Double, y: Double)]

    init(number: Int, panel: Panel, _ region: PhaseDiagram.Region) {
      self.number = number
      self.panel = panel.number
      winners = region.winners
      corners = region.polygon.map(panel.place)
    }
  }

  private static func table(of regions: [Region], _ classes: [[String]]) -> Table {
    Table(
      "phase-diagram", "Where a pattern wins as d grows; one row a corner of a region",
      of: regions.flatMap { region in region.corners.map { (region: region, corner: $0) } },
      columns: [
        TypedColumn("panel", "2 or 3 layers") { $0.region.panel },
        TypedColumn("region", "number of the region") { $0.region.number },
        TypedColumn("pattern", "the winner; several have equal energies there") {
          $0.region.winners.joined(separator: "=")
        },
        TypedColumn("class", "0 lazy, 1 GFL, 2 Sp, 3 and above: what learns in three layers") {
          classes.firstIndex(of: $0.region.winners)!
        },
        TypedColumn("x", "log_d N, or log_d N1") { $0.corner.x },
        TypedColumn("y", "m, or log_d N2") { $0.corner.y },
      ])
  }

  private static func boundaries(of panels: [Panel]) -> Table {
    Table(
      "phase-diagram-edges", "Boundaries between patterns, exact; one row a segment",
      of: panels.flatMap { panel in
        panel.diagram.boundaries.map { from, to in
          (panel: panel.number, from: panel.place(from), to: panel.place(to))
        }
      },
      columns: [
        TypedColumn("panel", "2 or 3 layers") { $0.panel },
        TypedColumn("x", "from") { $0.from.x },
        TypedColumn("y", "from") { $0.from.y },
        TypedColumn("dx", "step to the other end") { $0.to.x - $0.from.x },
        TypedColumn("dy", "step to the other end") { $0.to.y - $0.from.y },
      ])
  }

  /// log_d N where patterns of two layers meet at a degree, ascending.
  private static func edges(ofDegree degree: Int, in panels: [Panel]) -> [Double] {
    let panel = panels.first { $0.degree == degree }!
    return Set(panel.diagram.boundaries.map(\.from.x.double)).sorted()
  }
}

// MARK: - Labels

extension Figure {
  /// All that a pattern holds: its area, and its centre times that.
  private struct Part {
    var area = 0.0
    var x = 0.0
    var y = 0.0

    /// Adds a convex polygon, by the triangles at its first corner.
    mutating func add(_ polygon: [PhaseDiagram.Point]) {
      let corners = polygon.map { ($0.x.double, $0.y.double) }
      for i in 1..<max(2, corners.count - 1) where corners.count > 2 {
        let (a, b, c) = (corners[0], corners[i], corners[i + 1])
        let triangle = abs((b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)) / 2
        area += triangle
        x += triangle * (a.0 + b.0 + c.0) / 3
        y += triangle * (a.1 + b.1 + c.1) / 3
      }
    }
  }

  /// One name for each pattern of three layers, in the middle of all that it holds.
  private static func labels(of three: PhaseDiagram) -> Table {
    var parts: [[String]: Part] = [:]
    for region in three.regions { parts[region.winners, default: Part()].add(region.polygon) }
    return Table(
      "phase-diagram-labels", "Where names of patterns stand; one row a name",
      of: parts.filter { $0.value.area > 0.02 }.sorted {
        $0.key.lexicographicallyPrecedes($1.key)
      },
      columns: [
        TypedColumn("panel", "2 or 3 layers") { _ in 3 },
        TypedColumn("x", "x") { $0.value.x / $0.value.area },
        TypedColumn("y", "y") { $0.value.y / $0.value.area },
        TypedColumn("name", "pattern") { $0.key.joined(separator: " = ") },
        TypedColumn("area", "of all that it holds") { $0.value.area },
      ])
  }
}

// MARK: - Sampled networks

extension Figure {
  /// Networks at the most samples of their study.
  private static func sampled(_ archives: [Archive]) -> [SampledNetwork] {
    var seen: Set<[Int]> = []
    return archives.flatMap(\.replicates).reversed().compactMap { replicates in
      guard replicates.parameters.dimension > 1 else { return nil }
      let place = replicates.phase
      return seen.insert(place.network).inserted
        ? SampledNetwork(place: place, isCertified: replicates.isCertified) : nil
    }
  }

  private struct SampledNetwork {
    let place: Phase
    let isCertified: Bool
  }

  private static func table(of networks: [SampledNetwork]) -> Table {
    Table(
      "phase-diagram-sampled",
      "Sampled networks at the most samples of their study; one row a network", of: networks,
      columns: [
        TypedColumn("panel", "2 or 3 layers") { $0.place.panel },
        TypedColumn("x", "log_d N, or log_d N1") { $0.place.x },
        TypedColumn("y", "m, or log_d N2") { $0.place.y },
        TypedColumn("dimension", "d") { $0.place.network[0] },
        TypedColumn("width", "N, or N1") { $0.place.network[1] },
        TypedColumn(
          "specialists",
          "mean number of neurons with |w.w*| > \(SpecialistThreshold.overlap); of three layers, "
            + "beyond the prior's, and of those with |<h,x_1>| > \(SpecialistThreshold.secondLayer)"
        ) { $0.place.specialists },
        .isCertified { $0.isCertified },
      ])
  }
}

/// Where a network lies in the diagram.
private struct Phase {
  let panel: Int
  let x, y: Double
  /// What tells it from others: d and the widths.
  let network: [Int]
  /// Mean number of specialised neurons.
  let specialists: Double
}

extension Replicates {
  /// A network with a second hidden layer is in panel 3, at (log_d N₁, log_d N₂), and the
  /// specialists of both layers count.
  fileprivate var phase: Phase {
    func exponent(_ size: Int) -> Double { log(Double(size)) / log(Double(parameters.dimension)) }
    guard parameters.has("first_width") else {
      return Phase(
        panel: 2, x: exponent(parameters.width), y: Double(parameters.degree),
        network: [parameters.dimension, parameters.width],
        specialists: meanAndError(specialists).mean)
    }
    let point = TransitionPoint(replicates: self)
    return Phase(
      panel: 3, x: exponent(parameters.firstWidth), y: exponent(parameters.secondWidth),
      network: [parameters.dimension, parameters.firstWidth, parameters.secondWidth],
      specialists: meanAndError(point.firstSpecialists()).mean
        + meanAndError(point.secondSpecialists()).mean)
  }
}
