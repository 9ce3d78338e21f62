/// Where claims stand, and the tables of the numbers that they are about.
package struct ClaimFiles: Hashable, Sendable {
  /// The file of claims, beside which is the folder of registered predictions.
  package let claims: String
  /// The folder of tables.
  package let tables: String

  package init(claims: String, tables: String) {
    self.claims = claims
    self.tables = tables
  }
}

extension [Figure] {
  /// The figures in groups, each made from studies and from the tables of the groups before it.
  package var stages: [[Figure]] {
    [filter { !$0.isOfClaims }, filter(\.isOfClaims)].filter { !$0.isEmpty }
  }
}
