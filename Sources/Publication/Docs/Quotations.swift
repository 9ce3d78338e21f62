import Archives
import Experiments
import Figures
import Foundation
import HDF5
import Host
import Verdicts

/// Numbers that prose may quote: rows of `figures/FIGURE-numbers.tsv`, and counts of cells of
/// `data/STUDY.h5`. Each file is read once.
package struct Quotations {
  private let figures, data: String
  private var numbers: [String: [String: Estimate]] = [:]
  private var cells: [String: Cells] = [:]

  /// What there is to count of a study.
  private struct Cells {
    let certified, replicas: [Int]
  }

  package init(figures: String, data: String) {
    self.figures = figures
    self.data = data
  }

  /// Returns a text with its placeholders filled in. A brace after ^ or _ is mathematics and stays.
  ///
  /// - Parameters:
  ///   - file: what the text is of, for messages.
  ///   - figure: whose numbers stand without the figure's name; `nil` where all need one.
  /// - Throws: `UserError` naming file, line and placeholder.
  package mutating func fill(
    _ text: String, of file: String, figure: String?
  ) throws -> String {
    var result = ""
    var line = 1
    var rest = text[...]
    while let place = rest.firstIndex(where: { "{\n".contains($0) }) {
      result += rest[..<place]
      let isBreak = rest[place] == "\n"
      if isBreak || result.last == "^" || result.last == "_" {
        result.append(rest[place])
        line += isBreak ? 1 : 0
        rest = rest[rest.index(after: place)...]
        continue
      }
      guard let end = rest[place...].firstIndex(where: { "}\n".contains($0) }), rest[end] == "}"
      else {
        throw UserError("\(file):\(line): got a brace that does not end; expected a placeholder")
      }
      let placeholder = String(rest[place...end])
      do {
        result += try value(
          of: Placeholder(placeholder), placeholder, figure: figure)
      } catch let error as Placeholder.Mistake {
        throw UserError("\(file):\(line): \(placeholder): \(error.words)")
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private mutating func value(
    of placeholder: Placeholder, _ text: String, figure: String?
  ) throws -> String {
    switch placeholder {
    case .number(let number):
      guard let figure = number.figure ?? figure else {
        throw Placeholder.Mistake(words: "got a number of no figure; expected {FIGURE/NAME:FORMAT}")
      }
      let value = try estimate(number.name, of: figure)
      let end =
        switch number.end {
        case .value: value.value
        case .low: value.low
        case .high: value.high
        }
      guard end.isFinite else {
        throw Placeholder.Mistake(words: "got \(end); expected a finite number")
      }
      return number.format.text(number.isAbsolute ? abs(end) : end)
    case .count(let quantity, let studies):
      return try "\(studies.reduce(0) { try $0 + count(quantity, of: $1) })"
    }
  }

  private mutating func estimate(_ name: String, of figure: String) throws -> Estimate {
    let path = "\(figures)/\(figure)-numbers.tsv"
    if numbers[figure] == nil {
      guard FileManager.default.fileExists(atPath: path) else {
        throw Placeholder.Mistake(words: "there is no \(path)")
      }
      numbers[figure] = try NumberTables.read(path)
    }
    guard let number = numbers[figure]![name] else {
      throw Placeholder.Mistake(words: "\(path) has no row '\(name)'")
    }
    return number
  }

  private mutating func count(
    _ quantity: Placeholder.Quantity, of study: String
  ) throws -> Int {
    if cells[study] == nil {
      let path = "\(data)/\(study).h5"
      guard FileManager.default.fileExists(atPath: path) else {
        throw Placeholder.Mistake(words: "there is no study \(path)")
      }
      let layout = try StudyHeader(reading: path).layout
      let root = try File(readingUntrusted: path).root()
      let replicas = "replicas"
      cells[study] = Cells(
        certified: try root.dataset(layout.soundness.column).read(),
        replicas: layout.columns.contains { $0.name == replicas }
          ? try root.dataset(replicas).read() : [])
    }
    let cells = cells[study]!
    return switch quantity {
    case .cells: cells.certified.count
    case .certified: cells.certified.count { $0 == 1 }
    case .uncertified: cells.certified.count { $0 != 1 }
    case .tempered: cells.replicas.count { $0 > 0 }
    }
  }
}
