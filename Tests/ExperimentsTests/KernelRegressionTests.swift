import Archives
import Experiments
import Foundation
import Kernels
import Studies
import TestSupport
import Testing

/// Kernel ridge regression on data sets: reference numbers, the bound on every subset, a user's own
/// file, and what is refused.
@Suite struct KernelRegressionTests {
  /// A study of the digits as the talk has them.
  static func digits(_ target: String, samples: String, more: String = "") -> String {
    """
    question: What is learned of digits?
    source: a test
    experiment: kernel-regression
    data: {inputs: \(projectFolder)/data/digits.csv, targets: 65, centre: true, components: 10, samples: \(samples)\(more)}
    target: \(target)
    prior: {bias_variance: 0.25}
    ridge: 0.1
    """
  }

  func task(_ text: String) async throws -> KernelRegressionTask {
    try #require(try await StudySpec.of(text).cells().first?.task as? KernelRegressionTask)
  }

  /// Numbers of an independent implementation, trained on the first P rows.
  @Test(arguments: [
    (
      "x1", 64,
      [
        1.9715252491076016, 0.03733492039436034, 0.9482408040680051, 0.976988810893445,
        0.9577191743677591,
      ]
    ),
    (
      "x1 x2 x3", 256,
      [
        3.7622397789730315, 8.71889182125162e-05, 0.21418983834170208,
        0.42021007488889917, 0.5814202687773965,
      ]
    ),
    (
      "x4 x5", 256,
      [
        1.1830172424087622, 0.00028825354614434636, 0.3012010652982038,
        0.5574643517438322, 0.59769806102535,
      ]
    ),
  ])
  func referenceNumbers(target: String, samples: Int, expected: [Double]) async throws {
    let task = try await task(
      Self.digits("{kind: product, of: \(target)}", samples: "\(samples)"))
    let first = [
      -0.13661680909662477, -2.3077285582371254, 1.0264761924067585, -1.4116747070237143,
      0.773277462561263, 0.8071029266468863, -0.3528416601055546, -0.27697996447224926,
      0.06311356434239491, -0.3932864971041326,
    ]
    for (a, b) in zip(task.inputs.row(0), first) { #expect(abs(a - b) < 1e-9, "\(a) \(b)") }
    let result = try task.regress(
      Array(0..<samples), testing: Array(samples..<1797), kernels: .best)
    let names = ["second_moment", "eigenvalue", "learnability", "bound", "test_learnability"]
    for (name, value) in zip(names, expected) {
      expect(result.doubles(name)[0], near: value, within: 1e-8, name)
    }
    #expect(result.doubles("residual")[0] < 1e-12 && result.isSound)
  }

  /// The bound is a theorem: it holds for every subset of every data set.
  @Test func learnabilityIsBelowTheBound() async throws {
    let uniform = """
      question: And of uniform inputs?
      source: a test
      experiment: kernel-regression
      data: {inputs: uniform, rows: 300, dimension: 6, samples: [4, 32, 128], datasets: 4}
      target: {kind: zonal, degree: [1, 2, 3]}
      prior: {bias_variance: [0.25, 4], weight_variance: [1, 5]}
      ridge: [0.001, 0.1, 2]
      """
    let digits = Self.digits(
      "{kind: product, of: [x1, x1 x2, x4 x5, x1 x2 x3, x4 x5 x6]}", samples: "[8, 64, 160]",
      more: ", datasets: 6")
    var count = 0
    for text in [uniform, digits] {
      for cell in try await StudySpec.of(text).cells() {
        let result = try cell.compute()
        let (value, bound) = (result.doubles("learnability")[0], result.doubles("bound")[0])
        #expect(value <= bound * (1 + 1e-9), "\(cell.task.canonical)")
        #expect(value > 0, "\(cell.task.canonical)")
        count += 1
      }
    }
    #expect(count == 3 * 3 * 2 * 2 * 3 * 4 + 5 * 3 * 6)
  }

  /// On uniform inputs what is learned of the other rows is what is learned of the sphere.
  @Test func theControl() async throws {
    let text = """
      question: Are they the same?
      source: a test
      experiment: kernel-regression
      data: {inputs: uniform, rows: 1200, dimension: 5, samples: 150, datasets: 6}
      target: {kind: product, of: x1 x2}
      prior: {bias_variance: 0.25}
      ridge: 0.02
      """
    let gaps = try await StudySpec.of(text).cells().map { cell in
      let result = try cell.compute()
      return result.doubles("test_learnability")[0] / result.doubles("learnability")[0] - 1
    }
    #expect(abs(gaps.reduce(0, +) / 6) < 0.03, "\(gaps)")
    #expect(gaps.allSatisfy { abs($0) < 0.12 }, "\(gaps)")
  }

  // MARK: - Subsets and keys

  @Test func subsetsAreNestedAndOfEveryRow() async throws {
    let inputs = try await task(Self.digits("{kind: zonal, degree: 1}", samples: "8")).inputs
    let (few, rest) = inputs.split(samples: 8, dataset: 3, kernels: .best)
    let (many, _) = inputs.split(samples: 100, dataset: 3, kernels: .best)
    #expect(Array(many.prefix(8)) == few)
    #expect(Set(few + rest) == Set(0..<1797) && few.count + rest.count == 1797)
    #expect(inputs.split(samples: 8, dataset: 4, kernels: .best).training != few)
    for set in InstructionSet.available {
      #expect(
        inputs.split(samples: 100, dataset: 3, kernels: KernelSet(set)!).training == many, "\(set)")
    }
  }

