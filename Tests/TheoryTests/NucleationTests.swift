import Foundation
import Networks
import TestSupport
import Testing
import Theory

@Suite struct NucleationTests {
  /// Barrier and second minimum of an independent implementation, on a grid of 0.001 in w₁.
  @Test(arguments: [
    (12, 0.234181076, 0.922, 0.233164235, 1.012), (16, 0.149887501, 0.674, -0.222578657, 1.26),
    (20, 0.114945291, 0.585, -0.885698906, 1.337), (30, 0.075770145, 0.472, -3.005853866, 1.39),
    (60, 0.041514112, 0.35, -11.12594469, 1.306),
  ])
  func reference(q: Double, barrier: Double, top: Double, least: Double, bottom: Double) throws {
    let got = try Nucleation().landscape(load: q)
    #expect(abs(got.barrier.freeEnergy - barrier) < 1e-5, "b: \(got.barrier), q \(q)")
    #expect(abs(got.barrier.overlap - top) < 1.5e-3, "w of the barrier: \(got.barrier), q \(q)")
    #expect(abs(got.specialist.freeEnergy - least) < 1e-5, "F: \(got.specialist), q \(q)")
    #expect(abs(got.specialist.overlap - bottom) < 1.5e-3, "w: \(got.specialist), q \(q)")
  }

  /// The specialist is worth its cost from q ≈ 14.4 on, where the barrier is 0.175.
  @Test func coexistence() throws {
    let got = try Nucleation().coexistence()
    #expect(abs(got.load - 14.4) < 0.2, "q: \(got)")
    #expect(abs(got.barrier.freeEnergy - 0.175) < 0.003, "b: \(got)")
    #expect(abs(got.specialist.freeEnergy) < 1e-9)
    #expect(try Nucleation().landscape(load: got.load * 1.01).specialist.freeEnergy < 0)
    #expect(try Nucleation().landscape(load: got.load * 0.99).specialist.freeEnergy > 0)
  }

  static let models = [
    Nucleation(),
    Nucleation(degree: 5, weightVariance: 1.5, readoutVariance: 0.5, widthPerDimension: 4),
    Nucleation(weightVariance: 0.6, readoutVariance: 2, widthPerDimension: 0.5),
    Nucleation(degree: 99), Nucleation(widthPerDimension: 1e4),
  ]

  /// F/d written with d, N and Q as it is derived.
  @Test(arguments: models)
  func freeEnergyIsThatOfTheDerivation(model: Nucleation) {
    let d = 40.0
    let n = model.widthPerDimension * d
    let (v, rho, q) = (1.1, 0.4, 25.0)
    let (s, load) = (v + rho, q * d)
    let c = ErfCoupling(degree: model.degree).value(overlap: v.squareRoot(), squaredNorm: s)
    let k = 2 / Double.pi * asin(2 * s / (1 + 2 * s))
    let linear = 4 / Double.pi * s / (1 + 2 * s)
    let (sa, sw) = (model.readoutVariance, model.weightVariance)
    let eigenvalue = sa * (4 / .pi) * sw / (1 + 2 * sw) / d
    let rest = k - linear + linear / (1 + load * eigenvalue)
    let gain = sa / n * load * load * c * c / (1 + sa / n * load * rest)
    let expected = (s / sw - 1 - log(rho / sw)) / 2 - gain / (2 * d)
    expect(model.freeEnergy(v, rho, load: q), near: expected, within: 1e-13, "F/d")
    #expect(model.freeEnergy(0, sw, load: q) == 0)
  }

  /// The barrier is a saddle and the specialist the least F beyond it. At the larger loads two
  /// lengths of w_⊥ compete.
  @Test(arguments: [
    (30, 0), (200, 0), (100, 1), (200, 1), (30, 2), (1e4, 0), (1e7, 0), (1e5, 1), (1e6, 2),
    (1e6, 3), (1e4, 4), (1e12, 4),
  ])
  func neighboursAreNoBetter(load: Double, index: Int) throws {
    let model = Self.models[index]
    let got = try model.landscape(load: load)
    let (barrier, specialist) = (got.barrier, got.specialist)
    #expect(barrier.freeEnergy > 0 && barrier.overlap < specialist.overlap)
    let (v, rho) = (barrier.overlap * barrier.overlap, barrier.squaredTransverse)
    // Slopes and curvatures by v and ρ, relative to them, by central differences.
    let h = 1e-3
    func f(_ i: Double, _ j: Double) -> Double {
      model.freeEnergy(v * (1 + i * h), rho * (1 + j * h), load: load)
    }
    let slopes = [f(1, 0) - f(-1, 0), f(0, 1) - f(0, -1)].map { $0 / (2 * h) }
    #expect(slopes.allSatisfy { abs($0) < 1e-5 }, "slopes \(slopes)")
    let vv = f(1, 0) + f(-1, 0) - 2 * f(0, 0)
    let rr = f(0, 1) + f(0, -1) - 2 * f(0, 0)
    let vr = (f(1, 1) + f(-1, -1) - f(1, -1) - f(-1, 1)) / 4
    #expect(vv * rr - vr * vr < 0, "curvatures \(vv), \(rr), \(vr)")
    // Up to 5 σ_w or beyond the specialist, and from 0 to where F is flat by ln ρ.
    let reach = max(5 * model.weightVariance.squareRoot(), 1.5 * specialist.overlap)
    for i in 1...500 {
      let w = reach * Double(i) / 500
      if w < specialist.overlap {
        let energy = model.neuron(overlap: w, load: load).freeEnergy
        #expect(energy <= barrier.freeEnergy + 1e-12, "w₁ = \(w)")
      }
      for k in stride(from: -3600, through: 0, by: 25) where w > barrier.overlap {
        let energy = model.freeEnergy(
          w * w, model.weightVariance * exp(Double(k) / 100), load: load)
        #expect(energy >= specialist.freeEnergy, "w₁ = \(w), ln ρ = \(Double(k) / 100)")
      }
    }
  }

