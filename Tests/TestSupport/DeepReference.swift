import Execution
import Foundation

/// Energies, gradients and posterior means of the deeper networks from an independent
/// implementation in double precision: a tree of numbers, whose leaves are named by paths of keys
/// ("fcn3/weights/W").
package struct DeepReference {
  private let tree: Any

  /// - Parameter bundle: of a test target with `Reference/deep.json`.
  package init(_ bundle: Bundle) {
    let file = bundle.url(forResource: "deep", withExtension: "json", subdirectory: "Reference")!
    tree = try! JSONSerialization.jsonObject(with: Data(contentsOf: file))
  }

  private init(tree: Any) { self.tree = tree }

  /// The part of the tree under a path.
  package func part(_ path: String) -> DeepReference {
    DeepReference(
      tree: path.split(separator: "/").reduce(tree) { node, key in
        guard let child = (node as? [String: Any])?[String(key)] else {
          preconditionFailure("no \(key) of \(path)")
        }
        return child
      })
  }

  package func number(_ path: String) -> Double { (part(path).tree as! NSNumber).doubleValue }

  package func integer(_ path: String) -> Int { Int(number(path)) }

  /// All numbers of an array of any rank, the last index fastest.
  package func numbers(_ path: String) -> [Double] {
    func flatten(_ node: Any) -> [Double] {
      if let array = node as? [Any] { return array.flatMap(flatten) }
      return [(node as! NSNumber).doubleValue]
    }
    return flatten(part(path).tree)
  }

  /// An array of rank two or more as rows of its first index.
  package func rows(_ path: String) -> [[Double]] {
    let count = (part(path).tree as! [Any]).count
    let all = numbers(path)
    let width = all.count / count
    return (0..<count).map { Array(all[$0 * width..<($0 + 1) * width]) }
  }
}
