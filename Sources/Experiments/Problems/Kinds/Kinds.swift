extension NetworkKind {
  /// The kinds of network that a study can be of.
  package static let all: [NetworkKind] = [
    .twoLayer,
    .twoLayerZonal,
    .twoLayerFeatures,
    .twoLayerBiased,
    .threeLayer,
    .fourLayer,
    .attention,
    .convolution,
  ]

  /// The kind of this name, if there is one.
  package static func named(_ name: String) -> NetworkKind? { all.first { $0.name == name } }
}
