import Foundation
import Host
import Networks
import Theory
import YAML

/// An architecture in YAML, for the pattern calculator:
///
///     about: three layers, the second as wide as the inputs
///     degree: 3
///     activation: erf
///     scaling: standard
///     layers:
///       - {kind: dense, width: d^3/2}
///       - {kind: dense, width: d}
///
/// A size is a number, a power of d, or their product, "4*d^1.5". Of a convolution's patch and
/// patches, whose product is d, one may be left out.
package struct ArchitectureSpec: Sendable {
  package let architecture: Architecture
  /// What the file says it is.
  package let about: String?
  /// What the calculator takes for granted about the activation.
  package let assumption: String

  /// Reads a file.
  ///
  /// - Throws: `UserError` naming file, line, key, value and what was expected.
  package init(reading file: String) throws {
    try self.init(YAMLNode.read(file, as: "an architecture").root)
  }

  /// Reads a mapping, which may be a part of a file.
  ///
  /// - Throws: `UserError` naming file, line, key, value and what was expected.
  package init(_ root: YAMLNode) throws {
    /// The file and, of a part, its key, as errors about all of it begin.
    let place = ([root.file] + (root.key.isEmpty ? [] : [root.key])).joined(separator: ": ")
    let members = try root.members(["about", "source", "degree", "activation", "scaling", "layers"])
    about = try members["about"]?.text()
    _ = try members["source"]?.text()
    let scaling = try members["scaling"]?.word(Architecture.Scaling.allCases.map(\.rawValue))
    let items = try root.required("layers", in: members).items("layers", numbered: true)
    var sizes = [Architecture.Size("d", exponent: .one)]
    var built: [Architecture.Layer] = []
    var isAttention = false
    for (index, layer) in items.enumerated() {
      let kinds = ["dense", "convolution", "attention"]
      let all = try layer.members(["kind", "width", "channels", "patch", "patches", "tokens"])
      let kind = try layer.required("kind", in: all).word(kinds)
      let keys =
        switch kind {
        case "dense": ["width"]
        case "convolution": ["channels", "patch", "patches"]
        default: ["tokens"]
        }
      let own = try layer.members(["kind"] + keys)
      /// The index of a new size.
      func size(_ key: String, _ name: String) throws -> Int {
        let node = try layer.required(key, in: own)
        sizes.append(try node.size(name))
        return sizes.count - 1
      }
      let number = items.count > 1 ? "\(index + 1)" : ""
      switch kind {
      case "dense": built.append(.dense(width: try size("width", "N\(number)")))
      case "convolution":
        let channels = try size("channels", "N\(number)")
        var patch = try own["patch"]?.size("S")
        var patches = try own["patches"]?.size("Nw")
        guard patch != nil || patches != nil else {
          throw UserError(
            "\(root.file): missing key '\(layer.key).patch'; expected it, or patches")
        }
        patch = patch ?? patches!.complement("S")
        patches = patches ?? patch!.complement("Nw")
        for size in [patch!, patches!] where size.exponent < .zero {
          throw UserError(
            "\(root.file): \(layer.key): expected patch and patches of at most d")
        }
        let (exponent, product) = (
          patch!.exponent + patches!.exponent, patch!.coefficient * patches!.coefficient
        )
        guard exponent == .one && abs(product - 1) < 1e-9 else {
          throw UserError(
            "\(root.file): \(layer.key): patch times patches is \(product == 1 ? "" : "\(product)*")d^\(exponent);"
              + " expected d: the patches do not overlap")
        }
        sizes += [patch!, patches!]
        built.append(
          .convolution(channels: channels, patch: sizes.count - 2, patches: sizes.count - 1))
      default:
        isAttention = true
        built.append(.attention(tokens: try size("tokens", "L")))
      }
    }
    let convolves = built.contains { if case .convolution = $0 { true } else { false } }
    let degree =
      try members["degree"]?.integerOrZero() ?? (convolves && !isAttention ? 1 : 3)
    let activation = try members["activation"]?.word(Self.activations) ?? "erf"
    if let gap = Self.gap(activation, degree: degree) {
      throw members["activation"]!.error(expected: "erf or tanh: \(gap)")
    }
    assumption =
      activation == "linear"
      ? "a linear activation, which learns a linear target alone"
      : "an odd activation that saturates, as erf or tanh; of these exponents do not depend on which"
    do {
      architecture = try Architecture(
        sizes: sizes, layers: built, degree: degree,
        scaling: scaling.flatMap(Architecture.Scaling.init) ?? .standard)
    } catch {
      throw UserError("\(place): \(error)")
    }
  }
}

