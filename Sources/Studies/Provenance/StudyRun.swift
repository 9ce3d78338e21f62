import Foundation

/// A simulation of a study that took place: the facts that differ from run to run, kept in `runs.json` beside
/// the archive. What is not recorded is `nil`.
public struct StudyRun: Codable, Hashable, Sendable {
  public let study: String
  public let date: String?
  public let cpu: String?
  public let instructionSet: String?
  public let cores, workers, cells: Int?
  /// Time that passed, and summed over workers.
  public let seconds, coreSeconds: Double?
  /// Peak memory in bytes.
  public let peakMemory: Double?

  enum CodingKeys: String, CodingKey {
    case study, date, cpu, cores, workers, cells, seconds
    case instructionSet = "instruction_set"
    case coreSeconds = "core_seconds"
    case peakMemory = "peak_memory"
  }

  /// Takes what is there and of the expected type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys) -> T? {
      (try? container.decodeIfPresent(T.self, forKey: key)) ?? nil
    }
    study = try container.decode(String.self, forKey: .study)
    date = value(.date)
    cpu = value(.cpu)
    instructionSet = value(.instructionSet)
    cores = value(.cores)
    workers = value(.workers)
    cells = value(.cells)
    seconds = value(.seconds)
    coreSeconds = value(.coreSeconds)
    peakMemory = value(.peakMemory)
  }

  /// All runs that a folder's `runs.json` records, in its order; none if there is no such file.
  ///
  /// - Throws: `UserError` if it is of another form.
  public static func all(in folder: String) throws -> [StudyRun] {
    struct Runs: Decodable { let runs: [StudyRun] }
    let path = "\(folder)/runs.json"
    guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
    guard let runs = try? JSONDecoder().decode(Runs.self, from: bytes) else {
      throw UserError("\(path): got another form; expected {\"runs\": [{\"study\": …}, …]}")
    }
    return runs.runs
  }

  /// "2026-11-20 on AMD EPYC, 2 workers, 251 s (480 core-seconds)".
  public var text: String {
    let facts: [String?] = [
      cpu.map { "on \($0)" }, instructionSet, workers.map { "\($0) workers" },
      seconds.map { String(format: "%.0f s", $0) },
      coreSeconds.map { String(format: "%.0f core-seconds", $0) },
    ]
    return ([date] + [facts.compactMap(\.self).joined(separator: ", ")]).compactMap(\.self)
      .joined(separator: " ")
  }
}
