import Foundation
import Host
import Sampling

extension BenchmarkReport {
  /// The report as aligned tables, with notes where they are needed.
  package var text: String {
    [
      machineLines, gradientTable, workerTable, samplerTable, normalsTable,
      [format("peak resident memory %.0f MiB", Double(peakResidentBytes) / 0x1p20)],
    ].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var machineLines: [String] {
    let core = machine.pinnedCore.map { "kept on core \($0)" } ?? "on no core in particular"
    let limits = machine.limits
    let loads = limits.loads.map { load in
      let size =
        load.bytes < 1 << 20 ? "\(load.bytes >> 10) KiB" : "\(load.bytes >> 20) MiB"
      return format("%@ %.0f", size, load.gigabytesPerSecond)
    }
    return [
      "\(machine.isa), \(machine.cores) cores, \(core)",
      format(
        "limits of the core: multiply-adds %.0f GFLOP/s; ns a number: erf with derivative %.3f, "
          + "tanh %.3f, relu %.3f, gelu %.3f, e^x %.3f, e^x and e^-x %.3f, normal %.3f",
        limits.multiplyAddGflops, limits.erf, limits.tanh, limits.relu, limits.gelu,
        limits.exponential, limits.exponentialPair, limits.normal),
      "loads in GB/s from an array of " + loads.joined(separator: ", "),
    ]
  }

  private var gradientTable: [String] {
    guard !gradients.isEmpty else { return [] }
    let rows = gradients.map { row in
      [
        row.model, row.variant, row.sizes, format("%.0f", row.gradientsPerSecond),
        format("%.1f", row.microseconds), format("%.0f", row.gflops),
        format("%.0f", row.peakGflops), percent(row.fractionOfPeak),
        format("%.1f", row.limit.products) + (row.limit.isOfLoads ? " (loads)" : ""),
        format("%.1f", row.limit.operations), format("%.1f", row.limit.functions),
        format("%.1f", row.limitMicroseconds), percent(row.fractionOfLimit),
        percent(row.target), row.verdict.rawValue, row.isa,
      ]
    }
    var lines = table(
      [
        "network", "", "shape", "gradients/s", "us", "GFLOP/s", "peak", "of peak", "products us",
        "operations", "functions", "limit us", "of limit", "target", "", "isa",
      ], rows, left: [0, 1, 2, 14, 15])
    lines.append(
      "The limit is the least time of the arithmetic: products and operations at the peak, functions at the "
        + "times above, all measured in the same rounds.")
    let share = gradients.map(\.coreShare).min()!
    if share < WorkerResult.wholeShare {
      lines.append(
        format(
          "Others ran on this core: its share was %.0f %% at least. Times are processor times, which do "
            + "not count them, but the caches were theirs too.", 100 * share))
    }
    return lines
  }

  private var workerTable: [String] {
    guard !workers.isEmpty else {
      return gradients.isEmpty
        ? [] : ["Two workers were not compared: there is one core to run on."]
    }
    let rows = workers.map { row in
      [
        row.model, row.variant, row.sizes, format("%.0f", row.oneGradientsPerSecond),
        format("%.0f", row.allGradientsPerSecond), format("%.2f", row.ratio),
        format("%.2f", row.processorTimeRatio), format("%.1f", row.target),
        row.verdict.rawValue, percent(row.coreShare),
      ]
    }
    var lines = table(
      [
        "two workers", "", "shape", "one/s", "two/s", "ratio", "by processor time", "target", "",
        "share of cores",
      ], rows, left: [0, 1, 2, 8])
    if workers.contains(where: { $0.verdict == .loaded }) {
      lines.append(
        "Others ran on these cores: the ratio by the wall clock is theirs as well as ours. That by "
          + "processor time shows what two workers cost each other.")
    }
    return lines
  }

  private var samplerTable: [String] {
    guard !samplers.isEmpty else { return [] }
    let rows = samplers.map { row in
      [
        row.model, "\(row.dimension),\(row.width),\(row.samples),\(row.ridge)", row.posterior,
        format("%.0f", row.bulkEssPerSecond), row.target.map { format("%.0f", $0) } ?? "",
        row.verdict?.rawValue ?? "", format("%.0f", row.bulkEss),
        format("%.1f", row.gradientsPerEss), format("%.1f", row.microsecondsPerGradient),
        format("%.3f", row.rHat), format("%.3f", row.largestRHat), format("%.2f", row.acceptance),
        format("%.2f", row.warmupSeconds), format("%.2f", row.seconds),
      ]
    }
    let first = samplers[0]
    let disagree = samplers.contains { $0.largestRHat >= Diagnostics.largestRHat }
    return table(
      [
        "network", "d,N,P,kappa", "posterior", "ESS/s", "target", "", "ESS", "gradients/ESS",
        "us/gradient",
        "R-hat", "largest", "accepted", "warm-up s", "draws s",
      ], rows, left: [0, 1, 2, 5])
      + [
        format(
          "Medians over %d data sets of %d chains of %d draws after %d; ESS is the alignment's bulk "
            + "effective sample size, a second of one core's time without warm-up.", first.datasets,
          first.chains, first.draws, first.warmup)
      ]
      + (disagree
        ? [
          "Where the largest R-hat is \(Diagnostics.largestRHat) or more, "
            + "cold and planted chains of a data set disagree."
        ]
        : [])
  }

  private var normalsTable: [String] {
    guard let normals else { return [] }
    let rows = normals.checks.map { check in
      [
        check.name.replacingOccurrences(of: "_", with: " "), format("%.7g", check.value),
        format("%.7g", check.expected), format("%.2g", check.standardError),
        format("%+.2f", check.z),
      ]
    }
    return [
      format(
        "%d normals, %.3f ns each, the largest %.3f", normals.count, normals.nanosecondsPerNormal,
        normals.largest)
    ] + table(["", "value", "expected", "error", "z"], rows, left: [0]) + [
      normals.withinFourSigma ? "all within 4 sigma" : "NOT all within 4 sigma"
    ]
  }
}

private func format(_ format: String, _ arguments: any CVarArg...) -> String {
  String(format: format, arguments: arguments)
}

private func percent(_ fraction: Double) -> String { format("%.1f %%", 100 * fraction) }

private func table(_ header: [String], _ rows: [[String]], left: Set<Int>) -> [String] {
  Columns([header] + rows, left: left).lines
}
