import Experiments
import Kernels
import Networks
import Studies

// The problem of a cell. Studies of other experiments are refused before any cell is asked for it.

extension Cell {
  package var instance: ProblemInstance {
    guard let task = task as? any ProblemTask else { preconditionFailure("a cell without data") }
    return task.instance
  }
  package var kind: NetworkKind { instance.kind }
  package var problem: any Problem { instance.problem }
  package var samples: Int { instance.samples }
  package var ridge: Double { instance.ridge }
  package func trainingSet(kernels: KernelSet) -> TrainingSet {
    instance.trainingSet(kernels: kernels)
  }
  package func testSet(kernels: KernelSet) -> TrainingSet? { instance.testSet(kernels: kernels) }
}
