import Experiments
import Foundation
import Host
import Studies
import TestSupport
import Testing

/// Every mistake in a study is told in one line: file, line, key, value, and what was expected.
@Suite struct SpecErrorTests {
  static let keys = [
    Mistake(
      "network: {kind", "netwrok: {kind",
      ":3: unknown key 'netwrok'; expected one of question, source, experiment, network, target, data, prior, "
        + "ridge, sampler, observe, smoke; did you mean 'network'?"),
    Mistake(
      "width: [3", "widht: [3",
      ":3: unknown key 'network.widht'; expected one of kind, activation, dimension, width; "
        + "did you mean 'width'?"),
    Mistake(
      "width: 3", "widht: 3",
      ":10: unknown key 'network.widht'; expected one of kind, activation, dimension, width; "
        + "did you mean 'width'?"),
    Mistake(
      "  network: {width: 3", "  netwrok: {width: 3",
      ":10: unknown key 'smoke.netwrok'; expected one of question, source, experiment, network, target, data, "
        + "prior, ridge, sampler, observe; did you mean 'network'?"),
    Mistake(
      "planted: 1", "plantd: 1",
      ":8: unknown key 'sampler.chains.plantd'; expected one of cold, planted; "
        + "did you mean 'planted'?"),
    Mistake(
      "samples: 10", "samples: {per_dimensoin: 2}",
      ":5: unknown key 'data.samples.per_dimensoin'; expected one of per_dimension, factors, of; "
        + "did you mean 'per_dimension'?"),
    Mistake(
      "activation: erf", "colour: blue",
      ":3: unknown key 'network.colour'; expected one of kind, activation, dimension, width"),
    Mistake(
      "ridge:", "\"rid\\nge\":",
      ":7: unknown key 'rid ge'; expected one of question, source, experiment, network, target, data, prior, "
        + "ridge, sampler, observe, smoke; did you mean 'ridge'?"),
    Mistake("ridge: 0.1\n", "", ":1: missing key 'ridge'"),
    Mistake(", width: [3, 5]", "", ":3: missing key 'network.width'"),
    Mistake("kind: two-layer, ", "", ":3: missing key 'network.kind'"),
    Mistake("samples: 10, ", "", ":5: missing key 'data.samples'"),
    Mistake("warmup: 20, ", "", ":8: missing key 'sampler.warmup'"),
    Mistake("question: Is it tiny?\n", "", ":1: missing key 'question'"),
  ]

