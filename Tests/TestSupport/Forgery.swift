import Foundation
import HDF5
import Host

/// Copies a study file with some of it changed, and seals it: a forgery that no checksum tells.
///
/// - Parameters:
///   - change: of the numbers of a dataset, by name. - leavingOut: datasets. - attributes: numbers
///     of the root.
///   - hidesIt: whether the digest of the contents is made anew, too.
package func forge(
  _ original: String, as copy: String, leavingOut: Set<String> = [],
  attributes: [String: Int] = [:], hidesIt: Bool = true,
  change: (String, inout [Double]) -> Void = { _, _ in }
) throws {
  let source = try File(reading: original)
  let from = try source.root()
  let target = try File()
  let root = try target.root()
  let digest = Digest()
  func take<T: Scalar>(_ name: String, _ shape: [Int], _ values: [T]) {
    digest.update(Data("\(name) \(shape)\n".utf8))
    values.withUnsafeBytes { digest.update($0) }
  }
  for name in try from.names where !leavingOut.contains(name) {
    let dataset = try from.dataset(name)
    let shape = try dataset.shape
    func put<T: Scalar>(_ convert: (Double) -> T) throws {
      var numbers: [Double] = try dataset.read()
      change(name, &numbers)
      let values = numbers.map(convert)
      try root.write(values, shape: shape, to: name)
      take(name, shape, values)
    }
    if try dataset.stores(Int.self) {
      try put { Int($0) }
    } else if try dataset.stores(Float.self) {
      try put { Float($0) }
    } else if try dataset.stores(Double.self) {
      try put { $0 }
    } else {
      let texts = try dataset.readStrings()
      try root.write(texts, to: name)
      take(name, [texts.count], texts.flatMap { $0.utf8.map(Int.init) })
    }
    for attribute in ["units", "long_name", "description"] {
      let text: String = try dataset.attribute(attribute)
      try root.dataset(name).setAttribute(attribute, text)
    }
  }
  let found = digest.hexadecimal()
  for name in [
    "title", "summary", "network", "license", "references", "source", "study_key", "spec_yaml",
    "grid", "content_sha256",
  ] {
    let text: String = try from.attribute(name)
    try root.setAttribute(name, name == "content_sha256" && hidesIt ? found : text)
  }
  for name in ["schema_version", "numerics_version", "complete"] {
    let value: [Int] = try from.attribute(name)
    try root.setAttribute(name, attributes[name] ?? value[0])
  }
  try seal(try target.image(), to: copy)
}

/// Writes the bytes of a file with their seal.
package func seal(_ image: Data, to path: String) throws {
  let digest = Digest.sha256(image)
  try writeAtomically(image + Data("\ncod sha256 \(digest)\n".utf8), to: path)
}
