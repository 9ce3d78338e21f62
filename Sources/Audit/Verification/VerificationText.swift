import Figures

extension Verification {
  /// Lines for a terminal: one for each study and figure of an archive by itself, one for
  /// everything that is wrong, and one for each study compared. The last says what they come to.
  package var lines: [String] {
    var lines: [String] = []
    for checked in archive where studies.isEmpty || !checked.isIntact {
      let cells = checked.cells.map { ", \($0) cells" } ?? ""
      if checked.isIntact {
        lines.append("\(checked.file): intact\(cells)")
      } else {
        lines += checked.findings.map { "\(checked.file): \(checked.word): \($0)" }
      }
    }
    // Tables that follow from their studies are counted alone.
    for item in items
    where item.kind == .study || ![.identical, .follows].contains(item.verdict) {
      lines.append("\(item.name): \(item.words)")
    }
    for item in items where item.worst != nil {
      let allowed = "allowed: \(item.tolerance): \(item.because)"
      if !lines.contains(allowed) { lines.append(allowed) }
    }
    return lines + notes + [summary]
  }

  /// "37 of 38 intact; tables: 59 identical".
  package var summary: String {
    var parts: [String] = []
    if !archive.isEmpty {
      parts.append("\(archive.count(where: \.isIntact)) of \(archive.count) intact")
    }
    for (kind, name) in [(Item.Kind.study, "studies"), (.table, "tables")] {
      let all = items.filter { $0.kind == kind }
      if all.isEmpty { continue }
      let counts = [Verdict.identical, .within, .follows, .outside, .notComparable].compactMap {
        verdict in
        let count = all.count { $0.verdict == verdict }
        return count > 0 ? "\(count) \(verdict.rawValue)" : nil
      }
      parts.append("\(name): \(counts.joined(separator: ", "))")
    }
    return parts.joined(separator: "; ")
  }
}

extension Verification.Item {
  /// The verdict and the number that it rests on.
  fileprivate var words: String {
    let unit = kind == .study ? "cells" : "entries"
    if verdict == .identical {
      return (["identical, \(compared) \(unit)"] + notes).joined(separator: "; ")
    }
    guard let worst else { return "\(verdict.rawValue): \(reason)" }
    return (["\(verdict.rawValue), \(compared) \(unit)"] + notes).joined(separator: "; ")
      + "; worst \(worst.place): \(short(worst.old)) → \(short(worst.new)), off by "
      + "\(short(worst.deviation)), allowed \(short(worst.allowed))"
  }
}

private func short(_ x: Double) -> String { Table.Value.real(x).text }