  /// At a large load ρ stays σ_w² up to the barrier, and the linear part is learned. So F/d is
  /// v/(2σ_w²) − ½ q C v³/((1 + 2σ_w²)³ k̃), with k̃ = (2/π) (arcsin x − x) at x = 2σ_w²/(1 +
  /// 2σ_w²), whose top is at v² = (1 + 2σ_w²)³ k̃/(3 q C σ_w²) and v/(3σ_w²) high. The specialist
  /// has ρ → 0 and F/d → −½ q max c²/k̃ over v: at degree 5 inside, and 1 in the limit v → 0 at
  /// degree 3.
  @Test(arguments: [1e8, 1e12, 1e20, 1e40, 1e60])
  func largeLoads(q: Double) throws {
    let correction = 30 / q.squareRoot() + 1e-12
    for s in [1, 0.6] {
      let got = try Nucleation(weightVariance: s, readoutVariance: 2).landscape(load: q)
      let (x, square) = (2 * s / (1 + 2 * s), 16 / (6 * Double.pi))
      let rest = 2 / .pi * (asin(x) - x)
      let v = (pow(1 + 2 * s, 3) * rest / (3 * q * square * s)).squareRoot()
      let top = got.barrier
      expect(top.overlap * top.overlap / v, near: 1, within: correction, "v, q \(q)")
      expect(top.freeEnergy / (v / (3 * s)), near: 1, within: correction, "b, q \(q)")
      expect(top.squaredTransverse / s, near: 1, within: correction, "ρ, q \(q)")
      // c²/k̃ = 1 − O(v) there, and v falls about as q^{−1/5}.
      #expect(got.specialist.freeEnergy > -q / 2 && got.specialist.freeEnergy < -0.49 * q)
    }
    let quintic = try Nucleation(degree: 5).landscape(load: q).specialist
    let coupling = ErfCoupling(degree: 5)
    let best = (1...4000).map { i in
      let v = Double(i) / 500
      let x = 2 * v / (1 + 2 * v)
      return coupling.square(squaredOverlap: v, squaredTransverse: 0)
        / (2 / .pi * (asin(x) - x))
    }.max()!
    expect(quintic.freeEnergy / (-q / 2 * best), near: 1, within: 2e-6 + 100 / q, "F, q \(q)")
  }

  @Test func numbersBeyondDoublePrecisionAreErrors() {
    for load in [1e61, 1e300] {
      #expect(throws: NucleationError.outOfRange("load P/(κd)", load)) {
        try Nucleation().landscape(load: load)
      }
    }
    #expect(throws: NucleationError.outOfRange("width N/d", 1e-300)) {
      try Nucleation(widthPerDimension: 1e-300).landscape(load: 10)
    }
  }

  /// Where a specialist is stable, it stays so at every larger load, or an error says why not.
  @Test(arguments: [3, 7, 33], [0.1, 1, 1e6])
  func specialistsStayAsLoadsGrow(degree: Int, variance: Double) throws {
    let model = Nucleation(degree: degree, weightVariance: variance)
    var seen = false
    for exponent in 0...24 {
      do {
        _ = try model.landscape(load: pow(10, Double(exponent) / 2))
        seen = true
      } catch .specialistMissing(let load) {
        #expect(!seen, "q \(load)")
      } catch .notConverged {}
    }
    #expect(seen)
  }

  @Test func whatHasNoBarrierIsAnError() {
    #expect(throws: NucleationError.specialistMissing(load: 5)) {
      try Nucleation().landscape(load: 5)
    }
    for load in [0, -1, .infinity, .nan] {
      #expect(throws: NucleationError.self) { try Nucleation().landscape(load: load) }
    }
    #expect("\(NucleationError.specialistMissing(load: 5))".contains("5.0"))
  }
}
