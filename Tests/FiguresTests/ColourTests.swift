import Foundation
import TestSupport
import Testing

/// Colours that carry meaning are told from white paper: a contrast of 3 : 1 or more (WCAG 2.1,
/// criterion 1.4.11, non-text contrast).
@Suite struct ColourTests {
  /// Relative luminance of sRGB.
  func luminance(_ colour: UInt32) -> Double {
    let parts = [16, 8, 0].map { shift -> Double in
      let x = Double(colour >> UInt32(shift) & 0xff) / 255
      return x <= 0.03928 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  @Test func theFormula() {
    #expect(luminance(0) == 0)
    expect(luminance(0xFFFFFF), near: 1, within: 1e-12, "white")
    expect(1.05 / (luminance(0xE69F00) + 0.05), near: 2.25, within: 0.01, "too light an orange")
  }

  @Test func everyColourOfALineOrPoint() throws {
    let folder = "\(projectFolder)/figures"
    let scripts = try FileManager.default.contentsOfDirectory(atPath: folder)
      // Its colours fill regions, whose names are written in them.
      .filter { $0.hasSuffix(".gp") && $0 != "phase-diagram.gp" }
    #expect(scripts.count > 20)
    var colours: Set<UInt32> = []
    for script in scripts {
      let text = try String(contentsOfFile: "\(folder)/\(script)", encoding: .utf8)
      for match in text.matches(of: #/0x([0-9A-Fa-f]{6})/#) {
        let colour = try #require(UInt32(match.output.1, radix: 16))
        colours.insert(colour)
        let contrast = 1.05 / (luminance(colour) + 0.05)
        #expect(contrast >= 3, "\(script): \(match.output.0) has \(contrast) : 1 on white")
      }
    }
    #expect(colours.count >= 7)
  }
}
