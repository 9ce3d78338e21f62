import Archives
import Foundation
import Host
import Verdicts

/// `ARTIFACT.md`: the artifact appendix that conferences of the ACM ask for, filled in with what is
/// in the archive and what was measured.
enum Appendix {
  static let name = "ARTIFACT.md"

  /// - Parameters:
  ///   - count: number of the project's own files.
  ///   - size: their bytes.
  static func text(_ facts: Facts, folder: String, count: Int, size: Int) -> String {
    let citation = facts.citation
    let cells = facts.studies.reduce(0) { $0 + $1.cells }
    let samples = facts.studies.reduce(0) { $0 + $1.size }
    let whole = facts.studies.compactMap { facts.runs?.whole($0.key) }
    let seconds = whole.reduce(0) { $0 + $1.coreSeconds }
    let machines = whole.map {
      "\($0.processor), \($0.cores) cores, \($0.system), \($0.instructionSet)"
    }.uniqued
    let peak = whole.map(\.peakMemory).max()
    let networks = facts.studies.map(\.network).uniqued.joined(separator: ", ")

    let authors = citation.paper.authors.map { "\($0.given) \($0.family)" }.joined(separator: ", ")
    var lines: [String] = [
      "# Artifact appendix", "", "\(citation.title), version \(citation.version)", "",
      "## Abstract",
      "", citation.abstract, "",
      "It accompanies \"\(citation.paper.title)\", \(authors), \(citation.paper.conference), \(citation.paper.identifier), and is not by its authors.",
      "", "## Check-list", "",
    ]
    let anew =
      "\(durationText(seconds)) of core time for \(whole.count) of \(facts.studies.count) studies"
    let recorded = "`make reproduce` records it in reproduce/data/runs.json"
    let drawn = facts.gnuplot.map { ", here \($0)" } ?? ""
    let list: [(String, String)] = [
      (
        "Algorithm",
        "Metropolis-adjusted Hamiltonian Monte Carlo, replica exchange, unadjusted Langevin dynamics for comparison; "
          + "large deviations, kernel adaptation, geometric programs"
      ),
      ("Program", "`cod`, built from `Sources/`"),
      ("Compilation", "Swift 6.2 or later; `make build`"),
      ("Models", "finite networks, sampled and not trained: \(networks)"),
      (
        "Data sets",
        "included: \(facts.studies.count) studies of \(cells) cells, \(megabytes(samples)) of HDF5; inputs are drawn from seeds"
      ),
      (
        "Run-time environment",
        "Linux or macOS; libhdf5 and gnuplot; no Python, no network at run time"
      ),
      (
        "Hardware",
        "any 64-bit processor; AVX2 and AVX-512 are used where they are and change no bit of a result"
      ),
      (
        "Output",
        "\(facts.figures.count) figures as SVG and PDF with their tables, "
          + "\(facts.claims.all.count) claims with verdicts"
      ),
      (
        "Disk space",
        "\(count) files of \(megabytes(size)), and what the build takes: `du -sh .build` says how much"
      ),
      ("Time to draw all figures from the archive", "`make check-archive` measures it"),
      (
        "Time to simulate everything anew",
        whole.isEmpty ? "`make estimate` says what it would take" : anew
      ),
      (
        "Measured on",
        machines.isEmpty ? "no machine yet: \(recorded)" : machines.joined(separator: "; ")
      ),
      ("Largest memory of a run", peak.map { megabytes(Int($0)) } ?? recorded),
      ("Code licence", citation.license), ("Data licence", facts.dataLicense),
      ("Publicly archived", "not yet: there is no DOI"),
    ]
    for (key, value) in list { lines.append("- **\(key):** \(value)") }

    lines += [
      "", "## How to access", "",
      "The archive is a bag (BagIt 1.0): `bagit.txt`, `bag-info.txt` and manifests at the top, the project under "
        + "`data/`. Links among the sources are links; the manifest has the hash of the file that each leads to. "
        + "`\(RunCrate.name)` describes the project as an RO-Crate, `\(DataDictionary.textName)` every "
        + "array and column.", "", "## Installation", "",
      "    cd \(folder)/data", "    make build", "",
      "installs libhdf5 and gnuplot by apt where it can, and otherwise says what to run.", "",
      "## Experiments, and what to expect", "",
      "| step | command | expected |", "|---|---|---|",
      "| integrity | `make status` | \(facts.studies.count) studies and \(facts.figures.count) figures, all fresh |",
      "| figures | `make` | the same tables, and with the same gnuplot the same pictures, byte by byte |",
      "| claims | `make claims` | \(facts.claims.summary) |",
      "| in small | `make smoke` | every study and figure on small grids |",
      "| from scratch | `make reproduce` | every array of every study bit by bit |", "",
      "Bits do not depend on the processor or the number of workers; pictures depend on gnuplot's version\(drawn).",
      "",
      "| study | cells | file | core time | figures |", "|---|---|---|---|---|",
    ]
    for study in facts.studies {
      let seconds = facts.runs?.coreSeconds(of: study.name, key: study.key, cells: study.cells)
      let figures = facts.figures.filter { $0.studies.contains(study.name) }.map { "`\($0.name)`" }
      lines.append(
        "| `\(study.name)` | \(study.cells) | \(megabytes(study.size)) | "
          + "\(seconds.map(durationText) ?? "`cod estimate \(study.spec)`") | \(figures.joined(separator: ", ")) |"
      )
    }
    lines += [
      "", "## Other experiments", "",
      "Copy a file of `data/`, change its grid and run `cod simulate` on it. What may stand there is "
        + "in docs/reference/spec.md.",
      "",
    ]
    return lines.joined(separator: "\n")
  }

  private static func megabytes(_ bytes: Int) -> String {
    String(format: "%.1f MB", Double(bytes) / 1e6)
  }
}
