import Figures
import Foundation
import Sampling
import Studies
import Theory

/// What the figures of convolutions have in common.
extension Replicates {
  /// The equation of state of this point's network if it were linear; the lazy network is in its
  /// states.
  var equationOfState: ConvolutionEquationOfState {
    ConvolutionEquationOfState(
      patch: parameters.patch, patches: parameters.patches, channels: parameters.channels,
      outputVariance: parameters.weightVariance * parameters.readoutVariance,
      ridge: parameters.ridge)
  }

  /// The posterior of this point's network at its sizes, if it were linear.
  var finiteSize: ConvolutionPosterior {
    get throws { try ConvolutionPosterior(equationOfState) }
  }

  /// P at which the lazy network has an alignment with its target.
  ///
  /// The kernel is a mean over patches of that of one patch, so each of its eigenvalues is 1/N_w of
  /// that one's, and there are N_w times as many of them: the learning curve is that of a single
  /// patch at P/N_w.
  func lazySamples(alignment: Double) throws -> Double {
    if parameters.word("activation") == "linear" {
      return equationOfState.lazySamples(alignment: alignment)
    }
    let onePatch = GaussianProcess(
      dimension: parameters.patch, weightVariance: parameters.weightVariance,
      readoutVariance: parameters.readoutVariance)
    return try Double(parameters.patches)
      * onePatch.samples(
        degree: parameters.degree, alignment: alignment, ridge: parameters.ridge
      ).samples
  }
}

extension ConvolutionEquationOfState {
  /// P at which the lazy network has alignment A: with k = κ + s (1 − A) and A = L/(L + k), the
  /// load L = P s/d is k A/(1 − A).
  func lazySamples(alignment: Double) -> Double {
    let effectiveRidge = ridge + outputVariance * (1 - alignment)
    return dimension / outputVariance * effectiveRidge * alignment / (1 - alignment)
  }
}

extension ConvolutionEquationOfState {
  /// P at which u is the alignment of a large network, where P*/d → 0, so k → κ + s, and τ → 1: P*
  /// ∝ √(N_w S C), which is d^{3/4} where S = N_w = C.
  func asymptote(alignment: Double) -> Double {
    (ridge + outputVariance) / (1 - alignment)
      * (dimension * Double(channels) / outputVariance).squareRoot()
  }
}

extension ConvolutionEquationOfState.State {
  /// D = S ⟨(w_c·w*)²⟩/σ_w². A whitened filter along w* and its readout along the pattern, b, have
  /// the weight exp(−(w² + b²)/2 + τ w b), so ⟨w²⟩ = 1/(1 − τ²); u is ⟨w b⟩ = τ/(1 − τ²) times √(s
  /// C/(N_w S)).
  var amplification: Double { 1 / ((1 - field) * (1 + field)) }
}