  @Test func whatChangesTheKey() async throws {
    let text = Self.digits("{kind: zonal, degree: 1}", samples: "8")
    let key = try await StudySpec.of(text).cells()[0].key
    for (old, new) in [
      ("components: 10", "components: 11"), ("centre: true", "centre: false"),
      ("components: 10", "components: 10, sphere: false"), ("targets: 65", "targets: 64"),
      ("components: 10", "components: 10, direction: [1,1,0,0,0,0,0,0,0,0]"),
      ("ridge: 0.1", "ridge: 0.2"), ("bias_variance: 0.25", "bias_variance: 0.5"),
      ("degree: 1", "degree: 2"), ("samples: 8", "samples: 9"),
    ] {
      #expect(try await StudySpec.of(text.with(old, as: new)).cells()[0].key != key, "\(new)")
    }
    #expect(
      try await StudySpec.of(text.with("centre", as: "sphere: true, centre")).cells()[0].key == key)
  }

  @Test(arguments: InstructionSet.available)
  func everyInstructionSet(set: InstructionSet) async throws {
    let text = Self.digits("{kind: product, of: x1 x2}", samples: "70")
    let cell = try await StudySpec.of(text).cells()[0]
    #expect(try cell.compute(kernels: #require(KernelSet(set))) == cell.compute())
  }

  /// A reflection makes the direction the first coordinate, and keeps lengths.
  @Test func aDirectionIsTheFirstCoordinate() async throws {
    let text = Self.digits("{kind: zonal, degree: 1}", samples: "8")
    let plain = try await task(text).inputs
    let turned = try await task(
      text.with("components: 10", as: "components: 10, direction: [0,3,0,-4,0,0,0,0,0,0]")
    ).inputs
    for row in [0, 7, 1796] {
      let (x, z) = (Array(plain.row(row)), Array(turned.row(row)))
      #expect(abs(z[0] - (0.6 * x[1] - 0.8 * x[3])) < 1e-12)
      #expect(abs(z.reduce(0) { $0 + $1 * $1 } - 10) < 1e-12)
    }
  }

  // MARK: - A user's own file

  func ownStudy(
    _ csv: String, data: String = "inputs: mine.csv, targets: y, sphere: false, samples: 3",
    target: String = "{kind: column}"
  ) async throws -> StudySpec {
    try withFolder { folder in
      try write(csv, to: "\(folder)/mine.csv")
      try write(
        """
        question: Mine?
        source: a test
        experiment: kernel-regression
        data: {\(data)}
        target: \(target)
        prior: {weight_variance: 2, bias_variance: 0.5, readout_variance: 1.5}
        ridge: 0.3
        """, to: "\(folder)/study.yml")
      return try StudySpec(reading: "\(folder)/study.yml")
    }
  }

  /// Two rows are equal, which the ridge takes: the answer is that of Cramer's rule.
  static let mine = "a,y,b,c\n1,2,0.5,-1\n1,2,0.5,-1\n0,-1,2,1\n3,0.5,-2,0.25\n-1,4,1,1\n"

  @Test func aColumnOfTargetsIsLearned() async throws {
    let cell = try await ownStudy(Self.mine).cells()[0]
    let task = try #require(cell.task as? KernelRegressionTask)
    let rows = [[1, 0.5, -1], [1, 0.5, -1], [0, 2, 1], [3, -2, 0.25], [-1, 1, 1]]
    let y = [2, 2, -1, 0.5, 4]
    #expect(task.inputs.values == rows.flatMap { $0 } && task.inputs.targets == y)
    func kernel(_ a: [Double], _ b: [Double]) -> Double {
      func product(_ a: [Double], _ b: [Double]) -> Double {
        0.5 + 2 * zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / 3
      }
      return 1.5 * 2 / .pi
        * asin(
          2 * product(a, b) / ((1 + 2 * product(a, a)) * (1 + 2 * product(b, b))).squareRoot())
    }
    let training = [0, 1, 3]
    let matrix = training.map { i in
      training.map { kernel(rows[i], rows[$0]) + (i == $0 ? 0.3 : 0) }
    }
    func determinant(_ m: [[Double]]) -> Double {
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    }
    // Rows 0 and 1 are one input, so only (K + κ) of different ridges tells them apart.
    let weights = (0..<3).map { k in
      determinant(
        matrix.enumerated().map { i, row in
          row.enumerated().map { $0 == k ? y[training[i]] : $1 }
        }) / determinant(matrix)
    }
    let f = [2, 4].map { t in
      zip(weights, training).reduce(0) { $0 + $1.0 * kernel(rows[t], rows[$1.1]) }
    }
    let result = try task.regress(training, testing: [2, 4], kernels: .best)
    expect(
      result.doubles("test_learnability")[0], near: (-f[0] + 4 * f[1]) / 17, within: 1e-12, "test")
    expect(
      result.doubles("test_error")[0],
      near: ((f[0] + 1) * (f[0] + 1) + (f[1] - 4) * (f[1] - 4)) / 17, within: 1e-12, "error")
    #expect(result.doubles("learnability")[0].isNaN && result.doubles("bound")[0].isNaN)
  }

  /// Inputs are kept by what they follow from, so one path may hold others a moment later.
  @Test func aFileThatChangesIsReadAgain() async throws {
    let inputs = try withFolder { folder in
      try [("3", false), ("4", false), ("4", true), ("3", false)].map { x, isOnSphere in
        try write("a,b,c,y\n0,0,1,2\n\(x),0,0,1\n", to: "\(folder)/mine.csv")
        try write(
          """
          question: Mine?
          source: a test
          experiment: kernel-regression
          data: {inputs: mine.csv, targets: y, sphere: \(isOnSphere), samples: 1}
          target: {kind: column}
          ridge: 0.3
          """, to: "\(folder)/study.yml")
        let task = try StudySpec(reading: "\(folder)/study.yml").cells()[0].task
        return (task as? KernelRegressionTask)?.inputs.values
      }
    }
    let root = 3.0.squareRoot()
    #expect(
      inputs == [
        [0, 0, 1, 3, 0, 0], [0, 0, 1, 4, 0, 0], [0, 0, root, root, 0, 0], [0, 0, 1, 3, 0, 0],
      ])
  }

  @Test func itsStudyComesBack() async throws {
    let spec = try await ownStudy(Self.mine)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      let archive = try Archive(reading: "\(folder)/study.h5")
      #expect(archive.results == (try spec.cells().map { try $0.compute() }))
      #expect(archive.inputsDigest == spec.experiment.inputsDigest)
    }
  }

  @Test(arguments: [
    ("a,y\n1,2\n3,x\n4,5\n5,6\n", "mine.csv:3: column 2: got no number; expected a finite number"),
    ("a,y\n1,2\n3,nan\n4,5\n5,6\n", "mine.csv:3: column 2: got 'nan'; expected a finite number"),
    ("a,y\n1,2\n3\n4,5\n5,6\n", "mine.csv:3: got 1 column; expected 2 as in the rows above"),
    (
      "a,b\n1,2\n3,4\n4,5\n5,6\n",
      "data.targets: got 'y'; expected a column from 1 to 2, or one of a, b"
    ),
    (
      "1,2\n3,4\n4,5\n5,6\n",
      "data.targets: got 'y'; expected a column from 1 to 2: the file has no header"
    ),
    ("y\n1\n3\n4\n5\n", "expected a file with inputs beside the column of targets"),
    (
      "a,y\n1,0\n3,0\n4,0\n5,0\n",
      "target.kind: got 'column'; expected a column of targets that are not all 0"
    ),
    (
      "a,y\n1,2\n3,4\n4,5\n",
      "data.samples: got '3'; expected an integer from 1 to 2: of 3 rows one or more test"
    ),
    ("\"a\",\"y\"\n1,2\n", "mine.csv:1: column 1: got quotes; expected comma-separated values"),
  ])
  func aFileThatIsRefused(csv: String, message: String) async {
    let line = await errorLine { _ = try await ownStudy(csv) }
    #expect(line.hasSuffix(message), "got \(line)")
  }

  /// Of the smallest data set: rows of a, b, c.
  @Test(arguments: [
    (
      "inputs: mine.csv, targets: y, components: 3, samples: 2", "1,2,3,0\n1,2,3,1\n1,2,3,2\n",
      "expected inputs that vary, but all rows of"
    ),
    (
      "inputs: mine.csv, targets: y, components: 3, samples: 1", "1,2,3,0\n2,2,5,1\n",
      "expected at most 1, the number of directions in which the rows of"
    ),
    (
      "inputs: mine.csv, targets: y, components: 4, samples: 1", "1,2,3,0\n2,2,5,1\n",
      "data.components: got '4'; expected an integer from 1 to 3, the columns of inputs"
    ),
    (
      "inputs: mine.csv, targets: y, components: 2, sphere: false, samples: 1",
      "1,0,0,1\n-1,0,0,1\n0,1,0,1\n0,-1,0,1\n",
      "expected principal coordinates with variances of their own, but numbers 1 and 2"
    ),
    (
      "inputs: mine.csv, targets: y, samples: 1", "1,2,3,0\n0,0,0,1\n",
      "mine.csv:3: got a row at the origin; expected one that has a direction, as sphere: true"
    ),
    (
      "inputs: mine.csv, targets: y, direction: [1, 0], samples: 1", "1,2,3,0\n1,0,0,1\n",
      "data.direction: got [1, 0]; expected 3 numbers, one a coordinate, not all of them 0"
    ),
    (
      "inputs: mine.csv, targets: y, rows: 4, samples: 1", "1,2,3,0\n1,0,0,1\n",
      "data.rows: got '4'; expected no such key beside a file"
    ),
    (
      "inputs: uniform, centre: true, samples: 1", "1,2,3,0\n",
      "data.centre: got 'true'; expected no such key beside inputs: uniform"
    ),
    (
      "inputs: nowhere.csv, samples: 1", "1,2,3,0\n",
      "nowhere.csv: no such file; expected comma-separated values, one row a sample"
    ),
  ])
  func dataThatIsRefused(data: String, rows: String, message: String) async {
    let line = await errorLine { _ = try await ownStudy("a,b,c,y\n\(rows)", data: data) }
    #expect(line.contains(message), "got \(line)")
  }

  @Test(arguments: [
    ("{kind: product, of: x1 x1}", "expected a product of different coordinates from x1 to x3"),
    ("{kind: product, of: x4}", "target.of: got 'x4'; expected a product of different coordinates"),
    ("{kind: zonal, degree: 16}", "target.degree: got '16'; expected an integer from 1 to 15"),
    ("{kind: zonal, of: x1}", "unknown key 'target.of'; expected one of kind, degree"),
    ("{kind: cubic}", "target.kind: got 'cubic'; expected one of product, zonal, column"),
  ])
  func aTargetThatIsRefused(target: String, message: String) async {
    let line = await errorLine { _ = try await ownStudy(Self.mine, target: target) }
    #expect(line.contains(message), "got \(line)")
  }

  /// A constant column has no direction of its own, and changes nothing beside a mean.
  @Test func aConstantColumn() async throws {
    let data =
      "inputs: mine.csv, targets: y, centre: true, components: 2, sphere: false, samples: 3"
    let plain = try await ownStudy("a,b,y\n1,2,1\n0,5,2\n-3,1,1\n2,2,3\n", data: data).cells()[0]
    let more = try await ownStudy("a,k,b,y\n1,7,2,1\n0,7,5,2\n-3,7,1,1\n2,7,2,3\n", data: data)
      .cells()[0]
    for name in ["test_learnability", "test_error"] {
      expect(
        try more.compute().doubles(name)[0], near: try plain.compute().doubles(name)[0],
        within: 1e-10, name)
    }
  }
}
