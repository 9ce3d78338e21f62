import Foundation
import Host

/// A file of named arrays, as numpy.savez and numpy.savez_compressed write it: a zip file with a
/// member `NAME.npy` for each array.
package struct NPZFile {
  /// Names of the arrays, in the order of the file.
  package let names: [String]
  private let archive: ZipArchive
  private static let ending = ".npy"

  /// Takes the bytes of a file.
  ///
  /// - Parameter path: where they are from, for messages.
  /// - Throws: `UserError` if they are of another format, or damaged.
  package init(_ bytes: Data, from path: String) throws {
    archive = try ZipArchive(bytes, from: path)
    names = try archive.members.map { member in
      guard member.name.hasSuffix(Self.ending) else {
        // torch.save writes a zip file as well.
        throw UserError(
          "\(path): has \(shown(member.name)); expected arrays alone, as numpy.savez writes them")
      }
      return String(member.name.dropLast(Self.ending.count))
    }
  }

  /// The array of a name that the file has.
  ///
  /// - Throws: `UserError` if it is damaged, or holds no numbers.
  package func array(_ name: String) throws -> NumPyArray {
    let member = archive.members.first { $0.name == name + Self.ending }!
    do {
      return try NumPyArray(try archive.contents(of: member))
    } catch let fault as NumPyFault {
      throw UserError("\(archive.path): \(shown(name)) \(fault.words)")
    }
  }
}