  static let values = [
    Mistake("[3, 5]", "[]", ":3: network.width: got an empty list; expected at least one value"),
    Mistake("[3, 5]", "[3, 5, 3]", ":3: network.width: got '3'; expected each value once"),
    Mistake("ridge: 0.1", "ridge: [0.1, 1e-1]", ":7: ridge: got '1e-1'; expected each value once"),
    Mistake("[3, 5]", "[3, [5]]", ":3: network.width: got [5]; " + integer),
    Mistake("[3, 5]", "", ":3: network.width: got nothing; " + integer),
    Mistake("[3, 5]", "wide", ":3: network.width: got 'wide'; " + integer),
    Mistake("[3, 5]", "[3, 0]", ":3: network.width: got '0'; " + integer),
    Mistake("[3, 5]", "-3", ":3: network.width: got '-3'; " + integer),
    Mistake("[3, 5]", "3.5", ":3: network.width: got '3.5'; " + integer),
    Mistake("[3, 5]", "1000000001", ":3: network.width: got '1000000001'; " + integer),
    Mistake(
      "[3, 5]", "9223372036854775808", ":3: network.width: got '9223372036854775808'; " + integer),
    Mistake("width: 3", "width: -7", ":10: network.width: got '-7'; " + integer),
    Mistake(
      "[3, 5]", "{}",
      ":3: network.width: got a mapping; expected a positive integer, a list of them, "
        + "{per_dimension: …}, or {factors: …, of: …}"),
    Mistake("dimension: 4", "dimension: 0", ":3: network.dimension: got '0'; " + integer),
    Mistake("samples: 10", "samples: 1e3", ":5: data.samples: got '1e3'; " + integer),
    Mistake("samples: 10", "samples: 0x10", ":5: data.samples: got '0x10'; " + integer),
    Mistake("samples: 10", "samples: 010", ":5: data.samples: got '010'; " + integer),
    Mistake("samples: 10", "samples: '1:10'", ":5: data.samples: got '1:10'; " + integer),
    Mistake("ridge: 0.1", "ridge: 1e-40", ":7: ridge: got '1e-40'; " + number),
    Mistake("datasets: 2", "datasets: [1, 2]", ":5: data.datasets: got [1, 2]; " + integer),
    Mistake("ridge: 0.1", "ridge: 0", ":7: ridge: got '0'; " + number),
    Mistake("ridge: 0.1", "ridge: .inf", ":7: ridge: got '.inf'; " + number),
    Mistake("ridge: 0.1", "ridge: .nan", ":7: ridge: got '.nan'; " + number),
    Mistake(
      "ridge: 0.1", "ridge: |\n  small\n  or large",
      ":7: ridge: got 'small or large'; " + number),
    Mistake(
      "weight_variance: 1", "weight_variance: -1",
      ":6: prior.weight_variance: got '-1'; " + number),
    Mistake(
      "kind: two-layer", "kind: deep",
      ":3: network.kind: got 'deep'; expected one of two-layer, three-layer, "
        + "four-layer, attention, convolution"),
    Mistake(
      "kind: hmc", "kind: nuts", ":8: sampler.kind: got 'nuts'; expected one of hmc, langevin"),
    Mistake("kind: hmc", "kind: langevin", ":8: missing key 'sampler.step'"),
    Mistake(
      "kind: hmc", "kind: langevin, step: [0.1, 0.1]",
      ":8: sampler.step: got '0.1'; expected each value once"),
    Mistake(
      "kind: hmc", "kind: hmc, step: 0.1",
      ":8: unknown key 'sampler.step'; expected one of kind, chains, warmup, draws, doublings, "
        + "certificate, thin, slices, trajectory, readout, replicas, ladders, "
        + "involutions"),
    Mistake(
      "kind: hmc", "kind: hmc, trajectory: long",
      ":8: sampler.trajectory: got 'long'; " + number + ", or adapted"),
    Mistake(
      "kind: hmc", "kind: hmc, readout: drawn",
      ":8: sampler.readout: got 'drawn'; expected one of sampled, integrated"),
    Mistake(
      "kind: hmc", "kind: hmc, readout: integrated, replicas: 8",
      ":8: sampler.replicas: got '8'; expected no replicas beside readout: integrated, which they do "
        + "not move"),
    Mistake(
      "kind: hmc, chains: {cold: 1, planted: 1}", "kind: hmc, replicas: 8, chains: {planted: 0}",
      ":8: sampler.replicas: got '8'; expected chains of both kinds, cold and planted, that may "
        + "disagree"),
    Mistake(
      "kind: hmc", "kind: hmc, replicas: 1",
      ":8: sampler.replicas: got '1'; expected from 2 to 64 replicas, or 0 for no tempering"),
    Mistake(
      "kind: hmc", "kind: hmc, ladders: all",
      ":8: sampler.ladders: got 'all'; expected disagreeing where there are no replicas"),
    Mistake(
      "kind: hmc", "kind: hmc, replicas: 4, ladders: none",
      ":8: sampler.ladders: got 'none'; expected one of disagreeing, all"),
    Mistake(
      "kind: hmc", "kind: hmc, slices: 65",
      ":8: sampler.slices: got '65'; expected an integer from 1 to 64"),
    Mistake(
      "kind: hmc", "kind: hmc, readout: integrated, slices: 2",
      ":8: sampler.slices: got '2'; expected 1 beside readout: integrated, which needs all samples "
        + "at once"),
    Mistake("degree: 3", "degree: 4", ":4: target.degree: got '4'; " + degree),
    Mistake("degree: 3", "degree: 17", ":4: target.degree: got '17'; " + degree),
    Mistake(
      "draws: 12", "draws: 13",
      ":8: sampler.draws: got '13'; expected an even number of draws, at least 8"),
    Mistake(
      "draws: 12", "draws: 6",
      ":8: sampler.draws: got '6'; expected an even number of draws, at least 8"),
    Mistake(
      "draws: 12", "draws: -1",
      ":8: sampler.draws: got '-1'; expected an even number of draws, at least 8"),
    Mistake(
      "kind: hmc", "kind: hmc, replicas: 65",
      ":8: sampler.replicas: got '65'; expected from 2 to 64 replicas, or 0 for no tempering"),
    Mistake("degree: 3", "degree: 0", ":4: target.degree: got '0'; " + degree),
    Mistake(
      "degree: 3", "degree: -3",
      ":4: target.degree: got '-3'; expected an odd integer from 1 to 15"),
    Mistake("ridge: 0.1", "ridge: 1:30", ":7: ridge: got '1:30'; " + number),
    Mistake("ridge: 0.1", "ridge: 0x1p-3", ":7: ridge: got '0x1p-3'; " + number),
    Mistake("ridge: 0.1", "ridge: 1_0.5", ":7: ridge: got '1_0.5'; " + number),
    Mistake("ridge: 0.1", "ridge: 010", ":7: ridge: got '010'; " + number),
    Mistake("ridge: 0.1", "ridge: \"0.1 \"", ":7: ridge: got '0.1 '; " + number),
    Mistake("ridge: 0.1", "ridge: 1e400", ":7: ridge: got '1e400'; " + number),
    Mistake(
      "ridge: 0.1", "ridge: [0.1, \"0.1\"]", ":7: ridge: got '0.1'; expected each value once"),
    Mistake(
      "ridge: 0.1", "ridge: !mine 0.1",
      ":7: ridge: got the tag !mine; expected a value without one"),
    Mistake(
      "question: Is it tiny?", "question: \"a\\0b\"",
      ":1: question: got the control character U+0000"
        + withoutOne),
    Mistake(
      "question: Is it tiny?", "question: \"\\e[31mred\"",
      ":1: question: got the control character U+001B" + withoutOne),
    Mistake(
      "source: a test", "source: \"\\x9b31mred\"",
      ":2: source: got the control character U+009B" + withoutOne),
    Mistake(
      "source: a test", "\"so\\eurce\": a test",
      ":2: so␛urce: got the control character U+001B" + withoutOne),
    Mistake("question: Is it tiny?", "question: null", ":1: question: got 'null'; expected a text"),
    Mistake("question: Is it tiny?", "question: \" \"", ":1: question: got ' '; expected a text"),
    Mistake("thin: 5", "thin: 0", ":8: sampler.thin: got '0'; " + integer),
    Mistake(
      "doublings: 0", "doublings: 17",
      ":8: sampler.doublings: got '17'; expected an integer from 0 to 16"),
    Mistake(
      "doublings: 0", "doublings: -1",
      ":8: sampler.doublings: got '-1'; expected an integer from 0 to 16"),
    Mistake(
      "cold: 1, planted: 1", "cold: 0, planted: 0",
      ":8: sampler.chains: got a mapping; expected at least one chain"),
    Mistake(
      "{samples: 10, datasets: 2}", "40",
      ":5: data: got '40'; expected a mapping with keys samples, datasets, inputs"),
    Mistake("question: Is it tiny?", "question:", ":1: question: got nothing; expected a text"),
    Mistake("question: Is it tiny?", "question: [a]", ":1: question: got [a]; expected a text"),
  ]
  static let withoutOne = "; expected a text without one"
  static let number = "expected a positive number, from 1e-12 to 1e12"
  static let integer = "expected an integer from 1 to 1000000000"
  static let degree = "expected an odd degree up to 15: erf has no even components"

