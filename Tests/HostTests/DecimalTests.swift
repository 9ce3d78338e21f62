import Host
import Testing

/// Numbers in decimal digits, and what other readers take for numbers.
@Suite struct DecimalTests {
  @Test(arguments: ["0", "10", "-0.5", "+.5", "5.", "1e-3", "1E+30", "007"])
  func numbers(_ text: String) { #expect(isDecimal(text)) }

  @Test(arguments: [
    "", "-", ".", "1e", "1e+", "e5", "0x10", "1_000", "1:30", "inf", "nan", ".inf", "1 ", " 1",
    "1,5",
    "1.2.3", "1\0", "١", "−1", "1d3",
  ])
  func others(_ text: String) { #expect(!isDecimal(text), "\(text)") }

  @Test func octal() {
    for text in ["010", "-07", "00.5"] { #expect(looksOctal(text), "\(text)") }
    for text in ["0", "0.5", "10", "-0.1", "", "0e3"] { #expect(!looksOctal(text), "\(text)") }
  }
}
