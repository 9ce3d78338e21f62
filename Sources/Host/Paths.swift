import Foundation

/// The folder of a file, "." for a bare name.
package func parentFolder(of path: String) -> String {
  // NSString.deletingLastPathComponent crashes on Linux where the path is a single character.
  // Not by characters: to Swift, a slash and a combining mark after it are one, to the system two.
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A file's name without its folder and its ending: that of a study or a figure.
package func stem(of file: String) -> String {
  ((file as NSString).lastPathComponent as NSString).deletingPathExtension
}

/// Whether a path names something below the folder that it is relative to, and nothing above.
package func isPlain(_ name: String) -> Bool {
  !name.utf8.contains(0) && components(of: name).allSatisfy { !["", ".", ".."].contains($0) }
}

/// What stands between the slashes of a path as the system sees them, byte by byte: to Swift, a
/// slash and a combining mark after it are one character, and no slash.
package func components(of path: String) -> [String] {
  path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
}

/// A text in which no character steers a terminal: ␛ for the escape, and \u009b for those that
/// Unicode has no picture of. Tabs and line ends stay.
package func withoutControls(_ text: String) -> String {
  func isControl(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
    guard scalar.properties.generalCategory == .control else { return false }
    return !["\n", "\t"].contains(scalar) && !(scalar == "\r" && next == "\n")
  }
  let scalars = Array(text.unicodeScalars)
  func next(_ i: Int) -> Unicode.Scalar? { i + 1 < scalars.count ? scalars[i + 1] : nil }
  guard scalars.indices.contains(where: { isControl(scalars[$0], before: next($0)) }) else {
    return text
  }
  var shown = String.UnicodeScalarView()
  for (i, scalar) in scalars.enumerated() {
    if !isControl(scalar, before: next(i)) {
      shown.append(scalar)
    } else if scalar.value < 0x20 {
      shown.append(Unicode.Scalar(0x2400 + scalar.value)!)
    } else {
      shown += String(format: "\\u%04x", scalar.value).unicodeScalars
    }
  }
  return String(shown)
}

/// A name from elsewhere, fit for one line.
package func shown(_ name: String) -> String {
  let line = name.map { $0.isNewline || $0.asciiValue.map { $0 < 32 } == true ? "?" : $0 }
  return "'\(String(line.prefix(120)))'"
}
