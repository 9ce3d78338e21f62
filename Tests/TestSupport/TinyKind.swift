import Experiments
import Testing

/// The example of a kind of network: a study of one cell that takes milliseconds.
package struct TinyKind: CustomTestStringConvertible, Sendable {
  package let kind: NetworkKind
  package var name: String { kind.name }
  package var text: String { kind.example }
  package var testDescription: String { name }

  package static let threeLayer = TinyKind(kind: .threeLayer)
  package static let attention = TinyKind(kind: .attention)
  package static let convolution = TinyKind(kind: .convolution)
  package static let all = NetworkKind.all.map { TinyKind(kind: $0) }
}
