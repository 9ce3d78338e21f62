import Kernels
import Sampling
import Studies

/// A round of the sampling of a cell.
///
/// In the first, each chain makes the cell's number of draws, one a move. Where chains disagree,
/// another round follows, in which every second draw is dropped and each chain goes on to the same
/// number at twice the spacing. This is repeated up to the cell's number of doublings. Where they
/// disagree even so, and the cell has replicas, a ladder of them replaces each chain and starts
/// where it did. Its rounds are the same. The chain's gradients are counted too. A sampler may have
/// ladders from the first round on.
struct PosteriorRound {
  /// Whether ladders of replicas have replaced the chains.
  let isTempered: Bool
  /// How often the spacing of draws was doubled.
  let doublings: Int

  init(number: Int, of sampler: SamplerSpec) {
    let ladders = Self.firstTempered(of: sampler)
    isTempered = number >= ladders
    doublings = isTempered ? number - ladders : number
  }

  /// Moves from one draw to the next.
  var spacing: Int { 1 << doublings }

  /// The number of the first round of ladders.
  static func firstTempered(of sampler: SamplerSpec) -> Int {
    sampler.ladders == .all ? 0 : sampler.doublings + 1
  }
}

/// What is known of a chain, or of a ladder, but for what moves it.
struct PosteriorState {
  /// The number of the round that it is in, or was in last.
  var round = 0
  /// Moves since the last draw.
  var moves = 0
  /// Gradients of the chain that a ladder has replaced.
  var spent = 0
  var draws: DrawTable
  /// What it says of itself at the end of the round.
  var report: ChainReport?

  init(of task: PosteriorTask) {
    draws = DrawTable(of: task.kind, observing: task.observed)
  }

  /// Writes or reads all of it.
  ///
  /// - Throws: `DamagedState` if the bytes are those of something else.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&round)
    try coder.code(&moves)
    try coder.code(&spent)
    try draws.code(&coder)
    var reports = report == nil ? 0 : 1
    try coder.code(&reports)
    if coder.isReading { report = reports == 1 ? ChainReport() : nil }
    try report?.code(&coder)
  }
}

extension PosteriorTask {
  package var firstRound: Round {
    Round(number: 0, states: sampler.starts.map { _ in [] })
  }

  package func part(
    _ index: Int, of round: Int, from state: [UInt8], _ streams: CellStreams
  ) throws -> any CellPart {
    try part(
      index, of: round, from: state, PosteriorCell(task: self, streams: streams), instance.problem)
  }

  private func part(
    _ index: Int, of round: Int, from state: [UInt8], _ cell: PosteriorCell,
    _ problem: some Problem
  ) throws -> any CellPart {
    try PosteriorPart(index, of: round, from: state, cell, problem)
  }

  package func continuation(after number: Int, _ states: [[UInt8]]) throws -> Continuation {
    let round = PosteriorRound(number: number, of: sampler)
    let ended = try states.map { state in
      var ended = PosteriorState(of: self)
      var coder = StateCoder(reading: state)
      try ended.code(&coder)
      guard ended.round == number, ended.report != nil else { throw DamagedState() }
      return ended
    }
    let result = CellResult(merging: ended, of: self, round)
    let mayDouble = round.doublings < sampler.doublings && result.isFinite
    let mayTemper = !round.isTempered && sampler.replicas > 0
    guard mayDouble || mayTemper, !result.chainsAgree else { return .result(result) }
    let next = mayDouble ? number + 1 : PosteriorRound.firstTempered(of: sampler)
    return .round(Round(number: next, states: states))
  }
}

extension CellResult {
  /// What the chains of one cell drew, chain by chain.
  fileprivate init(
    merging chains: [PosteriorState], of task: PosteriorTask, _ round: PosteriorRound
  ) {
    self.init(task.layout, task.parameters, labels: task.labels)
    numbers = DrawTable.numbers(chains.map(\.draws))
    numbers["spacing"] = .integer([round.spacing])
    numbers["replicas"] = .integer([round.isTempered ? task.sampler.replicas : 0])
    let reports = chains.compactMap(\.report)
    func real(_ value: (ChainReport) -> Double) -> Numbers { .double(reports.map(value)) }
    numbers["step_size"] = real(\.stepSize)
    numbers["trajectory"] = real(\.trajectory)
    numbers["acceptance"] = real(\.acceptance)
    numbers["energy_error"] = real(\.energyError)
    numbers["virial"] = real(\.virial)
    numbers["gradients"] = .integer(chains.map { $0.report!.gradients + $0.spent })
    if task.sampler.proposesInvolutions {
      numbers[Layout.involutionAcceptance] = real(\.involutionAcceptance)
    }
    numbers["log_evidence"] = real(\.logEvidence)
    numbers["log_evidence_error"] = real(\.logEvidenceError)
  }
}