  static let sizesPerDimension = [
    Mistake(
      "samples: 10", "samples: {per_dimension: [2, 2.1]}",
      ":5: data.samples.per_dimension: got '2.1'; "
        + "expected a size of its own at dimension 4, but 8 is there"),
    Mistake(
      "[3, 5]", "{per_dimension: [0.01, 0.02]}",
      ":3: network.width.per_dimension: got '0.01'; "
        + "expected a size of at least 1 at dimension 4, but it is 0.04"),
    Mistake(
      "[3, 5]", "{per_dimension: [0.2, 0.25]}",
      ":3: network.width.per_dimension: got '0.25'; "
        + "expected a size of its own at dimension 4, but 1 is there"),
    Mistake(
      "samples: 10", "samples: {factors: 0.01, of: dimension width}",
      ":5: data.samples.factors: got '0.01'; "
        + "expected a size of at least 1 at dimension 4, width 3, but it is 0.12"),
    Mistake(
      "samples: 10", "samples: {factors: 1, of: width^-1}",
      ":5: data.samples.of: got 'width^-1'; expected a product of powers of dimension, width, as in "
        + "width^3/2, with exponents that are multiples of 1/4"),
    Mistake(
      "readout_variance: 1", "readout_variance: {factors: 1, of: length^-1}",
      ":6: prior.readout_variance.of: got 'length^-1'; expected a product of powers of dimension, "
        + "width, as in width^-1, with exponents that are multiples of 1/4"),
    Mistake(
      "readout_variance: 1", "readout_variance: {factors: 1}",
      ":6: missing key 'prior.readout_variance.of'"),
    Mistake(
      "[3, 5]", "{per_dimension: 1e9}",
      ":3: network.width.per_dimension: got '1e9'; "
        + "expected a size of at most 1000000000 at dimension 4"),
    Mistake(
      "[3, 5]", "{per_dimension: [1, -2]}",
      ":3: network.width.per_dimension: got '-2'; " + number),
  ]

