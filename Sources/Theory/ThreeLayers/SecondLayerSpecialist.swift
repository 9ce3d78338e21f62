import Kernels
import Networks

/// A neuron of the second layer with an overlap u = ⟨h, x₁⟩ of order one.
///
/// Its first layer is as in the prior. Given the squared length v of its weights V, ⟨h, x_k⟩ has
/// the variance v g of every direction x_k, g = ⟨c₁²⟩. So the specialist is one of a two-layer
/// network whose prior variance v g d fluctuates as χ² of N₁ does.
struct SecondLayerSpecialist {
  /// u, ln ρ for ρ = Σ_{k>1} ⟨h, x_k⟩², the readout a, and ln v.
  var parameters: [Double]

  var overlap: Double { parameters[0] }
  var readout: Double { parameters[2] }

  /// What the likelihood needs of it.
  struct Response {
    /// φ̄ at the nodes, times a.
    let values: [Double]
    /// a² l, the variance linear in the other coordinates.
    let linear: Double
    /// a² k(s) of two replicas that overlap by s; a² t at s = 1.
    let shared: @Sendable (Double) -> Double
    /// ln of the prior density, with the number of neurons that could be it.
    let logPrior: Double
    /// Its share of the alignment.
    let alignment: Double
  }

  func response(_ model: ThreeLayerPatterns, _ prior: LayerKernels, _ nodes: PatternNodes)
    -> Response
  {
    let (u, rho) = (parameters[0], naturalExponential(parameters[1]))
    let (a, v) = (parameters[2], naturalExponential(parameters[3]))
    // What is not linear of h is noise.
    let noise = prior.nonlinear * v
    let width = 1 + 2 * (u * u + rho + noise)
    let square = a * a
    let linear = 4 / .pi * rho / width
    let mean = arcsine(2 * u * u / width)
    @Sendable func shared(_ s: Double) -> Double {
      square
        * (2 / .pi * (arcsine((2 * u * u + 2 * (rho + noise) * s) / width) - mean) - linear * s)
    }
    let (n, m) = (Double(model.firstWidth), Double(model.secondWidth))
    let variance = v * prior.linear
    let logPrior =
      -u * u / (2 * variance) - 0.5 * naturalLogarithm(2 * .pi * variance)
      + logDensity(ofSum: rho / variance, components: model.dimension - 1)
      + logDensity(ofSum: n * v, components: model.firstWidth)
      - m * square / 2 + 0.5 * naturalLogarithm(m / (2 * .pi)) + naturalLogarithm(2 * m)
    return Response(
      values: nodes.inputs.indices.map { k in
        let shrink = nodes.shrinkage[k]
        return a
          * errorFunction(
            u * nodes.inputs[k] * shrink
              / (1 + 2 * rho * nodes.squares[k] * shrink * shrink + 2 * noise).squareRoot())
      },
      linear: square * linear, shared: shared, logPrior: logPrior,
      alignment: a * ErfCoupling(degree: 3).value(overlap: u, squaredNorm: (width - 1) / 2))
  }
}
