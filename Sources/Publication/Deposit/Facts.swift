import Archives
import Audit
import Experiments
import Figures
import Foundation
import HDF5
import Host
import Studies
import Verdicts

/// Facts from which the papers of the archive are made: the citation, the studies, the figures, the
/// claims and what was measured.
struct Facts {
  let citation: Citation
  let studies: [Study]
  let figures: [PublishedFigure]
  let claims: Claims
  /// What simulating took, where it was measured.
  let runs: RunLog?
  /// The version of gnuplot that drew the pictures, "5.4.4", where they say so.
  let gnuplot: String?

  /// A study as its archived file describes it.
  struct Study {
    /// File name without extension.
    let name: String
    let title, source, license, experiment, network, key: String
    let cells: Int
    let size: Int
    let variables: [Variable]

    var spec: String { "data/\(name).yml" }
    var file: String { "data/\(name).h5" }
  }

  /// An array of a study file.
  struct Variable: Hashable {
    let name: String
    let axes: [String]
    let shape: [Int]
    let type, units, longName, description: String
  }

  /// A figure, its title, its studies, its files in the folder of figures.
  struct PublishedFigure {
    let name: String
    let title: FigureTitle
    let studies: [String]
    let tables: [(name: String, head: TableHead)]

    var pictures: [String] { ["figures/\(name).svg", "figures/\(name).pdf"] }
    var script: String { "figures/\(name).gp" }
  }

  /// Facts of the project's own files: a study counts if its spec and its samples are among them, a
  /// log of runs if it is.
  ///
  /// - Throws: `UserError` or `HDF5Error` naming what is missing or damaged.
  init(_ citation: Citation, of payload: Payload, figures list: [Figure]) throws {
    self.citation = citation
    let (root, own) = (payload.root, Set(payload.names))
    studies = try studyFiles(in: "\(root)/data").compactMap { spec in
      let name = stem(of: spec)
      guard own.isSuperset(of: ["data/\(name).yml", "data/\(name).h5"]) else { return nil }
      return try Study(name: name, in: "\(root)/data")
    }
    let names = Set(studies.map(\.name))
    figures = try list.map { figure in
      let tables = try figure.tableFiles.map {
        (name: "figures/\($0)", head: try TableHead(reading: "\(root)/figures/\($0)"))
      }
      return PublishedFigure(
        name: figure.name, title: try figure.title(scripts: "\(root)/figures"),
        studies: (figure.studies + figure.overlays).filter(names.contains), tables: tables)
    }
    claims = try Claims(reading: "\(root)/data/claims.yml", tables: "\(root)/figures")
    runs = own.contains("data/runs.json") ? try RunLog(in: "\(root)/data") : nil
    let picture = (try? utf8Text(of: "\(root)/\(figures[0].pictures[0])", as: "text"))
    gnuplot = picture?.firstMatch(of: #/gnuplot (\d+\.\d+) patchlevel (\d+)/#)
      .map { "\($0.1).\($0.2)" }
  }

  func study(_ name: String) -> Study? { studies.first { $0.name == name } }
}

extension Facts.Study {
  init(name: String, in folder: String) throws {
    let path = "\(folder)/\(name).h5"
    let header = try StudyHeader(reading: path)
    let root = try File(readingUntrusted: path).root()
    self.name = name
    (title, source, license) = (header.title, header.source, header.license)
    (experiment, network) = (header.layout.experiment, header.layout.model)
    (key, cells) = (header.studyKey, header.cells)
    size = fileSize(path) ?? 0
    variables = try root.names.map { name in
      let dataset = try root.dataset(name)
      guard let type = try dataset.elementType else {
        throw UserError(
          "\(path): \(name): an unknown type; expected numbers or strings", exitCode: 1)
      }
      return Facts.Variable(
        name: name, axes: try dataset.dimensionLabels, shape: try dataset.shape,
        type: type.rawValue, units: try dataset.attribute("units"),
        longName: try dataset.attribute("long_name"),
        description: try dataset.attribute("description"))
    }
  }
}
