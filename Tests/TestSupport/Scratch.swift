// swift-format-ignore-file: AmbiguousTrailingClosureOverload
// One takes what waits, the other what does not.

import Foundation

/// Runs `body` with the path of a new, empty folder, and removes the folder.
package func withFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = try scratchFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// Runs asynchronous `body` with the path of a new, empty folder, and removes the folder.
package func withFolder<R>(_ body: (String) async throws -> R) async throws -> R {
  let folder = try scratchFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder.path)
}

private func scratchFolder() throws -> URL {
  let folder = FileManager.default.temporaryDirectory.appending(path: "test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder
}

/// The top folder of the project, with `data`, `figures` and the Makefile.
package let projectFolder = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

/// Writes a text into a file.
package func write(_ text: String, to path: String) throws {
  try Data(text.utf8).write(to: URL(filePath: path))
}

/// The bytes of a file.
package func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }
