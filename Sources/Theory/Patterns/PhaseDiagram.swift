/// The winning patterns over the exponents of one or two sizes: a plane cut into convex polygons
/// with rational corners.
///
/// It is exact, because every energy is a maximum of linear functions of the exponents.
public struct PhaseDiagram: Sendable {
  /// A point of the plane of exponents.
  public struct Point: Hashable, Sendable {
    /// The exponent of the horizontal size.
    public let x: Rational
    /// The exponent of the vertical size.
    public let y: Rational

    /// Creates a point from two exponents.
    public init(_ x: Rational, _ y: Rational) {
      self.x = x
      self.y = y
    }
  }

  /// A convex polygon in which the same patterns win.
  public struct Region: Sendable {
    /// The winners; several if their energies are equal all over. Of these only the ones with the
    /// fewest layers that learn are named.
    public let winners: [String]
    /// The corners, counterclockwise.
    public let polygon: [Point]
  }

  /// The regions, which cover the whole rectangle.
  public let regions: [Region]

  /// The plane a x + b y + c.
  private struct Plane: Hashable {
    let a: Rational
    let b: Rational
    let c: Rational

    func callAsFunction(_ p: Point) -> Rational { a * p.x + b * p.y + c }
  }

  /// The energy of a chain, which is the largest of its planes.
  private struct Surface {
    let name: String
    let layers: Int
    var planes: [Plane]

    func callAsFunction(_ p: Point) -> Rational { planes.map { $0(p) }.max()! }
  }

  /// Computes the diagram of an architecture over a rectangle of exponents.
  ///
  /// - Parameters:
  ///   - architecture: the network; sizes other than the two keep their own exponents.
  ///   - horizontal: index of the size along x.
  ///   - xs: the range of its exponent.
  ///   - vertical: index of the size along y; `nil` for a strip.
  ///   - ys: the range of its exponent.
  public init(
    _ architecture: Architecture, horizontal: Int, _ xs: ClosedRange<Rational>,
    vertical: Int? = nil, _ ys: ClosedRange<Rational> = Rational(0)...Rational(1)
  ) {
    let scales = architecture.scales
    func plane(_ monomial: Monomial) -> Plane {
      var constant = Rational.zero
      for (i, e) in monomial.exponents.enumerated() where i != horizontal && i != vertical {
        constant = constant + e * scales[i]
      }
      return Plane(
        a: monomial.exponents[horizontal], b: vertical.map { monomial.exponents[$0] } ?? .zero,
        c: constant)
    }
    struct Key: Hashable {
      let name: String
      let planes: [Plane]
    }
    var seen: Set<Key> = []
    let surfaces = architecture.chains(limit: 5).compactMap { chain -> Surface? in
      let planes = Array(
        Set(TropicalProgram(chain: chain).candidates.map { plane($0.exponent) }))
      let name = chain.name.map(\.rawValue).joined(separator: "–")
      let layers = chain.name.count { $0 != .gp }
      let key = planes.sorted { ($0.a, $0.b, $0.c) < ($1.a, $1.b, $1.c) }
      // Chains with the same energies and the same name are kept once.
      guard seen.insert(Key(name: name, planes: key)).inserted else { return nil }
      return Surface(name: name, layers: layers, planes: key)
    }
    let corners = [
      Point(xs.lowerBound, ys.lowerBound), Point(xs.upperBound, ys.lowerBound),
      Point(xs.upperBound, ys.upperBound), Point(xs.lowerBound, ys.upperBound),
    ]
    regions = Self.divide(corners, surfaces)
  }

  /// Returns the polygon's regions, by cutting it until one surface, with one plane, is lowest in
  /// each part.
  private static func divide(_ polygon: [Point], _ surfaces: [Surface]) -> [Region] {
    let kept = relevant(surfaces, on: polygon)
    for i in kept.indices {
      for f in kept[i].planes {
        for j in i..<kept.count {
          for g in kept[j].planes where f != g {
            let signs = polygon.map { f($0) - g($0) }
            guard signs.contains(where: { $0 > .zero }), signs.contains(where: { $0 < .zero })
            else { continue }
            let parts = [true, false].map { cut(polygon, signs, keepsPositive: $0) }
            return parts.flatMap { divide($0, kept) }
          }
        }
      }
    }
    let simplest = kept.map(\.layers).min()!
    var names: [String] = []
    for surface in kept where surface.layers == simplest && !names.contains(surface.name) {
      names.append(surface.name)
    }
    return [Region(winners: names.sorted(), polygon: polygon)]
  }

