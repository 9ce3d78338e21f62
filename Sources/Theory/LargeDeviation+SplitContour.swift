import Foundation

// Contour integrals of the terms of `SplitTail`, each through the term's saddle point.

extension SplitTail {
  /// Integrates by the trapezoidal rule, halving its step until that changes the value by less than
  /// 1e-6.
  func integrate(_ term: inout Term, _ nodes: Nodes) -> Bool {
    term.step = 0.5
    term.half = rule(term, nodes, step: 1)
    for _ in 0..<9 {
      term.value = rule(term, nodes, step: term.step)
      guard term.value.isFinite else { return false }
      if term.value > 0 && abs(term.half / term.value - 1) < 1e-6 { return true }
      term.half = term.value
      term.step /= 2
    }
    return false
  }

  /// Returns (1/π) ∫ Im[exp(K(z) − zα − bound) z′/z] by the trapezoidal rule. The contour is z = t
  /// (1 + (cosh u − 1)/2 + i sinh u), along which |e^K| falls, with u = spread · sinh v.
  func rule(_ term: Term, _ nodes: Nodes, step: Double) -> Double {
    let saddle = term.saddle
    let contour = Contour(term, nodes, threshold: threshold, width: width, factor: factor)
    var sum = 0.0
    var small = 0
    for i in 0..<100_000 {
      let v = step * Double(i)
      let (u, stretch) = (term.spread * sinh(v), term.spread * cosh(v))
      let re = saddle * (1 + (cosh(u) - 1) / 2)
      let im = saddle * sinh(u)
      let k = contour.logarithm((re * re - im * im) * factor, 2 * re * im * factor)
      let size = k.re - re * alignment - term.bound
      let phase = k.im - im * alignment
      let p = exp(size)
      let (re1, im1) = (p * cos(phase), p * sin(phase))
      let (dRe, dIm) = (saddle * sinh(u) / 2 * stretch, saddle * cosh(u) * stretch)
      let norm = re * re + im * im
      let (qRe, qIm) = ((dRe * re + dIm * im) / norm, (dIm * re - dRe * im) / norm)
      let value = (re1 * qIm + im1 * qRe) * (i == 0 ? 0.5 : 1)
      sum += value
      small = p * (qRe * qRe + qIm * qIm).squareRoot() < 1e-17 * abs(sum) ? small + 1 : 0
      if small == 3 { break }
    }
    return sum * step / .pi
  }

  /// The logarithm of a term's generating function in the complex plane.
  private struct Contour {
    private let bulk: Part
    private let below: Part
    private let own: Part
    private let count: Int
    private let rest: Double
    private let constant: Double

    init(_ term: Term, _ nodes: Nodes, threshold: Int, width: Int, factor: Double) {
      let h = factor * term.saddle * term.saddle
      let order = nodes.order
      bulk = Part(nodes, 0..<threshold * order, h)
      below = Part(nodes, threshold * order..<term.panel * order, h)
      own = Part(nodes, term.panel * order..<(term.panel + 1) * order, h)
      count = term.count
      rest = Double(width - term.count)
      constant = logBinomial(width, term.count)
    }

    func logarithm(_ x: Double, _ y: Double) -> (re: Double, im: Double) {
      let b = bulk.logarithm(x, y)
      var (re, im) = (rest * b.re + constant, rest * b.im)
      guard count > 0 else { return (re, im) }
      // The difference is G_{p+1}^k − G_p^k = g Σ_j G_{p+1}^{k−1−j} G_p^j, in units of the larger
      // shift.
      let g = own.sum(x, y)
      re += log(g.re * g.re + g.im * g.im) / 2 + own.shift
      im += atan2(g.im, g.re)
      if count > 1 {
        let low = below.sum(x, y)
        let shift = max(own.shift, below.shift)
        let (a, c) = (exp(own.shift - shift), exp(below.shift - shift))
        let (lowRe, lowIm) = (c * low.re, c * low.im)
        let (allRe, allIm) = (a * g.re + lowRe, a * g.im + lowIm)
        var (polynomialRe, polynomialIm) = (1.0, 0.0)
        // With q = G_p/G_{p+1} it is (1 − q^k)/(1 − q) G_{p+1}^{k−1}, by Horner's rule for small k.
        let norm = allRe * allRe + allIm * allIm
        guard norm > 0 else { return (-.infinity, 0) }
        let (qRe, qIm) = (
          (lowRe * allRe + lowIm * allIm) / norm, (lowIm * allRe - lowRe * allIm) / norm
        )
        if count <= 64 {
          for _ in 1..<count {
            (polynomialRe, polynomialIm) = (
              1 + polynomialRe * qRe - polynomialIm * qIm, polynomialRe * qIm + polynomialIm * qRe
            )
          }
        } else {
          let k = Double(count)
          let (size, angle) = (exp(k / 2 * log(qRe * qRe + qIm * qIm)), k * atan2(qIm, qRe))
          let (topRe, topIm) = (1 - size * cos(angle), -size * sin(angle))
          let (bottomRe, bottomIm) = (1 - qRe, -qIm)
          let square = bottomRe * bottomRe + bottomIm * bottomIm
          (polynomialRe, polynomialIm) = (
            (topRe * bottomRe + topIm * bottomIm) / square,
            (topIm * bottomRe - topRe * bottomIm) / square
          )
        }
        re += Double(count - 1) * (log(norm) / 2 + shift)
        im += Double(count - 1) * atan2(allIm, allRe)
        re += log(polynomialRe * polynomialRe + polynomialIm * polynomialIm) / 2
        im += atan2(polynomialIm, polynomialRe)
      }
      return (re, im)
    }
  }

  /// The sum Σ p e^{h c²} over the nodes that matter at real h up to a largest one.
  private struct Part {
    let shift: Double
    private var squares: [Double] = []
    private var logWeights: [Double] = []

    init(_ nodes: Nodes, _ range: Range<Int>, _ h: Double) {
      var largest = -Double.infinity
      for i in range { largest = max(largest, nodes.logWeights[i] + h * nodes.squares[i]) }
      shift = largest
      for i in range where nodes.logWeights[i] + h * nodes.squares[i] > largest - 42 {
        squares.append(nodes.squares[i])
        logWeights.append(nodes.logWeights[i] - shift)
      }
    }

    /// Returns the sum over e^shift. It is zero far out on the contour, where every exponent is
    /// below −45.
    func sum(_ x: Double, _ y: Double) -> (re: Double, im: Double) {
      var (re, im) = (0.0, 0.0)
      for i in squares.indices {
        let exponent = logWeights[i] + x * squares[i]
        guard exponent > -45 else { continue }
        let p = exp(exponent)
        let angle = y * squares[i]
        if abs(angle) < 1e-5 {
          re += p * (1 - angle * angle / 2)
          im += p * angle
        } else {
          re += p * cos(angle)
          im += p * sin(angle)
        }
      }
      return (re, im)
    }

    /// Returns the logarithm of the whole sum.
    func logarithm(_ x: Double, _ y: Double) -> (re: Double, im: Double) {
      let (re, im) = sum(x, y)
      return (log(re * re + im * im) / 2 + shift, atan2(im, re))
    }
  }
}
