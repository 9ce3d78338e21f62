import Figures
import Foundation
import Host

extension TableFile {
  /// Lines of the head, but for what the numbers are from.
  fileprivate var meanings: [String] {
    head.filter { !["study", "software"].contains($0.prefix { $0 != " " }) }
  }

  /// The studies in words: "two-layer-width 965754592fa0 7f31b783e28a".
  fileprivate var draws: [String] {
    studies.map { study in
      ([study.name] + [study.key, study.content ?? "?"].map { String($0.prefix(12)) })
        .joined(separator: " ")
    }
  }
}

extension Verification.Item {
  /// Compares two tables of the same draws, number by number. A table of other draws follows from
  /// its studies, if these are found the same in themselves.
  ///
  /// - Parameter items: what was found of studies.
  /// - Throws: `UserError` if there are no tolerances where they are needed. Files that are not
  ///   tables are not comparable.
  init(
    _ name: String, tables old: String, _ new: String, following items: [Self] = [],
    _ tolerances: () throws -> Tolerances
  ) throws {
    self.init(name: name, kind: .table)
    let tables: (old: TableFile, new: TableFile)
    do { tables = (try TableFile(reading: old), try TableFile(reading: new)) } catch {
      isNotComparable("\(error)")
      return
    }
    let bytes = [old, new].map { contents(of: $0) }
    if bytes[0] == bytes[1] {
      compared = tables.old.rows.count * tables.old.columns.count
    } else if tables.old.studies != tables.new.studies {
      follow(tables.old, tables.new, items)
    } else {
      compare(tables.old, tables.new, try tolerances())
    }
  }

  /// Judges two tables of other draws.
  private mutating func follow(_ old: TableFile, _ new: TableFile, _ items: [Self]) {
    let others = "other draws: study \(change(of: old.draws, new.draws))"
    guard old.studies.map(\.name) == new.studies.map(\.name) else {
      return isNotComparable(others)
    }
    guard old.columns == new.columns else {
      return isNotComparable("other columns: \(change(of: old.columns, new.columns))")
    }
    let pairs = zip(old.studies, new.studies).filter { $0 != $1 }
    for (old, new) in pairs {
      let found = items.first { item in
        guard let identity = item.identity, stem(of: item.name) == old.name else { return false }
        return (identity.oldKey, identity.oldContent) == (old.key, old.content)
          && (identity.newKey, identity.newContent) == (new.key, new.content)
      }
      guard let found, found.verdict.passes else {
        return isNotComparable(
          others + (found.map { "; \(old.name) is \($0.verdict.rawValue)" } ?? ""))
      }
    }
    verdict = .follows
    tolerance = "none"
    notes = [
      "not compared: of other draws of \(pairs.map(\.0.name).joined(separator: ", ")), found the same in themselves"
    ]
  }

  private mutating func compare(_ old: TableFile, _ new: TableFile, _ tolerances: Tolerances) {
    guard old.columns == new.columns else {
      return isNotComparable("other columns: \(change(of: old.columns, new.columns))")
    }
    guard old.rows.count == new.rows.count else {
      return isNotComparable("other shape: \(old.rows.count) rows, then \(new.rows.count)")
    }
    guard old.meanings == new.meanings else {
      return isNotComparable("another head: \(change(of: old.meanings, new.meanings))")
    }
    var largest = 0.0
    let whole = old.columns.indices.map { i in
      (old.rows + new.rows).allSatisfy { Int($0[i]) != nil }
    }
    for (number, (a, b)) in zip(old.rows, new.rows).enumerated() {
      for (i, column) in old.columns.enumerated() where a[i] != b[i] {
        // The numbers that figures quote have names.
        let row = old.columns[0] == "name" ? a[0] : "row \(number + 1)"
        guard let x = Double(a[i]), let y = Double(b[i]) else {
          return isNotComparable(
            "another word in \(row), column \(column): '\(a[i])', then '\(b[i])'")
        }
        let tolerance = tolerances.column(column, of: old.name, isWhole: whole[i])
        let deviation = Verification.Deviation(
          "\(row), column \(column)", old: x, new: y, allowed: tolerance.allowed(at: x))
        if worst == nil || deviation.ratio > largest {
          (worst, largest) = (deviation, deviation.ratio)
          self.tolerance = tolerance.text
          because = tolerance.because
        }
      }
    }
    compared = old.rows.count * old.columns.count
    let numbers = old.rows.joined().compactMap { Double($0) }
    guard numbers.contains(where: \.isFinite) else {
      return isNotComparable("no number is finite in either table")
    }
    if worst == nil { notes = ["every number and word is the same, but not every byte"] }
    verdict = worst?.isAllowed != false ? .within : .outside
  }

  /// The first pair that differs.
  private func change(of old: [String], _ new: [String]) -> String {
    let place =
      zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
    func item(_ list: [String]) -> String {
      place < list.count ? "'\(list[place])'" : "nothing"
    }
    return "\(item(old)), then \(item(new))"
  }
}

extension Tolerances.Column {
  fileprivate var text: String {
    let parts = [
      absolute > 0 ? "\(absolute)" : nil, relative > 0 ? "\(relative) of the old number" : nil,
    ]
    let text = parts.compactMap { $0 }.joined(separator: " plus ")
    return text.isEmpty ? "none" : text
  }
}
