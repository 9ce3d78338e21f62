import Foundation
import Host

/// What `cod verify` found, as it wrote it down. Takes what is there: a part of another form is left out.
package struct VerificationRecord: Decodable, Sendable {
  package let comparedWith: String?
  package let items: [Item]

  package struct Item: Decodable, Sendable {
    package let name: String
    package let kind: String?
    package let verdict: String
    package let compared: Int?
    package let worst: Deviation?
    package let tolerance: String?
    package let reason: String?
    /// Of a study, key and content of the archived file that was compared.
    package let oldKey, oldContent: String?
  }

  package struct Deviation: Decodable, Sendable {
    package let place: String
    package let old, new: Double?

    enum CodingKeys: String, CodingKey {
      case old, new
      case place = "where"
    }
  }

  enum CodingKeys: String, CodingKey {
    case items
    case comparedWith = "compared_with"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    comparedWith = try container.decodeIfPresent(String.self, forKey: .comparedWith)
    items = try container.decode([Item].self, forKey: .items)
  }

  /// - Returns: `nil` if there is no such file.
  /// - Throws: `UserError` if it is of another form.
  package init?(reading path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    guard let record = try? JSONDecoder().decode(Self.self, from: bytes) else {
      throw UserError("\(path): got another form; expected what cod verify writes")
    }
    self = record
  }
}

extension VerificationRecord.Item {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    verdict = try container.decode(String.self, forKey: .verdict)
    kind = try? container.decode(String.self, forKey: .kind)
    compared = try? container.decode(Int.self, forKey: .compared)
    worst = try? container.decode(VerificationRecord.Deviation.self, forKey: .worst)
    tolerance = try? container.decode(String.self, forKey: .tolerance)
    reason = try? container.decode(String.self, forKey: .reason)
    oldKey = try? container.decode(String.self, forKey: .oldKey)
    oldContent = try? container.decode(String.self, forKey: .oldContent)
  }

  enum CodingKeys: String, CodingKey {
    case name, kind, verdict, compared, worst, tolerance, reason
    case oldKey = "old_key"
    case oldContent = "old_content"
  }
}
