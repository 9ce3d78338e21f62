import Experiments
import Host
import Studies

/// A network of a file, in the cell that it belongs to.
struct TrainedNetwork {
  /// The name of its group, or its index along the first axis.
  let name: String
  let cell: Cell
  /// The values of the kind's arrays, in their order, row-major.
  let weights: [[Double]]
  /// f on the training set as the file has it.
  let outputs: [Double]?

  /// Whitened parameters, read in one of the scalings.
  func parameters(_ scaling: WeightScaling, _ weights: [[Double]]? = nil) -> [Float] {
    let arrays = cell.kind.weights
    return zip(arrays, weights ?? self.weights).enumerated().flatMap { index, pair in
      let factor = scaling.factor(ofArray: index, of: cell)
      return pair.0.whitened(pair.1.map { factor * $0 }, in: cell.parameters)
    }
  }
}

extension TrainedNetwork {
  /// The name of the group of networks.
  private static let group = "networks"
  /// The name of f on the training set.
  static let outputsName = "f"

  /// The networks of a file.
  ///
  /// - Throws: `UserError` naming the array that is missing, unknown, of a wrong shape, or not of
  ///   finite numbers, or what is to be said of the cell.
  static func all(
    of file: WeightFile, in spec: StudySpec, at choice: CellChoice
  ) throws -> [TrainedNetwork] {
    let reader = TrainedNetworkReader(
      path: file.path, study: spec.file, kind: try spec.networkKind(), choice: choice,
      cells: try choice.cells(of: spec.cells()))
    var groups: [(name: String, arrays: [NumberArray])] = []
    var top: [NumberArray] = []
    for var array in file.arrays {
      let parts = array.name.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == group else {
        top.append(array)
        continue
      }
      array.name = String(parts[2])
      if let index = groups.firstIndex(where: { $0.name == parts[1] }) {
        groups[index].arrays.append(array)
      } else {
        groups.append((String(parts[1]), [array]))
      }
    }
    guard !groups.isEmpty else { return try reader.networks(of: top) }
    // Numbers of the cell may stand once for all.
    return try groups.map { name, arrays in
      let shared = top.filter { array in !arrays.contains { $0.name == array.name } }
      return try reader.network(named: name, arrays + shared)
    }
  }
}

/// Finds networks among arrays, and says what is wrong with them.
struct TrainedNetworkReader {
  let path, study: String
  let kind: NetworkKind
  let choice: CellChoice
  /// The cells that a network may belong to.
  let cells: [Cell]

  /// One network, or those along a first axis.
  func networks(of arrays: [NumberArray]) throws -> [TrainedNetwork] {
    let weights = try weights(of: arrays)
    if shapes.contains(where: { fit(weights.map(\.shape), $0) }) {
      return [try network(named: "0", arrays)]
    }
    guard let count = weights[0].shape.first, count > 0,
      weights.allSatisfy({ $0.shape.first == count }),
      shapes.contains(where: { fit(weights.map { Array($0.shape.dropFirst()) }, $0) })
    else { throw wrongShapes(weights) }
    return try (0..<count).map { index in
      let own = try arrays.map { array in
        if array.shape.first == count { return array.part(index) }
        guard array.values.count == 1, array.name != TrainedNetwork.outputsName else {
          throw UserError(
            "\(path): \(array.name) is \(array.shapeText); expected the \(count) networks along its "
              + "first axis")
        }
        return array
      }
      return try network(named: "\(index)", own)
    }
  }

  /// The network of these arrays.
  func network(named name: String, _ arrays: [NumberArray]) throws -> TrainedNetwork {
    let weights = try weights(of: arrays)
    let shape = weights.map(\.shape)
    guard shapes.contains(where: { fit(shape, $0) }) else { throw wrongShapes(weights) }
    for array in weights + arrays.filter({ $0.name == TrainedNetwork.outputsName }) {
      guard !array.isInteger else {
        throw UserError(
          "\(path): \(array.name) holds integers; expected float32 or float64, as trained weights are"
        )
      }
      if let place = array.values.firstIndex(where: { !Float($0).isFinite }) {
        throw UserError(
          "\(path): network \(shown(name)): \(array.name)\(array.index(of: place)) is "
            + "\(array.values[place]); expected a finite number of single precision")
      }
    }
    var numbers: [String: Double] = [:]
    for array in arrays where choice.numbers.contains(array.name) {
      guard array.values.count == 1 else {
        throw UserError(
          "\(path): \(array.name) is \(array.shapeText); expected one number, or one a network")
      }
      numbers[array.name] = array.values[0]
    }
    var choice = choice
    choice.add(numbers, from: path)
    let fitting = cells.filter { fit(shape, expected(in: $0)) }
    let cell = try choice.cells(of: fitting, alikeIn: choice.names)[0]
    let outputs = arrays.first { $0.name == TrainedNetwork.outputsName }
    guard outputs?.fits([cell.samples]) ?? true else {
      throw UserError(
        "\(path): f is \(outputs!.shapeText); expected f on the \(cell.samples) training samples")
    }
    return TrainedNetwork(
      name: name, cell: cell, weights: weights.map(\.values), outputs: outputs?.values)
  }

