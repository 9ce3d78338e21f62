import Kernels

/// Gaussian feature learning of a three-layer network on a given training set.
///
/// The network is f(x) = Σ_i a_i φ(h_i), h_i = Σ_j V_ij φ(w_j·x) with i ≤ N₂, j ≤ N₁, and the
/// prior w_j ~ N(0, σ_w² I/d), V_ij ~ N(0, σ_v²/N₁), a_i ~ N(0, σ_a²/N₂). Weights w and
/// preactivations h of a neuron are taken as Gaussian, of covariance Σ (d × d) and K (n × n). With
/// G the kernel of φ, Q(Σ) = σ_v² G(XΣXᵀ), Q_f(K) = σ_a² G(K) and κ the ridge, they minimise
///
/// F(K, Σ) = ½ yᵀ(Q_f + κ)⁻¹y + ½ ln det(Q_f + κ) + N₂ KL(K‖Q(Σ)) + N₁ KL(Σ‖σ_w² I/d).
///
/// The stationary points are the equations of Rubin, Fischer, Lindner, Dahmen, Seroussi, Ringel,
/// Helias (arXiv:2502.03210) as the authors' talk prints them. −F − ½ n ln 2π is the log-evidence
/// to leading order in the widths.
public struct GaussianFeatureLearning: Hashable, Sendable {
  /// The activation φ of both hidden layers.
  public enum Activation: String, CaseIterable, Hashable, Sendable {
    /// The identity. K is then XΩXᵀ with Ω of d × d.
    case linear
    /// The error function.
    case erf
  }

  /// Which terms of F there are.
  public enum Level: Hashable, Sendable {
    /// All of them.
    case full
    /// All but ½ ln det(Q_f + κ).
    case tree
  }

  /// The number N₁ of neurons of the first hidden layer.
  public let firstWidth: Int
  /// The number N₂ of neurons of the second hidden layer.
  public let secondWidth: Int
  /// φ.
  public let activation: Activation
  /// The prior variance σ_w² of the first layer.
  public let weightVariance: Double
  /// The prior variance σ_v² of the second layer.
  public let hiddenVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double

  /// Describes a network.
  ///
  /// - Precondition: widths and variances are positive.
  public init(
    firstWidth: Int, secondWidth: Int, activation: Activation, weightVariance: Double = 1,
    hiddenVariance: Double = 1, readoutVariance: Double = 1
  ) {
    precondition(firstWidth > 0 && secondWidth > 0)
    precondition(weightVariance > 0 && hiddenVariance > 0 && readoutVariance > 0)
    self.firstWidth = firstWidth
    self.secondWidth = secondWidth
    self.activation = activation
    self.weightVariance = weightVariance
    self.hiddenVariance = hiddenVariance
    self.readoutVariance = readoutVariance
  }

  /// Returns the minimum of F that descent from the lazy state leads to.
  ///
  /// *Guarantee:* the equations of stationarity hold to ``Solution/residual``, at most 1e-9 of the
  /// largest entry, and F is not above that of the lazy state.
  ///
  /// *Complexity:* some tens of steps of some 7 n³ flops for erf, d³ for linear networks.
  ///
  /// - Parameters:
  ///   - data: X and y.
  ///   - ridge: κ.
  ///   - level: which terms F has.
  ///   - kernels: the kernels of an instruction set, which change no bit.
  /// - Throws: ``GaussianFeatureLearningError`` if κ is not finite and positive, the kernel is
  ///   singular in double precision, or the iteration does not converge.
  public func solve(
    _ data: LabelledInputs, ridge: Double, level: Level = .full, kernels: KernelSet = .best
  ) throws(GaussianFeatureLearningError) -> Solution {
    let equations = try equations(data, ridge: ridge, level: level, kernels: kernels)
    let descent = try FeatureLearningDescent(equations)
    return try Solution(descent, equations, data)
  }

  /// Returns the state of infinite widths, Σ = σ_w² I/d and K = Q(Σ): both divergences vanish.
  ///
  /// - Throws: ``GaussianFeatureLearningError`` as ``solve(_:ridge:level:kernels:)`` does.
  public func lazy(
    _ data: LabelledInputs, ridge: Double, level: Level = .full, kernels: KernelSet = .best
  ) throws(GaussianFeatureLearningError) -> Solution {
    let equations = try equations(data, ridge: ridge, level: level, kernels: kernels)
    return try Solution(FeatureLearningDescent(lazy: equations), equations, data)
  }

  private func equations(
    _ data: LabelledInputs, ridge: Double, level: Level, kernels: KernelSet
  ) throws(GaussianFeatureLearningError) -> FeatureLearningEquations {
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    return FeatureLearningEquations(self, data, ridge: ridge, level: level, kernels: kernels)
  }
}

/// The reason why a theory of a given data set has no answer.
public enum GaussianFeatureLearningError: Error, Hashable, CustomStringConvertible {
  /// There are no samples, or too many.
  case samplesOutside(Int)
  /// The dimension of the inputs is too large.
  case dimensionOutside(Int)
  /// There are not as many targets as inputs.
  case unequalLengths(inputs: Int, targets: Int)
  /// A number, described in words, is not finite or is beyond 1e100.
  case notFinite(String, Double)
  /// All inputs are zero, at which f vanishes.
  case inputsVanish
  /// The ridge is zero, negative or not finite.
  case ridgeNotPositive(Double)
  /// A kernel matrix of the lazy state is not positive definite in double precision.
  case kernelSingular
  /// The iteration ended at this relative residual of the equations.
  case notConverged(residual: Double)
  /// A quadrature of the exact posterior left this relative error.
  case unresolved(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    let limit = LabelledInputs.largestSize
    return switch self {
    case .samplesOutside(let n): "samples: got \(n); expected from 1 to \(limit)"
    case .dimensionOutside(let d): "dimension: got \(d) coordinates; expected from 1 to \(limit)"
    case .unequalLengths(let inputs, let targets):
      "targets: got \(targets) for \(inputs) inputs; expected one an input"
    case .notFinite(let place, let x): "\(place): got \(x); expected a number below 1e+100"
    case .inputsVanish: "inputs: all are zero, where every network vanishes; expected others"
    case .ridgeNotPositive(let ridge): "ridge: got \(ridge); expected a finite number above 0"
    case .kernelSingular:
      "the kernel is singular in double precision; expected inputs further apart, or variances "
        + "nearer to 1"
    case .notConverged(let residual):
      "the equations were left with a relative residual of \(oneDigit(residual)), above 1e-09; "
        + "expected a larger ridge or readout variance, or wider layers"
    case .unresolved(let error):
      "the exact posterior was not resolved: a relative error of \(oneDigit(error)) is left, above "
        + "1e-08; expected a larger ridge, or variances nearer to 1"
    }
  }
}
