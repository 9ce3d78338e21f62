import Archives
import Figures
import Foundation
import Host
import Verdicts

/// A section of the results as a page: prose, pictures, captions, and what each figure rests on.
struct ResultsPage {
  let claims: Claims
  let studies: [Facts.Study]
  let runs: RunLog?

  func text(of section: Results.Section) -> String {
    Page.mark("figures/\(section.name).md, the captions figures/NAME.md and the numbers they quote")
      + "# \(Mathematics.markdown(section.prose.title))\n\n"
      + Mathematics.markdown(Page.filled(section.prose.text)) + "\n"
      + section.figures.map(text(of:)).joined()
  }

  private func text(of item: (figure: Figure, caption: Caption)) -> String {
    let (name, caption) = (item.figure.name, item.caption)
    return """

      <a id="figure-\(name)"></a>

      ## \(Mathematics.markdown(caption.title))

      ![\(caption.title)](../../figures/\(name).svg)

      \(Mathematics.markdown(Page.filled(caption.description)))

      \(Mathematics.markdown(Page.filled(caption.text)))

      \(claimsText(of: name))\(waysText(of: item.figure))
      """
  }

  private func claimsText(of figure: String) -> String {
    let own = claims.all.filter { $0.figures.contains(figure) }
    guard !own.isEmpty else { return "" }
    let lines = own.map { claim in
      let statement = Mathematics.markdown(claim.statement.replacing("]", with: "\\]"))
      return "- [\(statement)](../claims.md#\(claim.identifier)): \(claim.verdict.rawValue)\n"
    }
    return "Claims that rest on this figure:\n\n\(lines.joined())\n"
  }

  /// How to draw it, and what from.
  private func waysText(of figure: Figure) -> String {
    let own = (figure.studies + figure.overlays).compactMap { name in
      studies.first { $0.name == name }
    }
    guard !own.isEmpty else {
      return "Drawn by `make fig-\(figure.name)`, without any study.\n"
    }
    let rows = own.map { study in
      let time =
        runs?.whole(study.key).map {
          String(format: "%.0f s on %d core\($0.workers == 1 ? "" : "s")", $0.seconds, $0.workers)
        }
        // Simulated in pieces.
        ?? runs?.coreSeconds(of: study.name, key: study.key, cells: study.cells).map {
          "\(durationText($0)) of a core"
        }
      return [
        "[`\(study.name)`](../../\(study.spec))", study.title, "\(study.cells)",
        time ?? "not measured",
      ]
    }
    return "Drawn by `make fig-\(figure.name)` from these studies; from scratch by\n"
      + "`make reproduce/figures/\(figure.name).svg`.\n\n"
      + Page.table(["study", "asks", "cells", "simulated in"], rows)
  }
}
