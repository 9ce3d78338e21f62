import Foundation

/// The output of git in a folder.
///
/// - Throws: `UserError` with git's own words.
package func gitOutput(_ arguments: [String], in folder: String) throws -> Data {
  let git = try Program(
    "git", ["-C", folder] + arguments, purpose: "expected it, as \(folder) is a repository")
  let run = try git.run()
  guard run.succeeded else {
    throw UserError("\(folder): git: \(run.complaint)", exitCode: 1)
  }
  return run.output
}
