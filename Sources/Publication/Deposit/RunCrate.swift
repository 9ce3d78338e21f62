import Archives
import Figures
import Foundation

/// `ro-crate-metadata.json`: the archive as an RO-Crate 1.1 of the profile Process Run Crate 0.5.
/// Studies and figures are actions: what was done, with which program, to which files, with which
/// result.
enum RunCrate {
  static let name = "ro-crate-metadata.json"
  private static let profile = "https://w3id.org/ro/wfrun/process/0.5"

  /// - Parameters:
  ///   - names: all files of the payload. - date: the day that the content is of.
  static func text(_ facts: Facts, names: [String], date: String) throws -> String {
    let citation = facts.citation
    let (code, data) = (license(citation.license), license(facts.dataLicense))
    let files: [[String: Any]] = CrateFile.all(of: names, facts).map {
      [
        "@id": $0.path, "@type": "File", "name": ($0.path as NSString).lastPathComponent,
        "description": $0.description, "encodingFormat": $0.format,
        "license": reference(
          license($0.license(code: citation.license, data: facts.dataLicense))),
      ]
    }
    let listed = Set(files.map { $0["@id"] as! String })
    var actions: [[String: Any]] = []

    func act(
      _ id: String, _ name: String, _ command: String, _ objects: [String], _ results: [String],
      end: String?
    ) {
      var action: [String: Any] = [
        "@id": "#\(id)", "@type": "CreateAction", "name": name, "description": command,
        "instrument": reference("#cod"), "agent": reference("#authors"),
        "object": references(objects.filter(listed.contains)),
        "result": references(results.filter(listed.contains)),
        "actionStatus": "http://schema.org/CompletedActionStatus",
      ]
      if let end { action["endTime"] = end }
      actions.append(action)
    }

    for study in facts.studies {
      act(
        "simulate-\(study.name)", "Simulation of \(study.name)", "cod simulate \(study.spec)",
        [study.spec], [study.file], end: facts.runs?.whole(study.key)?.date)
    }
    for figure in facts.figures {
      let tables = figure.tables.map(\.name)
      act(
        "draw-\(figure.name)", "Figure \(figure.name): \(figure.title.title)",
        "cod tables \(figure.name) && cod render \(figure.name)",
        figure.studies.compactMap { facts.study($0)?.file }
          + [figure.script, "figures/style.gp"], tables + figure.pictures, end: nil)
    }

    let folders: [[String: Any]] = CrateFile.folders.map { path, description in
      [
        "@id": path, "@type": "Dataset", "name": path, "description": description,
        "license": reference(code),
      ]
    }
    let root: [String: Any] = [
      "@id": "./", "@type": "Dataset", "name": citation.title, "description": citation.abstract,
      "version": citation.version, "datePublished": citation.date ?? date,
      "keywords": citation.keywords.joined(separator: ", "), "license": reference(code),
      "author": reference("#authors"), "publisher": reference("#authors"),
      "citation": reference(citation.paper.address), "conformsTo": reference(profile),
      "hasPart": (files + folders).map { reference($0["@id"] as! String) },
      "mentions": actions.map { reference($0["@id"] as! String) },
    ]
    let graph: [[String: Any]] =
      [
        [
          "@id": name, "@type": "CreativeWork", "about": reference("./"),
          "conformsTo": reference("https://w3id.org/ro/crate/1.1"),
        ], root,
        [
          "@id": profile, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5",
        ],
        [
          "@id": "#authors", "@type": "Organization", "name": citation.author,
          "description": "Authors of this archive; not the authors of the paper",
        ],
        [
          "@id": "#cod", "@type": "SoftwareApplication", "name": "cod",
          "description": "The command line of this package, built from Sources/ by make build",
          "softwareVersion": citation.version, "license": reference(code),
          "softwareRequirements": ["https://www.hdfgroup.org/", "http://www.gnuplot.info/"]
            .map(reference),
        ],
        software("https://www.hdfgroup.org/", "HDF5"),
        software("http://www.gnuplot.info/", "gnuplot", version: facts.gnuplot),
        [
          "@id": citation.paper.address, "@type": "ScholarlyArticle", "name": citation.paper.title,
          "author": citation.paper.authors.map { reference("#\($0.family)") },
          "identifier": citation.paper.identifier, "datePublished": "\(citation.paper.year)",
        ],
        [
          "@id": code, "@type": "CreativeWork", "name": citation.license,
          "description": "The licence of the code",
        ],
        [
          "@id": data, "@type": "CreativeWork", "name": facts.dataLicense,
          "description": "The licence of data and figures",
        ],
      ]
      + Set(CrateFile.ownLicenses.values).sorted().map {
        [
          "@id": license($0), "@type": "CreativeWork", "name": $0,
          "description": "The licence of data of others",
        ]
      }
      + citation.paper.authors.map {
        [
          "@id": "#\($0.family)", "@type": "Person", "name": "\($0.given) \($0.family)",
          "givenName": $0.given, "familyName": $0.family,
        ]
      } + actions + folders + files
    return try json(["@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph])
  }

  private static func reference(_ id: String) -> [String: String] { ["@id": id] }

  /// One alone stands without brackets, as RO-Crate has it.
  private static func references(_ ids: [String]) -> Any {
    ids.count == 1 ? reference(ids[0]) : ids.map(reference)
  }

  private static func license(_ identifier: String) -> String {
    "https://spdx.org/licenses/\(identifier)"
  }

  private static func software(
    _ address: String, _ name: String, version: String? = nil
  ) -> [String: Any] {
    var entity = ["@id": address, "@type": "SoftwareApplication", "name": name, "url": address]
    if let version { entity["softwareVersion"] = version }
    return entity
  }
}
