/// Every key of study files, section by section: what the reference documentation shows.
package struct SpecReference: Encodable, Sendable {
  package let sections: [Section]

  package struct Section: Encodable, Sendable {
    /// "two-layer networks", "the sampler".
    package let title: String
    /// What chooses the section's keys: "network: {kind: two-layer}"; `nil` where every study has
    /// them.
    package let condition: String?
    package let rows: [Setting]

    package init(title: String, condition: String?, rows: [Setting]) {
      self.title = title
      self.condition = condition
      self.rows = rows
    }
  }

  package init(sections: [Section]) { self.sections = sections }
}
