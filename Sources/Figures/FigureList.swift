import Foundation
import Host

extension [Figure] {
  /// The figure of this name, which may follow the folder of the figures: `calibration`, or
  /// `figures/calibration` as `cod status` prints it.
  ///
  /// - Throws: `UserError` naming the figures that there are.
  package func named(_ name: String, in folder: String = "figures") throws -> Figure {
    let own = ownName(of: name, in: folder)
    guard let figure = first(where: { $0.name == own }) else {
      throw UserError(
        "figure '\(name)': no such figure; expected one of \(map(\.name).joined(separator: ", "))")
    }
    return figure
  }

  /// The figure of this name, or those that show a study, also as an overlay, given by its file,
  /// with the file's folder. Of those, figures that lack another study in this folder are left out,
  /// unless all do.
  ///
  /// - Throws: `UserError` if there are none.
  package func matching(_ name: String) throws -> (figures: [Figure], folder: String?) {
    guard name.hasSuffix(".yml") || name.hasSuffix(".h5") else { return ([try named(name)], nil) }
    let study = stem(of: name)
    let figures = filter { ($0.studies + $0.overlays).contains(study) }
    guard !figures.isEmpty else {
      throw UserError("\(name): no figure is made from study '\(study)'")
    }
    let folder = parentFolder(of: name)
    let complete = figures.filter {
      $0.studies.allSatisfy {
        $0 == study || FileManager.default.fileExists(atPath: "\(folder)/\($0).h5")
      }
    }
    return (complete.isEmpty ? figures : complete, folder)
  }
}
