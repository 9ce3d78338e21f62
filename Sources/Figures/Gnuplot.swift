import Foundation
import Host

/// Draws a figure's script with gnuplot, as SVG and as PDF, the same bytes every time, and says in
/// them where they come from.
package struct Gnuplot: Sendable {
  /// Where the scripts are: `style.gp`, and a figure's `NAME.gp` with its title in `NAME.md`.
  package let scripts: String

  package init(scripts: String) { self.scripts = scripts }

  /// Draws one figure from the tables in `folder`, into the same folder.
  ///
  /// Anything that gnuplot says is an error: it exits with 0 where a series is empty or missing.
  ///
  /// - Returns: the paths of the pictures.
  /// - Throws: `UserError`; earlier pictures are then as they were.
  package func render(_ figure: Figure, in folder: String) throws -> [String] {
    let name = figure.name
    let script = "\(scripts)/\(name).gp"
    for file in [script, "\(scripts)/style.gp"] {
      _ = try contents(of: file, as: "the gnuplot script of figure \(name)", atMost: 1 << 20)
    }
    // gnuplot would wait for ever for what a pipe has to say.
    for table in figure.tableFiles.map({ "\(folder)/\($0)" })
    where access(table, F_OK) == 0 && !isRegularFile(table) {
      throw UserError("\(table): it is no regular file; expected a table: run cod tables first")
    }
    let title = try figure.title(scripts: scripts)
    let numbers = try quotedNumbers("\(folder)/\(name)-numbers.tsv")
    // As the files are before gnuplot reads them.
    var provenance = Provenance(of: figure, tables: folder, scripts: scripts)
    let preamble = "tables = \(quoted("\(folder)/")); \(numbers)"

    let scratch = try makeScratchFolder()
    defer { try? FileManager.default.removeItem(atPath: scratch) }

    /// What gnuplot draws.
    func draw(_ format: String, _ terminal: String) throws -> Data {
      let draft = "\(scratch)/picture.\(format)"
      let settings = "\(preamble)set terminal \(terminal); set output \(quoted(draft))"
      let complaint = try run(["-d", "-e", settings, "\(scripts)/style.gp", script])
      if let complaint { throw UserError("\(script): gnuplot: \(complaint)", exitCode: 1) }
      guard let bytes = contents(of: draft), !bytes.isEmpty else {
        throw UserError("\(script): gnuplot drew nothing", exitCode: 1)
      }
      guard isWholePicture(bytes, format) else {
        throw UserError("\(script): gnuplot drew half a picture and said nothing", exitCode: 1)
      }
      return bytes
    }
    // Both are drawn before either is put in place.
    let svg = try SVGMetadata.embed(
      &provenance, title, in: String(decoding: draw("svg", svgTerminal), as: UTF8.self))
    let pdf = try PDFMetadata.embed(provenance, title, in: withoutDate(draw("pdf", pdfTerminal)))
    let pictures = [("svg", Data(svg.utf8)), ("pdf", pdf)].map { format, bytes in
      (path: "\(folder)/\(name).\(format)", bytes: bytes)
    }
    sweepDrafts(in: folder)
    for picture in pictures { try writeAtomically(picture.bytes, to: picture.path) }
    return pictures.map(\.path)
  }

  private let svgTerminal =
    "svg size 960,540 enhanced font 'DejaVu Sans,15' background '#ffffff' linewidth 1.3 dashlength 0.8"
  private let pdfTerminal =
    "pdfcairo size 16cm,9cm enhanced font 'DejaVu Sans,9' linewidth 1.3 dashlength 0.5"

  /// gnuplot assignments of a table of quoted numbers: name, name_low, name_high.
  private func quotedNumbers(_ path: String) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw UserError("\(path): no such file; expected the figure's tables: run cod tables first")
    }
    return try TableFile(reading: path).rows.map { fields in
      zip(["", "_low", "_high"], fields.dropFirst())
        .map { "\(fields[0])\($0) = \($1); " }.joined()
    }.joined()
  }

  /// Runs gnuplot in a fixed locale and time zone.
  ///
  /// - Returns: its first message on standard error, or how it ended, or `nil`.
  private func run(_ arguments: [String]) throws -> String? {
    var gnuplot = try Program("gnuplot", arguments, purpose: "expected gnuplot 5 or later")
    gnuplot.environment.merge(["LC_ALL": "C.UTF-8", "TZ": "UTC", "GNUTERM": "dumb"]) { $1 }
    let run = try gnuplot.run()
    // gnuplot echoes the offending line and a caret before the message, which begins with the
    // script's name in quotes. The first one is the cause: "no data in plot" follows "cannot find
    // file".
    let message =
      run.messages.first { $0.hasPrefix("\"") && $0.contains("\" line ") } ?? run.messages.last
    return message ?? (run.succeeded ? nil : "\(run.ending)")
  }

  /// gnuplot's path, if there is one.
  package static var executable: String? { program("gnuplot") }

  /// How its pictures name it, "gnuplot 5.4 patchlevel 4"; `nil` if it is missing or does not say.
  static let renderer: String? = {
    let run = try? Program("gnuplot", ["--version"]).run()
    guard let version = run?.text.trimmingCharacters(in: .whitespacesAndNewlines) else {
      return nil
    }
    return version.hasPrefix("gnuplot ") ? version : nil
  }()
}

/// Whether a picture in a file ends as its format does.
package func isWholePicture(_ path: String) -> Bool {
  guard let bytes = contents(of: path) else { return false }
  return isWholePicture(bytes, path.hasSuffix(".svg") ? "svg" : "pdf")
}

/// Whether a picture ends as one of its format does.
func isWholePicture(_ bytes: Data, _ format: String) -> Bool {
  let end = String(decoding: bytes.suffix(32), as: UTF8.self)
    .trimmingCharacters(in: .whitespacesAndNewlines)
  return end.hasSuffix(format == "svg" ? "</svg>" : "%%EOF")
}

/// A gnuplot string of these characters.
private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

/// A PDF with the digits of its creation date overwritten: the one thing in it that changes from
/// run to run.
private func withoutDate(_ pdf: Data) -> Data {
  var bytes = pdf
  let marker = Data("/CreationDate (D:".utf8)
  if let place = bytes.range(of: marker) {
    var i = place.upperBound
    while i < bytes.endIndex, bytes[i] != UInt8(ascii: ")") {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[i]) { bytes[i] = UInt8(ascii: "0") }
      i += 1
    }
  }
  return bytes
}
