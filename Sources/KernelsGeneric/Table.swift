/// The kernels of this instruction set. `KernelSet` in `Kernels` takes them by these names, and
/// says what each computes.
///
/// This file is compiled once for each set, as the kernels are, so none can lack one of them.
public let kernelTable = (
  elementaryFunctions: elementaryFunctions,
  standardNormals: standardNormals,
  addScaled: addScaled,
  halfSquaredNorm: halfSquaredNorm,
  innerProduct: innerProduct,
  addStandardNormalPrior: addStandardNormalPrior,
  product: product,
  laneProduct: laneProduct,
  scaleLanes: scaleLanes,
  transpose: transpose,
  activateErf: activateErf,
  activateReLU: activateReLU,
  activateLinear: activateLinear,
  softmax: softmax,
  softmaxDerivative: softmaxDerivative,
  residuals: residuals,
  addReadoutGradient: addReadoutGradient,
  multiplySlopes: multiplySlopes,
  multiply: multiply,
  laneSums: laneSums,
  outerProductSize: outerProductSize,
  addOuterProduct: addOuterProduct,
  finishOuterProduct: finishOuterProduct,
  linearModel: linearModel,
  addGram: addGram,
  sweep: sweep,
  cholesky: cholesky,
  multiplyAddChains: multiplyAddChains,
  readVectors: readVectors
)
