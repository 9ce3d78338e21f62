import Figures
import Foundation

/// The data dictionary: what every array of every study file is, and every column of every table,
/// as the files say it themselves.
enum DataDictionary {
  static let textName = "DATA-DICTIONARY.md"
  static let tableName = "data-dictionary.csv"

  /// One row a variable of a file, as comma-separated values (RFC 4180).
  static func table(_ facts: Facts) -> String {
    var rows = [
      ["file", "variable", "axes", "shape", "type", "units", "long_name", "description"]
    ]
    for study in facts.studies {
      for variable in study.variables {
        rows.append([
          study.file, variable.name, variable.axes.joined(separator: " "),
          variable.shape.map(String.init).joined(separator: " "), variable.type, variable.units,
          variable.longName, variable.description,
        ])
      }
    }
    for figure in facts.figures {
      for (file, head) in figure.tables {
        for column in head.columns {
          rows.append([file, column.name, "row", "", "text", "1", "", column.meaning])
        }
      }
    }
    return rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    text.contains { ",\"\r\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }

  /// The same for people: arrays that are the same in several files once.
  static func text(_ facts: Facts) -> String {
    var lines = [
      "# Data dictionary", "",
      "Made from the attributes of the study files and the heads of the tables. Sizes are in",
      "`\(tableName)`, one row a variable of a file. All quantities are pure numbers, `units` 1, unless",
      "a row says otherwise. Numbers are little-endian; text is UTF-8.", "",
      "## Study files", "", "| file | asks | cells | networks |", "|---|---|---|---|",
    ]
    for study in facts.studies {
      lines.append(
        "| `\(study.file)` | \(cell(study.title)) | \(study.cells) | \(study.network) |")
    }
    lines += [
      "", "## Arrays of study files", "", "| array | axes | type | units | is | in |",
      "|---|---|---|---|---|---|",
    ]
    var order: [[String]] = []
    var files: [[String]: [String]] = [:]
    for study in facts.studies {
      for variable in study.variables {
        let row = [
          "`\(variable.name)`", variable.axes.joined(separator: ", "), variable.type,
          variable.units, cell("\(variable.longName): \(variable.description)"),
        ]
        if files[row] == nil { order.append(row) }
        files[row, default: []].append(study.name)
      }
    }
    for row in order {
      let names = files[row]!
      let place =
        names.count == facts.studies.count ? "all" : names.joined(separator: ", ")
      lines.append("| \((row + [place]).joined(separator: " | ")) |")
    }
    lines += ["", "## Tables", ""]
    for figure in facts.figures {
      for (file, head) in figure.tables {
        lines += ["### `\(file)`", "", "\(head.caption).", "", "| column | is |", "|---|---|"]
        lines += head.columns.map { "| `\($0.name)` | \(cell($0.meaning)) |" }
        lines.append("")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
