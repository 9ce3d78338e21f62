import Archives
import Experiments
import Figures
import Host
import Predictions
import Studies

/// Freshness of all studies of a folder, and of all figures.
package struct Pipeline: Encodable, Sendable {
  package let studies: [Freshness]
  package let figures: [Freshness]
  /// What `lock.json` lacks or has too much.
  package let lock: [String]

  /// - Parameters:
  ///   - folder: that of tables and pictures; where it is not there, none are asked for.
  ///   - scripts: the folder of the figures' scripts; by default that of the pictures.
  package init(
    data: String, figures folder: String, of list: [Figure], scripts: String? = nil,
    activity: Activity.Probe
  ) throws {
    let record = try Lock(in: data)
    let all = try Self.studies(in: data, record, activity) { _ in true }
    studies = all.sorted { $0.key < $1.key }.map(\.value)
    figures =
      isFolder(folder)
      ? parallelMap(list, together: 1) {
        Freshness(
          of: $0, studies: all, claims: "\(data)/claims.yml", in: folder,
          scripts: scripts ?? folder)
      }
      : []
    lock = record?.gaps(in: data) ?? []
  }

  package var isFresh: Bool {
    (studies + figures).allSatisfy(\.state.isSettled) && lock.isEmpty
  }
}

extension Pipeline {
  /// Freshness of a figure, and of those of its studies that there are. No other study is read.
  package static func targets(
    of figure: Figure, data: String, figures folder: String, scripts: String? = nil,
    activity: Activity.Probe
  ) throws -> [Freshness] {
    let own = Set(figure.studies + figure.overlays)
    let studies = try studies(in: data, Lock(in: data), activity, where: own.contains)
    let figures =
      isFolder(folder)
      ? [
        Freshness(
          of: figure, studies: studies, claims: "\(data)/claims.yml", in: folder,
          scripts: scripts ?? folder)
      ] : []
    return figures + studies.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Freshness of the studies of a folder that are asked for, by name. One that cannot be read is
  /// damaged, and does not keep the others from being told. So are two whose names are one to
  /// Unicode, as é by itself and e with an accent: all that is told of studies goes by name.
  private static func studies(
    in data: String, _ lock: Lock?, _ activity: Activity.Probe,
    where isAskedFor: (String) -> Bool
  ) throws -> [String: Freshness] {
    let files = try studyFiles(in: data).map { (name: stem(of: $0), spec: $0) }
    let awaited = try Registration.awaited(in: data)
    return Dictionary(
      parallelMap(files.filter { isAskedFor($0.name) }, together: 1) { name, spec in
        let output = "\(data)/\(name).h5"
        do {
          let found = Freshness(
            of: try StudySpec(reading: spec), at: output, lock: lock, activity: activity)
          return (name, awaited.contains(name) ? found.awaited : found)
        } catch { return (name, Freshness(at: output, unreadable: error)) }
      },
      uniquingKeysWith: { first, second in
        let error = UserError("another study has the same name in another form of Unicode")
        return Freshness(at: first.target, unreadable: error)
      })
  }
}
