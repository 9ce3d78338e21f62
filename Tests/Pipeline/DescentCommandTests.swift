import Foundation
import TestSupport
import Testing

/// `cod theory descent`: what it prints, and what it says to bad input.
@Suite struct DescentCommandTests {
  func json(_ arguments: String...) throws -> [String: Any] {
    try successfulMembers(of: try run(tool, arguments))
  }

  /// The linear model of scaling laws: reference numbers, by their keys.
  @Test func descent() throws {
    let flow = try json(
      "theory", "descent", "--alpha", "1.5", "--beta", "0.5", "--richness", "1", "--times",
      "60,1,5,20", "--modes", "100", "--json")
    let points = try #require(flow["points"] as? [[String: Any]])
    let expected = [0.014299134583504165, 0.665697568916917, 0.20515563397429806]
    for (point, loss) in zip(points, expected) {
      #expect(abs(try number(point["loss"]) / loss - 1) < 1e-9)
    }
    // Times come back in the order in which they were given.
    #expect(points.map { $0["time"] as? Double } == [60, 1, 5, 20])
    #expect(abs(try number(points[0]["clock"]) - 5.222392740231146) < 1e-8)
    #expect(try number(points[3]["frontier"]) > 20 && number(points[3]["slope"]) > 1)
    #expect(abs(try number(flow["law"]) - 2.0 / 3) < 1e-12)
    let amplitude = try #require(flow["amplitude"] as? [String: Any])
    #expect(abs(try number(amplitude["J"]) - 1.5439979757705837) < 1e-8)
    #expect(abs(try number(amplitude["Q"]) - 0.7697608519854419) < 1e-8)
    #expect(flow["kappa"] == nil)

    let wide = try json(
      "theory", "descent", "--alpha", "1.5", "--beta", "1.5", "--richness", "0", "--times", "1e9",
      "--modes", "2000", "--width", "64", "--json")
    #expect(abs(try number(wide["kappa"]) / 0.0061922960141335024 - 1) < 1e-9)
    #expect(abs(try number(wide["floor"]) / 0.011161869052725853 - 1) < 1e-9)
    #expect(abs(try number(wide["floor_mean_network"]) / 0.00047909913922771066 - 1) < 1e-9)
    #expect(wide["amplitude"] == nil && wide["law"] as? Double == 1.5)
    let last = try #require(wide["points"] as? [[String: Any]])[0]
    #expect(abs(try number(last["loss"]) / (try number(wide["floor"])) - 1) < 1e-8)

    let noisy = try json(
      "theory", "descent", "--alpha", "2", "--beta", "0.5", "--richness", "0", "--times",
      "1,10,100,1000", "--modes", "50", "--batch", "1", "--step", "0.2", "--json")
    let means = [1.3439485085425176, 0.5227162157696068, 0.14930108401253783, 0.03163659614215242]
    for (point, mean) in zip(try #require(noisy["points"] as? [[String: Any]]), means) {
      #expect(abs(try number(point["mean_loss"]) / mean - 1) < 1e-11)
    }
    let text = try cod(
      "theory", "descent", "--alpha", "1.5", "--beta", "0.5", "--times", "10", "--width", "16")
    #expect(text.status == 0 && text.errors == "" && text.output.contains("kappa"), "\(text)")
  }

  @Test(arguments: [
    (["--alpha", "0.5"], "--alpha: got '0.5'; expected a number above 0.5, at most 100"),
    (["--alpha", "nan"], "--alpha: got 'nan'; expected a number above 0.5, at most 100"),
    (["--beta", "0"], "--beta: got '0'; expected a number above 0, at most 100"),
    (["--richness", "-1"], "--richness: got '-1'; expected a number from 0 to 1e12"),
    (["--times", "0"], "--times: got '0'; expected a number above 0, at most 1e100"),
    (["--times", "1,inf"], "--times: got 'inf'; expected a number above 0, at most 1e100"),
    (["--times", "1,,2"], "--times: got ''; expected a number above 0, at most 1e100"),
    (["--modes", "0"], "--modes: got '0'; expected an integer from 1 to 1000000000"),
    (
      ["--modes", "10", "--width", "11"],
      "--width: got '11'; expected an integer from 1 to the number of modes, at most 1000000000"
    ),
    (["--batch", "8"], "expected --batch and --step, both or neither"),
    (
      ["--batch", "8", "--step", "0.1"],
      "--richness: got '1.0'; expected 0 with --batch, where the mean loss is exact"
    ),
    (
      ["--batch", "8", "--step", "0.1", "--richness", "0", "--times", "1.5"],
      "--times: got '1.5'; expected a whole number of steps"
    ),
    (
      ["--batch", "0", "--step", "0.1", "--richness", "0"],
      "--batch: got '0'; expected an integer, at least 1"
    ),
    (
      ["--batch", "1", "--step", "2", "--richness", "0", "--modes", "1"],
      "--step: got '2.0', at which descent is unstable; expected less than 0.6666666666666666"
    ),
    (
      ["--alpha", "1", "--width", "8"],
      "--alpha: got '1.0', with which the trace of infinitely many modes is infinite; "
        + "expected alpha above 1 or a finite number of modes"
    ),
  ])
  func descentMistakes(options: [String], words: String) throws {
    var arguments = ["theory", "descent"]
    for (name, value) in [("--alpha", "1.5"), ("--beta", "0.5"), ("--times", "10")]
    where !options.contains(name) { arguments += [name, value] }
    expectFailure(try run(tool, arguments + options), 2, saying: "cod: \(words)\n")
  }

  /// What has vanished is not printed.
  @Test func descentBeyondRange() throws {
    let arguments = ["theory", "descent", "--alpha", "1.5", "--beta", "0.5", "--modes", "3"]
    let run = try run(tool, arguments + ["--times", "1e12"])
    expectFailure(run, 1, saying: "beyond double precision; expected other sizes\n")
  }
}