  /// The kind's arrays, in its order.
  private func weights(of arrays: [NumberArray]) throws -> [NumberArray] {
    let names = kind.weights.map(\.name)
    let allowed = names + choice.numbers + [TrainedNetwork.outputsName]
    let missing = names.filter { name in !arrays.contains { $0.name == name } }
    let unknown = arrays.map(\.name).filter { !allowed.contains($0) }
    guard missing.isEmpty, unknown.isEmpty else {
      let faults =
        (missing.isEmpty ? [] : ["\(missing.joined(separator: ", ")) missing"])
        + (unknown.isEmpty ? [] : ["\(unknown.map(shown).joined(separator: ", ")) unknown"])
      let found = arrays.filter { !choice.numbers.contains($0.name) }.prefix(12).map {
        "\(shown($0.name)) \($0.shapeText)"
      }.joined(separator: ", ")
      throw UserError(
        "\(path): \(faults.joined(separator: ", ")): it has \(found.isEmpty ? "nothing" : found); "
          + "expected \(expectedText) of a \(kind.name) network; f and numbers of the cell may stand "
          + "beside them")
    }
    return names.map { name in arrays.first { $0.name == name }! }
  }
}

// MARK: - Shapes

extension TrainedNetworkReader {
  /// The shapes of the cells' weights, each once.
  private var shapes: [[[Int]]] { cells.map(expected).uniqued }

  /// "w 40 × 20, a 40".
  private func text(of shapes: [[Int]]) -> String {
    zip(kind.weights, shapes).map { "\($0.name) \(NumberArray.text(of: $1))" }
      .joined(separator: ", ")
  }

  private func expected(in cell: Cell) -> [[Int]] {
    kind.weights.map { $0.shape(in: cell.parameters) }
  }

  private func fit(_ found: [[Int]], _ expected: [[Int]]) -> Bool {
    zip(found, expected).allSatisfy { NumberArray.fits($0, $1) }
  }

  /// "w (width × dimension), a (width)".
  private var expectedText: String {
    kind.weights.map { "\($0.name) (\($0.axesText))" }.joined(separator: ", ")
  }

  /// What is wrong with weights whose shapes are those of no cell.
  private func wrongShapes(_ weights: [NumberArray]) -> UserError {
    let found = text(of: weights.map(\.shape))
    let known: [String] = shapes.map(text)
    let cells =
      known.prefix(4).joined(separator: "; ")
      + (known.count > 4 ? "; and others" : "")
    let guess = likelyMistake(weights).map { " (\($0))" } ?? ""
    return UserError(
      "\(path): got \(found)\(guess); expected \(expectedText) of a cell of \(study): \(cells)")
  }

  /// The exchange of axes or arrays that makes them fit, in words.
  private func likelyMistake(_ weights: [NumberArray]) -> String? {
    for leading in [0, 1] {
      let shapes = weights.map { Array($0.shape.dropFirst(leading)) }
      for fitting in self.shapes {
        let transposed = weights.indices.filter { i in
          !NumberArray.fits(shapes[i], fitting[i])
            && NumberArray.fits(shapes[i].reversed(), fitting[i])
        }
        let others = weights.indices.filter { !transposed.contains($0) }
        if !transposed.isEmpty, others.allSatisfy({ NumberArray.fits(shapes[$0], fitting[$0]) }) {
          let names = transposed.map { weights[$0].name }.joined(separator: " and ")
          return "\(names) transposed: one row a neuron is expected, as torch.nn.Linear has it"
        }
        for i in weights.indices {
          for j in 0..<i {
            var exchanged: [[Int]] = shapes
            exchanged.swapAt(i, j)
            guard fit(exchanged, fitting) else { continue }
            return "they fit if \(weights[j].name) and \(weights[i].name) are exchanged"
          }
        }
      }
    }
    return nil
  }
}
