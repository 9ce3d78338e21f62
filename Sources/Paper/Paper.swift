import Figures
import Host

/// The figures of this paper, in the order in which they are shown.
package enum Paper {
  package static let figures: [Figure] = [
    .ldtDensity, .sampleComplexity, .specialists, .langevinBias, .ldt101, .effectiveAction,
    .propagation, .phaseDiagram, .threeLayerCollapse, .patternTransition, .overlapDensities,
    .attentionPrinted, .attentionCollapse, .attentionExponents, .attentionPattern, .cnnLearnability,
    .cnnExponent, .cnnAmplification, .cnnHermite, .cnnProportions,
  ]
}
