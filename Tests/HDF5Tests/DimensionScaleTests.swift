import CHDF5
import HDF5
import TestSupport
import Testing

/// Dimension scales, as libhdf5's own high-level library sees them.
@Suite struct DimensionScaleTests {
  func label(_ dataset: borrowing Dataset, _ dimension: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 64)
    let length = H5DSget_label(dataset.id, UInt32(dimension), &buffer, buffer.count)
    return String(
      decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  @Test func scalesAreAttachedAndLabelled() throws {
    try withFolder { folder in
      let file = try File()
      let group = try file.root().createGroup("group")
      try group.write([0.1, 1, 10], shape: [3], to: "temperature").makeScale("temperature")
      try group.write(["erf", "relu"], to: "activation").makeScale("activation")
      try group.write([Float](repeating: 1, count: 6), shape: [3, 2], to: "loss")
        .attach(scales: ["temperature", "activation"], of: group)
      try file.write(to: "\(folder)/d.h5")

      let read = try File(reading: "\(folder)/d.h5").root().group("group")
      let temperature = try read.dataset("temperature")
      let activation = try read.dataset("activation")
      let loss = try read.dataset("loss")
      #expect(H5DSis_scale(temperature.id) == 1)
      #expect(H5DSis_scale(activation.id) == 1)
      #expect(H5DSis_scale(loss.id) == 0)
      #expect(H5DSis_attached(loss.id, temperature.id, 0) == 1)
      #expect(H5DSis_attached(loss.id, activation.id, 1) == 1)
      #expect(H5DSis_attached(loss.id, temperature.id, 1) == 0)
      #expect(label(loss, 0) == "temperature")
      #expect(label(loss, 1) == "activation")
      #expect(try activation.readStrings() == ["erf", "relu"])
    }
  }

  @Test func mistakesAreNamed() throws {
    let root = try File().root()
    try root.write([1, 2], shape: [2], to: "x").makeScale("x")
    let dataset = try root.write([1, 2], shape: [2], to: "y")
    expectError(naming: "(memory):missing") { try dataset.attach(scales: ["missing"], of: root) }
    expectError(naming: "attach scale x to (memory):y") {
      try dataset.attach(scales: ["x", "x"], of: root)
    }
  }
}
