import Kernels
import Networks

/// f(x) = Σ a_i erf(h_i), h_i = Σ_j V_ij erf(w_j·x), that learns He_m(x₁)/√m!.
package struct ThreeLayerProblem: Problem {
  package let network: ThreeLayerNetwork
  let hermite: HermiteTarget

  package init(_ cell: Parameters) {
    network = ThreeLayerNetwork(
      dimension: cell.dimension, firstWidth: cell.firstWidth, secondWidth: cell.secondWidth,
      weightVariance: cell.weightVariance, hiddenVariance: cell.real("hidden_variance"),
      readoutVariance: cell.readoutVariance)
    hermite = HermiteTarget(degree: cell.degree)
  }

  package func target(_ input: ArraySlice<Float>) -> Double { hermite.value(Double(input.first!)) }

  package func plantedStart(_ index: Int, from stream: RandomStream) -> [Float] {
    let patterns = ThreeLayerNetwork.Pattern.allCases
    return network.plantedStart(
      patterns[index % patterns.count], target: hermite, from: stream)
  }

  package func observer(test: TrainingSet?, kernels: KernelSet) -> any Observer {
    ThreeLayerObserver(self, TestSet(network: network, data: test!, kernels: kernels))
  }
}

private final class ThreeLayerObserver: Observer {
  let network: ThreeLayerNetwork
  let target: HermiteTarget
  let linear = HermiteTarget(degree: 1)
  let test: TestSet<ThreeLayerNetwork>

  init(_ problem: ThreeLayerProblem, _ test: consuming TestSet<ThreeLayerNetwork>) {
    network = problem.network
    target = problem.hermite
    self.test = test
  }

  func alignment(_ draw: borrowing AlignedBuffer) -> Double { test.alignment(draw).value }

  func observables(_ draw: borrowing AlignedBuffer) -> [Double] {
    let couplings = network.couplings(with: target, draw)
    let linear = network.hiddenOverlaps(with: linear, draw)
    let hidden = network.hiddenOverlaps(couplings: couplings, draw)
    func squares(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }
    return [
      Double(network.firstLayerSpecialists(draw)),
      Double(linear.count { abs($0) > SpecialistThreshold.secondLayer }),
      squares(couplings), squares(linear), squares(hidden),
    ]
  }

  func units(_ draw: borrowing AlignedBuffer) -> [[Float]] {
    var first: [Float] = []
    for neuron in 0..<network.firstWidth {
      first.append(Float(network.overlap(ofNeuron: neuron, draw)))
    }
    return [first, network.hiddenOverlaps(with: linear, draw).map { Float($0) }]
  }
}

extension NetworkKind {
  package static let threeLayer = NetworkKind(
    name: "three-layer", plural: "three-layer networks",
    sizes: [
      Size(coordinate: Coordinate("dimension", "input dimension d", "x ~ N(0, I_d)")),
      Size(
        coordinate: Coordinate(
          "first_width", "first hidden width N_1", "h_i(x) = sum_j^N_1 V_ij erf(w_j.x)")),
      Size(
        coordinate: Coordinate(
          "second_width", "second hidden width N_2", "f(x) = sum_i^N_2 a_i erf(h_i(x))")),
    ],
    inputs: ["dimension"],
    choices: [Choice(coordinate: .activation, words: ["erf"])],
    target: .hermite(
      description: "y(x) = He_m(x_1)/sqrt(m!)", degrees: Target.oddDegrees,
      allowed: Target.oddForErf),
    variances: [
      Coordinate(
        "weight_variance", "first-layer prior variance sigma_w^2", "w_j ~ N(0, sigma_w^2 I/d)"),
      Coordinate(
        "hidden_variance", "second-layer prior variance sigma_v^2",
        "V_ij ~ N(0, sigma_v^2/N_1)"),
      Coordinate(
        "readout_variance", "readout prior variance sigma_a^2", "a_i ~ N(0, sigma_a^2/N_2)"),
    ],
    observables: [
      Observable(
        "first_specialists", "specialised neurons of the first layer",
        "number of neurons with |w_j.w*| > \(SpecialistThreshold.overlap), those of the prior included",
        isInteger: true),
      Observable(
        "second_specialists", "specialised neurons of the second layer",
        "number of neurons with |<h_i,x_1>| > \(SpecialistThreshold.secondLayer)",
        isInteger: true),
      Observable(
        "first_coupling", "coupling of the first layer to the target",
        "sum_j <erf(w_j.x),y>^2, N_1 times the target's eigenvalue of the first kernel"),
      Observable(
        "second_linear", "linear overlap of the second layer", "sum_i <h_i,x_1>^2"),
      Observable(
        "second_magnetization", "magnetization beta of the second layer", "sum_i <h_i,y>^2"),
    ],
    units: [
      Unit(
        coordinate: Coordinate(
          "first_overlap", "overlap w_j.w*", "of each neuron of the first layer"),
        axis: "first_neuron", size: "first_width"),
      Unit(
        coordinate: Coordinate(
          "second_overlap", "linear overlap <h_i,x_1>", "of each neuron of the second layer, exact"),
        axis: "second_neuron", size: "second_width"),
    ],
    certifying: ["first_coupling", "second_linear"], needsTestSet: true,
    planted:
      "planted: at the patterns \(ThreeLayerNetwork.Pattern.allCases.map(\.rawValue).joined(separator: ", ")) in turn",
    demand: { cell in
      let d = Double(cell.dimension)
      let (n, m) = (Double(cell.firstWidth), Double(cell.secondWidth))
      return Demand(
        parameters: n * (d + m) + m, perSample: max(d, n, m), features: m,
        work: n * (d + m + 10) + 10 * m,
        planted: Double(ThreeLayerNetwork.plantedSamples) * d)
    },
    problem: { ThreeLayerProblem($0) })
}
