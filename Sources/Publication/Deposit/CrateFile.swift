import Foundation

/// A file as the crate describes it.
struct CrateFile {
  let path: String
  let description: String

  /// The SPDX identifier of its licence: what `REUSE.toml` says of it.
  ///
  /// - Parameters:
  ///   - code, data: the licences of the code, and of data and figures.
  func license(code: String, data: String) -> String {
    if let own = Self.ownLicenses[path] { return own }
    return path.hasPrefix("data/") || path.hasPrefix("figures/") ? data : code
  }

  /// Files that have a licence of their own.
  static let ownLicenses = ["data/war-and-peace-words.csv": "CC0-1.0"]

  /// Folders that are described as a whole.
  static let folders = [
    ("Sources/", "The tool and its libraries, in Swift"), ("Tests/", "Their tests"),
  ]

  /// All files of an archive but those in `folders`, and the crate's own.
  ///
  /// - Parameter names: all files of the payload.
  static func all(of names: [String], _ facts: Facts) -> [CrateFile] {
    let known = descriptions(facts).merging(fixed) { own, _ in own }
    return names.filter { name in
      name != RunCrate.name && !folders.contains { name.hasPrefix($0.0) }
    }.map { CrateFile(path: $0, description: known[$0] ?? description(of: $0)) }
  }

  /// The descriptions that the files of studies and figures give of themselves.
  private static func descriptions(_ facts: Facts) -> [String: String] {
    var texts: [String: String] = [:]
    for study in facts.studies {
      texts[study.spec] = "The study, a grid of cells: \(study.title)"
      texts[study.file] = "Posterior samples of \(study.cells) cells: \(study.title)"
    }
    for figure in facts.figures {
      for (file, head) in figure.tables { texts[file] = "\(head.caption)." }
      for picture in figure.pictures { texts[picture] = facts.comment(on: figure) }
      texts[figure.script] = "How gnuplot draws figure \(figure.name)"
      texts["figures/\(figure.name).md"] = "Title, claim and caption of figure \(figure.name)"
    }
    return texts
  }

  private static let fixed = [
    "figures/style.gp": "The looks that all figures share",
    "figures/verification.gp": "How gnuplot draws what was archived against what was made anew",
    "data/README.md": "Where the data sets of others come from, and their licences",
    "data/digits.csv":
      "Images of handwritten digits, 8 x 8 pixels a row, then the digit: UCI data set 80",
    "data/war-and-peace-words.csv": "How often each word occurs in War and Peace",
    "data/claims.yml": "Every statement of the paper that is tested, and what counts as support",
    "data/tolerances.yml": "How far numbers made anew may differ, and why",
    "data/lock.json": "Keys and hashes of all study files",
    "data/runs.json": "What simulating the studies took, on which machine",
    "data/verification.json": "What came out when the studies were last simulated anew",
    "README.md": "What the project is, how to rebuild it, and where to read on",
    "CHANGELOG.md": "What has changed, and which archives that made stale",
    "CONTRIBUTING.md": "How to build, test and extend the project",
    "LICENSE": "The licences",
    "Makefile": "The pipeline",
    "Package.swift": "The package and what it depends on",
    "REUSE.toml": "Which licence is that of which file",
    ".zenodo.json": "The record of the project for Zenodo",
    "codecheck.yml": "What a codechecker is to make anew",
    Citation.name: "How to cite this",
    Appendix.name: "What a reviewer needs to know, in the form of an artifact appendix",
    DataDictionary.textName: "What every array and every column is",
    DataDictionary.tableName: "The same for machines",
    Payload.report: "All figures, claims and provenance in one page",
  ]

  /// A description of a file that nothing else describes: by its folder, or by its ending.
  private static func description(of path: String) -> String {
    let stem = (path as NSString).deletingPathExtension
    for (folder, text) in [
      ("data/architectures/", "A network for cod predict"),
      ("data/predictions/", "A prediction registered before its study was simulated"),
      ("docs/results/", "Figures and what they show"),
      ("docs/reference/", "A page of the reference"), ("docs/", "A page of the documentation"),
      ("figures/", "A part of the figures"), ("data/", "A part of the data"),
      ("LICENSES/", "The text of a licence"),
    ] where path.hasPrefix(folder) {
      return "\(text): \(stem.dropFirst(folder.utf8.count))"
    }
    return "A part of the project: \(path)"
  }

  /// Its media type.
  var format: String {
    switch (path as NSString).pathExtension {
    case "h5": "application/x-hdf5"
    case "yml", "cff": "application/yaml"
    case "json": "application/json"
    case "tsv": "text/tab-separated-values"
    case "csv": "text/csv"
    case "svg": "image/svg+xml"
    case "pdf": "application/pdf"
    case "md": "text/markdown"
    case "html": "text/html"
    default: "text/plain"
    }
  }
}
