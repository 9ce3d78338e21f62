import Foundation
import TestSupport
import Testing

/// A browser without network shows the report as it is meant.
@Suite(.enabled(if: browser != nil, "no Chromium is on PATH (Debian: chromium)"))
struct ReportBrowserTests {
  /// What the page tells of itself, in a frame of this width: a copy of the report with a script of
  /// the test's.
  func look(width: Int, dark: Bool = false) throws -> [String: Double] {
    try withFolder { folder in
      let text = String(decoding: try ReportTests.page.get(), as: UTF8.self)
      let script = """
        <script>
        let violations = 0;
        addEventListener("securitypolicyviolation", () => violations++);
        addEventListener("load", () => {
          const boxes = [...document.querySelectorAll("figure svg[role=img]")]
            .map(picture => picture.getBoundingClientRect());
          const root = document.documentElement;
          const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 765;
          parent.postMessage({
            frame: innerWidth, width: root.scrollWidth, height: root.scrollHeight,
            pictures: boxes.filter(box => box.width > 300 && box.height > 150).length,
            loaded: performance.getEntriesByType("resource").length, violations,
            paper: light(getComputedStyle(document.body).backgroundColor),
            ink: light(getComputedStyle(document.body).color),
          }, "*");
        });
        </script></head>
        """
      let policy = "default-src 'none'; style-src 'unsafe-inline'"
      try #require(text.contains(policy) && text.contains("</head>"))
      try write(
        text.replacing(policy, with: "\(policy); script-src 'unsafe-inline'")
          .replacing("</head>", with: script, maxReplacements: 1), to: "\(folder)/report.html")
      try write(
        """
        <!DOCTYPE html><title>frame</title><pre id="told">nothing</pre>
        <script>
        addEventListener("message", event => { told.textContent = JSON.stringify(event.data) });
        </script>
        <iframe src="report.html" style="border: 0; width: \(width)px; height: 900px"></iframe>
        """, to: "\(folder)/frame.html")
      let run = try run(
        browser!,
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
          "--user-data-dir=\(folder)/profile", "--host-resolver-rules=MAP * ~NOTFOUND",
          "--enable-logging=stderr", "--window-size=1600,1000", "--virtual-time-budget=20000",
          "--blink-settings=preferredColorScheme=\(dark ? 0 : 1)", "--dump-dom",
          "file://\(folder)/frame.html",
        ])
      #expect(run.status == 0, "\(run.errors)")
      let console = run.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }
      #expect(console.isEmpty, "\(console)")
      let told = try #require(
        run.output.firstMatch(of: #/<pre id="told">([^<]*)</#)?.output.1,
        "\(run.output.prefix(500))")
      return try JSONDecoder().decode([String: Double].self, from: Data(told.utf8))
    }
  }

  @Test(arguments: [320, 390, 1280]) func nothingSticksOut(width: Int) throws {
    let told = try look(width: width)
    #expect(told["frame"] == Double(width))
    #expect(told["width"] == Double(width), "the page is wider than its window")
    #expect((told["height"] ?? 0) > 10_000)
    #expect(told["pictures"] == Double(try ReportTests.figures().count))
    #expect(told["loaded"] == 0 && told["violations"] == 0, "\(told)")
  }

  @Test func itFollowsTheColourScheme() throws {
    let (light, dark) = (try look(width: 1280), try look(width: 1280, dark: true))
    #expect(light["paper"]! > 0.9 && light["ink"]! < 0.2, "\(light)")
    #expect(dark["paper"]! < 0.2 && dark["ink"]! > 0.8, "\(dark)")
  }
}

private let browser = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap(program)
  .first
