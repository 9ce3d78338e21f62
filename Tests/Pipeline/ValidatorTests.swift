import Foundation
import TestSupport
import Testing

/// What the validators of others make of the project's metadata, licences and pictures.
@Suite struct ValidatorTests {
  @Test(.enabled(if: program("cffconvert") != nil, "cffconvert is not on PATH (PyPI: cffconvert)"))
  func cffconvertFindsItValid() throws {
    let cffconvert = try #require(program("cffconvert"))
    let valid = try run(cffconvert, ["--validate"], in: projectFolder)
    #expect(valid.status == 0, "\(valid)")
    let record = try run(cffconvert, ["--format", "zenodo"], in: projectFolder).output
    func members(_ text: Data) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    }
    let (theirs, ours) = (
      try members(Data(record.utf8)), try members(bytes("\(projectFolder)/.zenodo.json"))
    )
    for key in ["title", "description", "version", "keywords", "creators"] {
      #expect(try #require(theirs[key]) as? NSObject == ours[key] as? NSObject, "\(key)")
    }
  }

  @Test(.enabled(if: program("reuse") != nil, "reuse is not on PATH (PyPI: reuse)"))
  func everyFileHasALicence() throws {
    let lint = try run(try #require(program("reuse")), ["lint"], in: projectFolder)
    #expect(lint.status == 0, "\(lint.output.suffix(1000))")
  }

  @Test(
    .enabled(
      if: program("qpdf") != nil && program("pdffonts") != nil, "no qpdf or pdffonts on PATH"))
  func picturesAreWholeAndBringTheirFonts() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/figures")
    where name.hasSuffix(".pdf") {
      let path = "\(projectFolder)/figures/\(name)"
      let check = try run(try #require(program("qpdf")), ["--check", path])
      #expect(check.status == 0, "\(name): \(check)")
      let fonts = try run(try #require(program("pdffonts")), [path]).output.split(separator: "\n")
      #expect(fonts.count > 2, "\(name)")
      for font in fonts.dropFirst(2) {
        #expect(font.contains(" yes yes "), "\(name): not embedded as a subset: \(font)")
      }
    }
  }
}
