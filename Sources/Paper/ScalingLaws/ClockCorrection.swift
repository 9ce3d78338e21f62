import Foundation
import Kernels
import Theory

/// The slope of the loss that a rich flow has before its power law is reached.
///
/// Below the frontier all targets are learned, so |b|² = ζ + J τ^(1 − β), where ζ is the zeta
/// function at 1 + α(β − 1), which a sum over modes has beside its integral. That gives c, t = ∫
/// dτ/c, and with L = Q τ^−β the slope −d ln L/d ln t = β t c/τ. Nothing is fitted.
struct ClockCorrection {
  private let task: PowerLawTask
  private let richness: Double
  private let growth: Double
  private let offset: Double

  /// - Precondition: β is not 1.
  init(_ task: PowerLawTask, richness: Double) throws {
    self.task = task
    self.richness = richness
    let beta = task.beta
    offset = Self.zeta(1 + task.alpha * (beta - 1))
    if beta < 1 {
      growth = try DescentAmplitude(task).growth
    } else {
      // c is constant, so a mode has learned 1 − e^−u: ∫ u^(β − 2) (I² − 1) du.
      growth = (pow(2, 1 - beta) - 2) * tgamma(beta - 1) / task.alpha
    }
  }

  private func clock(_ clockTime: Double) -> Double {
    let square = max(0, offset + growth * power(clockTime, 1 - task.beta))
    return (1 + (1 + 4 * richness * square).squareRoot()) / 2
  }

  /// The slopes at some times, in ascending order.
  func slopes(at times: [Double]) -> [Double] {
    // τ over 20 decades, by the trapezoidal rule in ln τ.
    let step = naturalLogarithm(10) / 200
    var tau = 1e-4
    var time = tau
    var slopes: [Double] = []
    while slopes.count < times.count {
      let next = tau * naturalExponential(step)
      let arrival = time + step / 2 * (tau / clock(tau) + next / clock(next))
      while slopes.count < times.count, times[slopes.count] <= arrival {
        let share = (times[slopes.count] - time) / (arrival - time)
        let there = tau + share * (next - tau)
        slopes.append(task.beta * times[slopes.count] * clock(there) / there)
      }
      (tau, time) = (next, arrival)
    }
    return slopes
  }

  private func power(_ x: Double, _ p: Double) -> Double {
    naturalExponential(p * naturalLogarithm(x))
  }

  /// The zeta function, by Euler's and Maclaurin's formula.
  private static func zeta(_ s: Double) -> Double {
    let end = 40.0
    var sum = 0.0
    for k in 1..<40 { sum += pow(Double(k), -s) }
    return sum + pow(end, 1 - s) / (s - 1) + pow(end, -s) / 2 + s * pow(end, -s - 1) / 12
      - s * (s + 1) * (s + 2) * pow(end, -s - 3) / 720
  }
}
