import Archives
import Audit
import Figures
import Foundation
import Host

/// What a study file says of itself.
struct ArchivedStudy: Sendable {
  let name, question, source, key, content, license: String
  let cells, numericsVersion, bytes: Int

  /// - Throws: `UserError` or `HDF5Error` if it is damaged or missing.
  init(reading path: String) throws {
    name = stem(of: path)
    let header = try StudyHeader(reading: path)
    (key, content, cells) = (header.studyKey, header.contentDigest, header.cells)
    (question, source, license) = (header.title, header.source, header.license)
    numericsVersion = header.numericsVersion
    bytes = contents(of: path)?.count ?? 0
  }
}

extension Report {
  // MARK: - Verification

  /// The state of the archive, and how it compares with what was simulated anew.
  var verificationHTML: String { archiveHTML + comparisonHTML }

  private var archiveHTML: String {
    let bad = (pipeline.studies + pipeline.figures).filter { $0.state != .fresh }
    let count =
      "\(pipeline.studies.count) studies and \(pipeline.figures.count) figures"
    var html =
      bad.isEmpty && pipeline.lock.isEmpty
      ? "<p><strong class=\"yes\">The archive is whole:</strong> all \(count) are fresh by content. Checksums and "
        + "arrays of studies are intact and those of <code>lock.json</code>, and every picture is of the present "
        + "tables and script.</p>\n"
      : "<p><strong class=\"no\">The archive is not whole:</strong> of \(count), \(bad.count) are not fresh.</p>\n"
    if !bad.isEmpty {
      html += HTML.table(
        "What is not fresh, and why",
        head: ["file", "state", "why"],
        rows: bad.map {
          [
            escaped($0.target), $0.state.word,
            $0.causes.map(escaped).joined(separator: "<br/>"),
          ]
        })
    }
    if !pipeline.lock.isEmpty {
      html += "<ul>\(pipeline.lock.map { "<li>\(escaped($0))</li>" }.joined())</ul>\n"
    }
    return html
  }

  private var comparisonHTML: String {
    guard let verification, !verification.items.isEmpty else {
      return
        "<p>No comparison with studies simulated anew is recorded; <code>make reproduce</code> makes one, to be copied "
        + "to <code>data/verification.json</code>.</p>\n"
    }
    let items = verification.items.filter(isOfTheseData)
    let verdicts = items.map(\.verdict).uniqued
    let counts = verdicts.map { verdict in
      "\(items.count { $0.verdict == verdict }) \(escaped(verdict.rawValue))"
    }
    func table(_ items: [Verification.Item]) -> String {
      HTML.table(
        "Studies and tables that were compared",
        head: ["", "verdict", "compared", "largest deviation", "allowed", "because"],
        rows: items.map { item in
          let worst = item.worst.map { worst in
            let change = [worst.old, worst.new].filter(\.isFinite)
              .map { String(format: "%.6g", $0) }.joined(separator: " → ")
            return "\(escaped(worst.place)): \(change)"
          }
          return [
            "\(item.kind.rawValue) <code>\(escaped(item.name))</code>",
            escaped(item.verdict.rawValue), "\(item.compared)", worst ?? "none",
            escaped(item.tolerance), escaped(item.reason),
          ]
        }, numeric: [2])
    }
    let (same, others) = (
      items.filter { $0.verdict == .identical }, items.filter { $0.verdict != .identical }
    )
    let old = verification.items.filter { !isOfTheseData($0) }
    return
      "<p>Compared with \(escaped(verification.comparedWith ?? "another archive")): "
      + "\(counts.isEmpty ? "nothing that is here now" : counts.joined(separator: ", ")).</p>\n"
      + (old.isEmpty
        ? ""
        : "<p>The record says nothing of these: what it compared is of other data than the present: "
          + old.map { "<code>\(escaped($0.name))</code>" }.joined(separator: ", ") + ".</p>\n")
      + (others.isEmpty ? "" : table(others))
      + (same.isEmpty
        ? ""
        : "<details><summary>What is identical, bit by bit</summary>\n\(table(same))</details>\n")
  }