  static let beyondMemory = [
    Mistake(
      "[3, 5]", "1000000000",
      ": network.dimension × network.width, the weights of one network: got 5e+09; "
        + "expected at most 1e+08"),
    Mistake(
      "samples: 10", "samples: 100000000",
      ": data.samples × what a network makes of one: got 4e+08; "
        + "expected at most 1e+08"),
    Mistake(
      "datasets: 2", "datasets: 1000000",
      ": cells on the grid: got 1e+06; expected at most 100000"),
    Mistake(
      "draws: 12", "draws: 1000000000",
      ": kept draws × chains × network.width: got 1.2e+09; expected at most 1e+08"),
  ]

  static let syntax = [
    Mistake("ridge: 0.1", "ridge: 0.1\nridge: 1", ": not YAML: line 7: key 'ridge' appears twice"),
    Mistake(
      "width: [3, 5]", "width: 3, width: 5", ": not YAML: line 3: key 'width' appears twice"),
    Mistake(
      "ridge: 0.1", "\tridge: 0.1",
      ": not YAML: line 7: while scanning for the next token "
        + "found character that cannot start any token"),
    Mistake(
      "degree: 3}", "degree: 3",
      ": not YAML: line 5: while parsing a flow mapping did not find expected ',' or '}'"),
    Mistake(
      "ridge: 0.1", "---\nridge: 0.1",
      ": not YAML: line 7: expected a single document in the stream but found another document"),
    Mistake(
      "ridge: 0.1", "ridge: *small", ": not YAML: line 7: found undefined alias"),
    Mistake(
      "ridge: 0.1", "ridge: 0.1\u{1}", ": not YAML: line 7: control characters are not allowed"),
  ]

  @Test(arguments: keys + values + sizesPerDimension + beyondMemory + syntax)
  func aMistake(_ mistake: Mistake) async throws {
    try await withFolder { folder in
      let file = "\(folder)/study.yml"
      try Data(tinyStudy.with(mistake.part, as: mistake.replacement).utf8)
        .write(to: URL(filePath: file))
      let line = await errorLine { _ = try StudySpec(reading: file) }
      #expect(line == file + mistake.message, "after \(mistake.part) became \(mistake.replacement)")
    }
  }
}
