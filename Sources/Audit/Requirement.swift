import Figures
import Foundation
import Host

/// What a machine needs that the package does not bring: how one tells whether it is there, and
/// what installs it. `make setup` installs the same packages, and a test compares the two.
package struct Requirement: Sendable {
  package let name: String
  /// The package of Debian and Ubuntu; `nil` where it is installed otherwise.
  package let package: String?
  /// Whether it is needed to build the tool, and not to use it.
  let isForBuilding: Bool
  let isForLinuxAlone: Bool
  private let absenceInWords: String
  /// Where it is; `nil` if it is missing.
  let find: @Sendable () -> String?

  private init(
    _ name: String, package: String?, isForBuilding: Bool = false, isForLinuxAlone: Bool = false,
    absence: String = "not found on PATH", find: @escaping @Sendable () -> String?
  ) {
    self.name = name
    self.package = package
    self.isForBuilding = isForBuilding
    self.isForLinuxAlone = isForLinuxAlone
    absenceInWords = absence
    self.find = find
  }

  /// In the order of the pipeline.
  package static let all = [
    Requirement("swift", package: nil, isForBuilding: true) { program("swift") },
    Requirement("pkg-config", package: "pkg-config", isForBuilding: true) {
      program("pkg-config")
    },
    // The tool does not start without the library.
    Requirement("headers of libhdf5", package: "libhdf5-dev", isForBuilding: true) {
      description("hdf5")
    },
    // Debian's libhdf5-dev depends on it.
    Requirement(
      "headers of libcrypto", package: "libssl-dev", isForBuilding: true, isForLinuxAlone: true
    ) { description("libcrypto") },
    Requirement("gnuplot", package: "gnuplot-nox") { Gnuplot.executable },
    Requirement(
      "font", package: "fonts-dejavu-core", isForLinuxAlone: true,
      absence: "\(fontFile.dropLast(4)) not found"
    ) { font },
  ]

  var isOfThisSystem: Bool {
    #if os(Linux)
      true
    #else
      !isForLinuxAlone
    #endif
  }

  /// What to do where it is missing.
  var absence: String {
    absenceInWords + (isForBuilding ? "; only building needs it" : "")
      + "; install \(package ?? "Swift 6.2 or later from swift.org")"
  }

  /// The font of all pictures.
  package static let fontFile = "DejaVuSans.ttf"
  package static let fontFolders = [
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
  ]

  /// The path of the font, if it is installed.
  private static var font: String? {
    fontFolders.lazy.map { ($0 as NSString).expandingTildeInPath }.compactMap { folder in
      FileManager.default.enumerator(atPath: folder)?
        .first { ($0 as? String)?.hasSuffix("/\(fontFile)") == true }
        .map { "\(folder)/\($0)" }
    }.first
  }

  /// The file by which pkg-config knows a library. Debian has it in a folder of the processor's
  /// kind.
  private static func description(_ library: String) -> String? {
    ["/usr/lib", "/usr/local/lib", "/opt/homebrew/lib"].lazy.flatMap { folder in
      let kinds = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return ([folder] + kinds.sorted().map { "\(folder)/\($0)" }).map {
        "\($0)/pkgconfig/\(library).pc"
      }
    }.first { FileManager.default.fileExists(atPath: $0) }
  }
}
