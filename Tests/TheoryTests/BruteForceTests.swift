import Testing
import Theory

/// The exponents of all patterns by another route. The rules of kernel propagation are written out
/// as a linear program over the rationals, which is solved by trying every vertex.
@Suite struct BruteForceTests {
  /// An affine function a·x + b.
  struct Affine {
    var slopes: [Rational]
    var offset: Rational

    init(_ offset: Rational, _ count: Int) {
      slopes = .init(repeating: .zero, count: count)
      self.offset = offset
    }

    static func + (a: Affine, b: Affine) -> Affine {
      var sum = a
      for i in a.slopes.indices { sum.slopes[i] = a.slopes[i] + b.slopes[i] }
      sum.offset = a.offset + b.offset
      return sum
    }

    static func - (a: Affine, b: Affine) -> Affine { a + Rational(-1) * b }

    static func * (k: Rational, a: Affine) -> Affine {
      var product = a
      product.slopes = a.slopes.map { k * $0 }
      product.offset = k * a.offset
      return product
    }
  }

  /// A program that minimises e = x₀ over e ≥ costs, with expressions that must not be negative.
  struct Program {
    var costs: [Affine] = []
    var nonnegative: [Affine] = []
  }

  /// Returns every program of a pattern: one for each layer at which He_m may be formed.
  static func programs(
    _ words: [Substring], _ widths: [Rational], degree: Int, meanField: Bool
  ) -> [Program] {
    // The variables are x₀ = e, then one for each layer.
    let count = words.count + 1
    func variable(_ i: Int) -> Affine {
      var x = Affine(.zero, count)
      x.slopes[i] = .one
      return x
    }
    var programs: [Program] = []
    func go(_ layer: Int, _ eigenvalue: Affine, _ isFormed: Bool, _ program: Program) {
      guard layer < words.count else {
        guard isFormed else { return }
        var last = program
        let dear = Affine(meanField ? widths.last! : .zero, count)
        last.costs.append(dear - eigenvalue)
        programs.append(last)
        return
      }
      let (width, x) = (Affine(widths[layer], count), variable(layer + 1))
      var program = program
      func next(_ eigenvalue: Affine, raised: Affine) {
        go(layer + 1, eigenvalue, isFormed, program)
        if !isFormed { go(layer + 1, raised, true, program) }
      }
      let m = Rational(Int128(degree))
      switch words[layer] {
      case "GP": next(eigenvalue, raised: m * eigenvalue)
      case "Sp":
        program.costs.append(x - eigenvalue)
        program.nonnegative += [x, width - x]
        next(x - width, raised: x - width)
      case "GFL":
        program.costs.append(width + x)
        program.nonnegative += [x, Rational(-1) * (eigenvalue + x)]
        next(eigenvalue + x, raised: m * (eigenvalue + x))
      default:
        guard isFormed && layer > 0 else { return }
        program.costs.append(x - eigenvalue)
        program.nonnegative.append(width - x)
        next(x - width, raised: x - width)
      }
    }
    go(0, Affine(-Rational.one, count), degree == 1, Program())
    return programs
  }

  /// Returns the least e over all vertices; `nil` if the program has no vertex.
  static func minimum(_ program: Program, variables: [Int]) -> Rational? {
    let count = program.costs[0].slopes.count
    var e = Affine(.zero, count)
    e.slopes[0] = .one
    let constraints = program.costs.map { e - $0 } + program.nonnegative
    var best: Rational?
    func choose(_ chosen: [Int], from start: Int) {
      guard chosen.count < variables.count else {
        let rows = chosen.map { i in
          (variables.map { constraints[i].slopes[$0] }, Rational(-1) * constraints[i].offset)
        }
        guard let x = solve(rows) else { return }
        let isFeasible = constraints.allSatisfy { row in
          zip(variables, x).reduce(row.offset) { $0 + row.slopes[$1.0] * $1.1 } >= .zero
        }
        if isFeasible && (best == nil || x[0] < best!) { best = x[0] }
        return
      }
      for i in start..<max(start, constraints.count) { choose(chosen + [i], from: i + 1) }
    }
    choose([], from: 0)
    return best
  }

  /// Solves a system by Gauss–Jordan elimination; `nil` if it is singular.
  static func solve(_ rows: [([Rational], Rational)]) -> [Rational]? {
    var rows = rows
    for column in rows.indices {
      guard let pivot = (column..<rows.count).first(where: { rows[$0].0[column] != .zero }) else {
        return nil
      }
      rows.swapAt(column, pivot)
      let inverse = .one / rows[column].0[column]
      rows[column] = (rows[column].0.map { inverse * $0 }, inverse * rows[column].1)
      for row in rows.indices where row != column && rows[row].0[column] != .zero {
        let factor = rows[row].0[column]
        rows[row].0 = zip(rows[row].0, rows[column].0).map { $0 - factor * $1 }
        rows[row].1 = rows[row].1 - factor * rows[column].1
      }
    }
    return rows.map(\.1)
  }

  @Test(arguments: TropicalProgramTests.stacks.indices) func everyPattern(index: Int) throws {
    let (exponents, degree, scaling) = TropicalProgramTests.stacks[index]
    let prediction = Prediction(
      try Architecture(dense: exponents, degree: degree, scaling: scaling))
    #expect(prediction.patterns.count > 2)
    for pattern in prediction.patterns {
      let words = pattern.name.split(separator: "–")
      let variables = [0] + words.indices.filter { words[$0] != "GP" }.map { $0 + 1 }
      let minima = Self.programs(
        words, exponents, degree: degree, meanField: scaling == .meanField
      ).compactMap { Self.minimum($0, variables: variables) }
      let least = try #require(minima.min(), "\(pattern.name)")
      #expect(
        least == pattern.exponent, "\(exponents) \(pattern.name): \(least), \(pattern.exponent)")
    }
  }
}
