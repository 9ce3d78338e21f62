import Sampling
import Studies

extension Layout.Estimate {
  /// The mean with its error; `nil` of values that are not finite.
  package var mean: MeanEstimate? {
    switch self {
    case .chains(let chains), .runs(let chains): MeanEstimate(chains)
    case .values(let values, let errors): MeanEstimate(values, errors: errors)
    case .repeated(let values, let errors): MeanEstimate(repeated: values, errors: errors)
    }
  }
}