  /// Whether what was compared is what is archived now: a study by key and content, a table by the
  /// studies that its head names.
  private func isOfTheseData(_ item: Verification.Item) -> Bool {
    let name = (item.name as NSString).lastPathComponent
    guard name.hasSuffix(".tsv") else {
      return studies.contains {
        "\($0.name).h5" == name && $0.key == item.identity?.oldKey
          && $0.content == item.identity?.oldContent
      }
    }
    guard let table = figures.lazy.flatMap(\.tables).first(where: { $0.name == name }),
      let head = Provenance(lines: Table.head(of: table.text))
    else { return false }
    return head.studies.allSatisfy { study in
      verification?.items.contains {
        ($0.name as NSString).lastPathComponent == "\(study.name).h5" && isOfTheseData($0)
          && $0.identity?.oldContent == study.content
      } == true
    }
  }

  // MARK: - Timings

  /// What simulating took, as `runs.json` has it.
  var timingsHTML: String {
    let measured = studies.compactMap { study in
      runs?.whole(study.key).map { (study: study, run: $0) }
    }
    guard !measured.isEmpty else {
      return
        "<p>No run that simulated a whole archived study is recorded in <code>data/runs.json</code>; "
        + "<code>make estimate</code> says what one would cost.</p>\n"
    }
    let rows = measured.map { study, run in
      [
        "<a href=\"#study-\(study.name)\">\(study.name)</a>", "\(run.cells)",
        String(format: "%.1f", run.seconds), String(format: "%.1f", run.coreSeconds),
        String(format: "%.0f", run.peakMemory / 1e6), "\(run.workers)",
        escaped("\(run.processor), \(run.instructionSet)"), escaped(String(run.date.prefix(10))),
      ]
    }
    let core = measured.map(\.run.coreSeconds).reduce(0, +)
    return
      "<p>Whole studies as last simulated: \(measured.count) of \(studies.count), "
      + String(format: "%.2f core-hours in all", core / 3600)
      + ". These numbers are from <code>data/runs.json</code>, and differ from run to run; nothing else on this page does.</p>\n"
      + HTML.table(
        "What each study took, where and when",
        head: [
          "study", "cells", "seconds", "core-seconds", "peak memory, MB", "workers", "processor",
          "date",
        ], rows: rows, numeric: [1, 2, 3, 4, 5])
  }

  // MARK: - Provenance

  /// Keys and hashes.
  var provenanceHTML: String {
    let rows = studies.map { study in
      [
        "<span id=\"study-\(study.name)\"><code>\(study.name)</code></span>",
        Mathematics.html(
          "\(escaped(study.question))<small>\(escaped(study.source)); numerics version "
            + "\(study.numericsVersion), \(escaped(study.license))</small>"),
        "\(study.cells)", String(format: "%.1f", Double(study.bytes) / 1e6), hash(study.key),
        hash(study.content),
      ]
    }
    let files = figures.map { item in
      let name = item.figure.name
      let pictures = ["svg", "pdf"].compactMap { suffix in
        Digest.sha256(ofFile: "\(item.folder)/\(name).\(suffix)").map { ("\(name).\(suffix)", $0) }
      }
      let all = pictures + item.provenance.files.map { ($0.name, $0.digest) }
      return [
        "<a href=\"#figure-\(name)\"><code>\(name)</code></a>",
        all.map { "<code>\($0.0)</code> \(hash($0.1))" }.joined(separator: "<br/>"),
      ]
    }
    return """
      <p>A study's key is SHA-256 of all that its arrays depend on; its content is that of the arrays. Pictures and
      tables hold these, the hashes of what they are made from, licence and source: <code>cod provenance FILE</code>
      reads them back from a lone file. Hashes are cut to 16 digits here.</p>
      \(HTML.table(
        "The studies, their keys and contents",
        head: ["study", "question", "cells", "MB", "key", "content"], rows: rows, numeric: [2, 3]))<details>
      <summary>SHA-256 of pictures, tables and scripts</summary>
      \(HTML.table("SHA-256 of the files of each figure", head: ["figure", "files"], rows: files))</details>

      """
  }

  private func hash(_ digest: String) -> String {
    "<code class=\"hash\">\(escaped(digest.prefix(16)))</code>"
  }
}