extension ArchitectureSpec {
  private static let activations = HermiteOverlap.Activation.allCases.map(\.rawValue) + ["linear"]

  /// Returns why the calculator does not cover an activation; `nil` if it does.
  private static func gap(_ activation: String, degree: Int) -> String? {
    switch activation {
    case "relu", "gelu":
      "the energies count specialised neurons, and \(activation) prefers no number of them: any "
        + "number share Σ w₁² (cod theory ldt --activation relu)"
    case "linear" where degree > 1:
      "a linear network learns nothing of a target of degree \(degree)"
    default: nil
    }
  }

  /// The sizes' values where "d=64,N1=512" sets some; widths that are numbers have their own, and
  /// the others follow from d.
  ///
  /// - Throws: `UserError` naming what is unknown, missing or out of range.
  package func values(at text: String) throws -> [Double] {
    let sizes = architecture.sizes
    let names = sizes.map(\.name)
    var given: [String: Double] = [:]
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.split(separator: "=", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, let value = Double(parts[1]), (1...1e12).contains(value) else {
        throw UserError("--at: got '\(item)'; expected NAME=NUMBER, the number from 1 to 1e12")
      }
      guard names.contains(parts[0]) else {
        throw UserError(
          "--at: got '\(parts[0])'; expected one of \(names.joined(separator: ", "))")
      }
      guard given.updateValue(value, forKey: parts[0]) == nil else {
        throw UserError("--at: got '\(parts[0])' twice; expected each size once")
      }
    }
    guard let d = given["d"] else { throw UserError("--at: missing d; expected it, as in d=64") }
    if case .convolution(_, let patch, let patches) = architecture.layers[0] {
      // Their product is d: one that is not named follows from the other.
      let (s, n) = (sizes[patch].name, sizes[patches].name)
      if let value = given[s], given[n] == nil { given[n] = d / value }
      if let value = given[n], given[s] == nil { given[s] = d / value }
      if let a = given[s], let b = given[n], abs(a * b / d - 1) > 1e-9 {
        throw UserError("--at: \(s) times \(n) is \(a * b); expected d = \(d)")
      }
    }
    return try sizes.map { size in
      let value = given[size.name] ?? size.coefficient * pow(d, size.exponent.double)
      guard (1...1e12).contains(value) else {
        throw UserError("--at: \(size.name) is \(value); expected a size from 1 to 1e12")
      }
      return value
    }
  }
}

extension Architecture.Size {
  /// d over this size.
  fileprivate func complement(_ name: String) -> Self {
    Self(name, exponent: .one - exponent, coefficient: 1 / coefficient)
  }
}

extension YAMLNode {
  /// A number, a power of d, or their product.
  fileprivate func size(_ name: String) throws -> Architecture.Size {
    let expected =
      "a number, a power of d, or their product, as 512, d^3/2 or 4*d^1.5, no exponent below 0"
    guard let text = node.scalar?.string,
      let match = text.wholeMatch(
        of: #/(?:([0-9.]+(?:[eE]\+?[0-9]+)?)\ *\*?\ *)?(?:(d)(?:\^(\(?[0-9.\/]+\)?))?)?/#),
      !text.isEmpty
    else { throw error(expected: expected) }
    var coefficient = 1.0
    if let number = match.output.1 {
      guard let value = Double(number), (1e-6...1e12).contains(value) else {
        throw error(expected: expected)
      }
      coefficient = value
    }
    guard match.output.2 != nil else {
      guard coefficient >= 1 else { throw error(expected: "a size of at least 1") }
      return Architecture.Size(name, exponent: .zero, coefficient: coefficient)
    }
    guard let power = match.output.3 else {
      return Architecture.Size(name, exponent: .one, coefficient: coefficient)
    }
    guard power.hasPrefix("(") == power.hasSuffix(")") else {
      throw error(expected: "both brackets of an exponent or none, as d^(3/2) or d^3/2")
    }
    let digits = power.trimmingCharacters(in: CharacterSet(charactersIn: "()"))
    guard let exponent = Rational(digits) else {
      let isLong = digits.split(whereSeparator: { !$0.isNumber }).contains { $0.count > 6 }
      throw error(
        expected: isLong
          ? "an exponent of at most six digits before and after the point, or a fraction, as 1/3"
          : expected)
    }
    guard exponent <= Rational(100) else { throw error(expected: "an exponent up to 100") }
    return Architecture.Size(name, exponent: exponent, coefficient: coefficient)
  }
}
