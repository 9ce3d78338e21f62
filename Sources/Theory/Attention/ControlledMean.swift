/// The mean over draws of a quantity, by batches, with the help of a control of mean zero.
///
/// What the quantity has in common with the control is subtracted. The factor is that of least
/// squares over all draws.
struct ControlledMean {
  private let drawsPerBatch: Double
  private var values: [Double]
  private var controls: [Double]
  private var product = 0.0
  private var square = 0.0

  init(batches: Int, drawsPerBatch: Int) {
    self.drawsPerBatch = Double(drawsPerBatch)
    values = Array(repeating: 0, count: batches)
    controls = values
  }

  mutating func add(_ value: Double, control: Double, batch: Int) {
    values[batch] += value
    controls[batch] += control
    product += value * control
    square += control * control
  }

  /// The mean of each batch.
  var batches: [Double] {
    let count = drawsPerBatch * Double(values.count)
    let (mean, control) = (values.reduce(0, +) / count, controls.reduce(0, +) / count)
    let variance = square / count - control * control
    let factor = variance > 0 ? (product / count - mean * control) / variance : 0
    return zip(values, controls).map { ($0 - factor * $1) / drawsPerBatch }
  }
}
