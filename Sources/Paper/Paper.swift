import Figures

/// The figures of this paper, in the order in which they are shown: a table of contents.
package enum Paper {
  package static let sections = [
    FigureSection(
      "two-layers",
      [
        .ldtDensity,
        .sampleComplexity,
        .specialists,
        .langevinBias,
      ]),
    FigureSection(
      "training",
      [
        .relaxation,
        .finiteTimeSamples,
        .linearHelp,
      ]),
    FigureSection(
      "three-layers",
      [
        .threeLayerCollapse,
        .patternTransition,
        .overlapDensities,
      ]),
    FigureSection(
      "convolutions",
      [
        .cnnLearnability,
        .cnnExponent,
        .cnnAmplification,
        .cnnHermite,
        .cnnProportions,
      ]),
    FigureSection(
      "attention",
      [
        .attentionPrinted,
        .attentionCollapse,
        .attentionExponents,
        .attentionPattern,
      ]),
    FigureSection(
      "theory",
      [
        .phaseDiagram,
        .ldt101,
        .effectiveAction,
        .propagation,
      ]),
  ]

  package static let figures = sections.flatMap(\.figures)
}
