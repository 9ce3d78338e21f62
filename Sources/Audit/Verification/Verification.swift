import Foundation
import Host

/// Whether an archive is intact, and what it was compared with is the same. `verification.json` is
/// this value, written and read.
package struct Verification: Codable, Sendable {
  /// Study files, figures and the record of them.
  package internal(set) var archive: [Checked] = []
  /// What the items are compared with, in words; `nil` if there are none.
  package internal(set) var comparedWith: String?
  /// Studies and tables.
  package internal(set) var items: [Item] = []
  /// What could not be checked here, one line each.
  package internal(set) var notes: [String] = []
  /// Studies with the cells that could be compared, for the figure; a record has none.
  var studies: [(name: String, comparison: StudyComparison)] = []
  /// What means of other draws were judged by; `nil` if there are none.
  var test: MeanTest?

  enum CodingKeys: String, CodingKey {
    case archive, items, notes
    case comparedWith = "compared_with"
  }

  package enum Verdict: String, Codable, Sendable {
    case identical
    case within = "within tolerance"
    /// A table of other draws than the old one's, each study of which is in itself the same.
    case follows = "follows from its studies"
    case outside
    case notComparable = "not comparable"

    package var passes: Bool { [.identical, .within, .follows].contains(self) }
  }

  /// Whether everything is intact, and identical or within tolerance.
  package var passes: Bool {
    archive.allSatisfy(\.isIntact) && items.allSatisfy(\.verdict.passes)
  }
}

extension Verification {
  /// The bytes of `verification.json`.
  package var record: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(self) + Data("\n".utf8)
    }
  }

  /// Reads what `record` wrote.
  ///
  /// - Returns: `nil` if there is no such file.
  /// - Throws: `UserError` naming the file, and the place where it is of another form.
  package init?(recordedIn path: String) throws {
    guard
      let bytes = try contents(
        ofOptional: path, as: "a file, or nothing", atMost: 1 << 26, exitCode: 1)
    else { return nil }
    do {
      self = try JSONDecoder().decode(Self.self, from: bytes)
    } catch {
      let place = (error as? DecodingError)?.place ?? ""
      throw UserError(
        "\(path): got another form\(place.isEmpty ? "" : " at \(place)"); "
          + "expected what cod verify writes")
    }
  }
}

extension DecodingError {
  /// Where in a document something is missing or of another type, "items.3.verdict".
  fileprivate var place: String {
    let (context, missing): (Context, (any CodingKey)?) =
      switch self {
      case .keyNotFound(let key, let context): (context, key)
      case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .dataCorrupted(let context):
        (context, nil)
      @unknown default: (Context(codingPath: [], debugDescription: ""), nil)
      }
    return (context.codingPath + (missing.map { [$0] } ?? []))
      .map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