  /// Returns the surfaces that are lowest somewhere in the polygon, with the planes that matter
  /// there. A maximum of planes lies below a plane everywhere if it does at the corners.
  private static func relevant(_ surfaces: [Surface], on polygon: [Point]) -> [Surface] {
    let trimmed = surfaces.map { surface -> Surface in
      var kept: [(plane: Plane, values: [Rational])] = []
      for plane in surface.planes {
        let values = polygon.map { plane($0) }
        if kept.contains(where: { zip($0.values, values).allSatisfy { $0 >= $1 } }) { continue }
        kept.removeAll { zip($0.values, values).allSatisfy { $0 <= $1 } }
        kept.append((plane, values))
      }
      return Surface(name: surface.name, layers: surface.layers, planes: kept.map(\.plane))
    }
    let tops = trimmed.map { surface in polygon.map { surface($0) } }
    return trimmed.indices.filter { i in
      !trimmed.indices.contains { j in
        guard i != j else { return false }
        return trimmed[i].planes.contains { plane in
          let values = polygon.map { plane($0) }
          return zip(tops[j], values).allSatisfy { $0 <= $1 }
            && zip(tops[j], values).contains { $0 < $1 }
        }
      }
    }.map { trimmed[$0] }
  }

  /// Returns the part of a convex polygon in which a linear function, given at the corners, has one
  /// sign.
  private static func cut(
    _ polygon: [Point], _ signs: [Rational], keepsPositive: Bool
  ) -> [Point] {
    var part: [Point] = []
    for i in polygon.indices {
      let j = (i + 1) % polygon.count
      let inside = keepsPositive ? signs[i] >= .zero : signs[i] <= .zero
      if inside { part.append(polygon[i]) }
      if signs[i] > .zero && signs[j] < .zero || signs[i] < .zero && signs[j] > .zero {
        let t = signs[i] / (signs[i] - signs[j])
        part.append(
          Point(
            polygon[i].x + t * (polygon[j].x - polygon[i].x),
            polygon[i].y + t * (polygon[j].y - polygon[i].y)))
      }
    }
    return part
  }
}

extension PhaseDiagram {
  /// The line segments between regions with different winners.
  public var boundaries: [(from: Point, to: Point)] {
    let corners = Set(regions.flatMap(\.polygon))
    var sides: [[Point]: (names: Set<[String]>, ends: (Point, Point))] = [:]
    for region in regions {
      for i in region.polygon.indices {
        let (a, b) = (region.polygon[i], region.polygon[(i + 1) % region.polygon.count])
        // Corners of neighbours divide a side.
        let between = corners.filter { p in
          let (dx, dy) = (b.x - a.x, b.y - a.y)
          let (px, py) = (p.x - a.x, p.y - a.y)
          guard dx * py == dy * px else { return false }
          let along = dx * px + dy * py
          return along >= .zero && along <= dx * dx + dy * dy
        }.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        for (p, q) in zip(between, between.dropFirst()) {
          sides[[p, q], default: ([], (p, q))].names.insert(region.winners)
        }
      }
    }
    return sides.values.filter { $0.names.count > 1 }.map { ($0.ends.0, $0.ends.1) }
      .sorted {
        ($0.from.x, $0.from.y, $0.to.x, $0.to.y) < ($1.from.x, $1.from.y, $1.to.x, $1.to.y)
      }
  }

  /// Returns the winners at a point, or `nil` outside the rectangle. On a boundary they are those
  /// of one side.
  public func winners(at point: Point) -> [String]? {
    regions.first { region in
      region.polygon.indices.allSatisfy { i in
        let (a, b) = (region.polygon[i], region.polygon[(i + 1) % region.polygon.count])
        return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) >= .zero
      }
    }?.winners
  }
}
