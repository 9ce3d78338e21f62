import Foundation
import Host
import Studies

extension Evaluation {
  /// The evaluation as text: one network as a column of its quantities, several as one row each.
  package var lines: [String] {
    let groups = networks.map(\.cell).uniqued.map { cell in networks.filter { $0.cell == cell } }
    return groups.enumerated().flatMap { index, networks in
      (index > 0 ? [""] : []) + [head(of: networks)]
        + (networks.count == 1 ? column(networks[0]) : rows(networks))
        + networks.flatMap { remarks(on: $0, amongSeveral: networks.count > 1) }
    } + gaps
  }

  private func head(of networks: [Network]) -> String {
    let first = networks[0]
    let count = networks.count == 1 ? "network \(first.name)" : "\(networks.count) networks"
    let state =
      switch (first.certified, first.draws) {
      case (let certified?, let draws?):
        "; posterior of \(draws) draws, " + (certified ? "certified" : "not certified")
      default: ""
      }
    let cell = axes.map { "\($0)=\(first.cell.text($0))" }.joined(separator: ",")
    let place = cell.isEmpty ? "the cell" : "the cell \(cell)"
    return "\(count) of \(weights) in \(place) of \(study)\(state)"
  }

  private func column(_ network: Network) -> [String] {
    var rows = [["", "network", "mean", "sd", "5 %", "95 %", "percentile"]]
    for quantity in network.quantities {
      let posterior = quantity.posterior.map {
        [$0.mean, $0.deviation, $0.low, $0.high].map(number)
          + [String(format: "%.1f", $0.percentile)]
      }
      rows.append(
        [quantity.name, number(quantity.value)] + (posterior ?? Array(repeating: "-", count: 5)))
    }
    return Columns(rows, left: [0]).lines + [kernelLine(network)]
  }

  private func rows(_ networks: [Network]) -> [String] {
    let quantities = networks[0].quantities
    var rows = [[""] + quantities.map(\.name) + ["spike"]]
    let parts: [(String, KeyPath<Posterior, Double>)] = [
      ("mean", \.mean), ("sd", \.deviation), ("5 %", \.low), ("95 %", \.high),
    ]
    if quantities.contains(where: { $0.posterior != nil }) {
      for (name, part) in parts {
        let values = quantities.map { $0.posterior.map { number($0[keyPath: part]) } ?? "-" }
        rows.append([name] + values + [""])
      }
    }
    for network in networks {
      let values = network.quantities.map { quantity in
        number(quantity.value)
          + (quantity.posterior.map { String(format: " (%.0f %%)", $0.percentile) } ?? "")
      }
      rows.append([network.name] + values + [network.kernel.spike.map(number) ?? "-"])
    }
    return Columns(rows, left: [0]).lines
  }

  private func kernelLine(_ network: Network) -> String {
    let kernel = network.kernel
    return "kernel eigenvalue of the target \(number(kernel.eigenvalue)), in the prior "
      + "\(number(kernel.prior)) ± \(number(kernel.priorError)): "
      + (kernel.spike.map { "a spike of \(number($0)) times" } ?? "too small to compare")
  }

  private func remarks(on network: Network, amongSeveral: Bool) -> [String] {
    let name = amongSeveral ? "\(network.name): " : ""
    var remarks = network.notes.map { "\(name)note: \($0)" }
    guard network.draws != nil else { return remarks }
    remarks.append(
      network.outside.isEmpty
        ? "\(name)like a draw: every quantity is within 5 and 95 % of the posterior"
        : "\(name)outside 5 to 95 % of the posterior: \(network.outside.joined(separator: ", "))")
    return remarks
  }

  private func number(_ value: Double) -> String { String(format: "%.4g", value) }
}
