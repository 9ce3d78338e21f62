import Host

extension Verification.Item {
  /// The verdict on two study files; the test is needed where draws differ.
  init(_ name: String, _ comparison: StudyComparison, _ test: MeanTest?) {
    self.init(name: name, kind: .study)
    identity = comparison.identity
    compared = comparison.cells.count
    let others = comparison.cells.filter { !$0.isIdentical }
    if let test, !others.isEmpty { judge(others, by: test) }
    if let first = comparison.onlyOld.first ?? comparison.onlyNew.first {
      if verdict != .outside { verdict = .notComparable }
      notes.insert(
        "missing cells: \(comparison.onlyOld.count) are in the old file alone, "
          + "\(comparison.onlyNew.count) in the new one, the first \(first)", at: 0)
    }
    notes += comparison.differences
  }

  /// Judges the cells that are not identical.
  private mutating func judge(_ others: [CellPair], by test: MeanTest) {
    let standings = others.map(test.standing)
    func cells(_ standing: MeanTest.Standing) -> [CellPair] {
      zip(others, standings).filter { $0.1 == standing }.map(\.0)
    }
    let soundness = others.first?.soundness ?? ""
    let deviations = others.flatMap(test.deviations)
    worst = deviations.max { $0.ratio < $1.ratio }
    tolerance = test.words
    because = test.tolerances.because
    notes = ["\(others.count) of \(compared) cells have other draws"]
    let broken = others.count(where: \.hasOneKey)
    if broken > 0 { notes.append("\(broken) of them have the same key and should be identical") }
    for standing in standings.uniqued {
      let these = cells(standing)
      let what: String
      switch standing {
      case .identical, .tested: continue
      case .untested:
        untested += these.count
        what =
          "\(soundness) in neither file, with fewer than \(test.words(test.tolerances.samples)) effective samples, "
          + "not tested"
      case .diverged:
        untested += these.count
        what = "no \(these[0].leading) is finite in either file, not tested"
      case .contradictory: what = "the same draws, and other neurons or numbers of chains"
      case .notComparable(let reason): what = "not comparable: \(reason)"
      }
      let count = these.count == 1 ? "1 cell" : "\(these.count) cells"
      notes.append("\(count): \(what), the first \(these[0].place)")
    }
    let few = others.flatMap { cell in
      test.untested(of: cell).map { "\(cell.place): \($0.observable)" }
    }
    if let first = few.first {
      notes.append(
        "\(few.count) means with fewer than \(test.words(test.tolerances.samples)) effective samples: not "
          + "tested, the first \(first)")
    }
    let isComparable = standings.allSatisfy { [.tested, .untested, .diverged].contains($0) }
    verdict =
      standings.contains(.contradictory) || !deviations.allSatisfy(\.isAllowed)
      ? .outside : isComparable && standings.contains(.tested) ? .within : .notComparable
  }
}
