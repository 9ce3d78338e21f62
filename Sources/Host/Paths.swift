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

/// What a path names in a folder, without the folder; the path itself if it is elsewhere.
package func ownName(of path: String, in folder: String) -> String {
  func full(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }
  guard path.utf8.contains(UInt8(ascii: "/")), full(parentFolder(of: path)) == full(folder) else {
    return path
  }
  return (path as NSString).lastPathComponent
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

/// A name from elsewhere, fit for one line.
package func shown(_ name: String) -> String {
  let line = name.map { $0.isNewline || $0.asciiValue.map { $0 < 32 } == true ? "?" : $0 }
  return "'\(String(line.prefix(120)))'"
}
