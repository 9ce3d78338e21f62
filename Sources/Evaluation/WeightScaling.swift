import Studies

/// How a network's f is made of the weights in its file.
package enum WeightScaling: String, CaseIterable, Sendable {
  /// Weights stand in f as they are: f = Σ a_i σ(w_i·x), with a of about σ_a/√N.
  case standard
  /// Each layer divides by the root of its fan-in: f = N^{−1/2} Σ a_i σ(d^{−1/2} w_i·x).
  case ntk
  /// Each layer after the first divides by its fan-in: f = N^{−1} Σ a_i σ(w_i·x).
  case meanField = "mean-field"

  /// What the weights of an array are multiplied by, to stand in f as they are.
  func factor(ofArray index: Int, of cell: Cell) -> Double {
    let fanIn = cell.kind.weights[index].fanIn(in: cell.parameters)
    return switch self {
    case .standard: 1
    case .ntk: 1 / fanIn.squareRoot()
    case .meanField: index == 0 ? 1 : 1 / fanIn
    }
  }
}
