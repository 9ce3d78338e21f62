import Archives
import Experiments
import Foundation
import Studies
import TestSupport
import Testing

/// Study files open in other programs, with every axis labelled and every value as simulated.
@Suite struct ReaderTests {
  /// Runs a command on a study's file and returns what it prints.
  func output(of arguments: [String], on text: String = tinyStudy) async throws -> (String, Archive)
  {
    let spec = try await StudySpec.of(text)
    return try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try await simulate(spec, to: path)
      let run = try command(arguments + [path])
      #expect(run.status == 0, "\(run.output)")
      return (run.output, try Archive(reading: path))
    }
  }

  @Test(.enabled(if: has("h5dump", "--version"), "h5dump is not on PATH (Debian: hdf5-tools)"))
  func h5dump() async throws {
    let (dump, archive) = try await output(of: ["h5dump"])
    for words in [
      "DATASET \"alignment\"", "DIMENSION_LIST", "\"DIMENSION_SCALE\"",
      archive.keys[3], archive.studyKey, "\"Is it tiny?\"",
    ] { #expect(dump.contains(words), "\(words) is missing") }
  }

  @Test(.enabled(if: has("python3", "-c", "import h5py"), "python3 has no h5py"))
  func h5py() async throws {
    let (text, archive) = try await output(of: [
      "python3", "-c",
      """
      import h5py, json, sys
      file = h5py.File(sys.argv[1])
      print(json.dumps({
        "axes": {name: [d.label or d[0].name[1:] for d in file[name].dims] for name in file
                 if not file[name].is_scale},
        "alignment": file["alignment"][()].ravel().tolist(),
        "overlap": file["overlap"][1, 0, 2, :3].astype(float).tolist(),
        "keys": [key.decode() for key in file["cell_key"][()]],
        "title": file.attrs["title"], "units": file["draw"].attrs["units"]}))
      """,
    ])
    struct Read: Decodable {
      let axes: [String: [String]]
      let alignment, overlap: [Double]
      let keys: [String]
      let title, units: String
    }
    let read = try JSONDecoder().decode(Read.self, from: Data(text.utf8))
    for (name, axes) in [
      ("alignment", ["cell", "chain", "draw"]),
      ("overlap", ["cell", "chain", "kept_draw", "neuron"]),
      ("step_size", ["cell", "chain"]), ("ridge", ["cell"]), ("start", ["chain"]),
    ] { #expect(read.axes[name] == axes, "\(name)") }
    #expect(read.alignment == archive.results.flatMap(\.alignment))
    #expect(read.overlap == archive.results[1].unit("overlap")[6..<9].map(Double.init))
    #expect(read.keys == archive.keys)
    #expect(read.title == "Is it tiny?")
    #expect(read.units == "1")
  }

  @Test(
    .enabled(
      if: has("python3", "-c", "import xarray, h5netcdf, netCDF4"),
      "python3 has not all of xarray, h5netcdf, netCDF4"),
    arguments: ["h5netcdf", "netcdf4"])
  func xarray(engine: String) async throws {
    let (text, archive) = try await output(of: [
      "python3", "-c",
      """
      import json, sys, xarray
      data = xarray.open_dataset(sys.argv[2], engine=sys.argv[1])
      overlap = data["overlap"].sel(kept_draw=10, cell=3, chain=0)
      print(json.dumps({
        "axes": {name: list(data[name].dims) for name in data.data_vars},
        "coordinates": {name: data[name].values.tolist() for name in data.indexes},
        "widths": data["alignment"].coords["width"].values.tolist(),
        "alignment": data["alignment"].sel(cell=2, chain=1).values.tolist(),
        "overlap": overlap.values.astype(float).tolist(),
        "title": data.attrs["title"], "name": data["alignment"].attrs["long_name"]}))
      """, engine,
    ])
    struct Read: Decodable {
      let axes: [String: [String]]
      let coordinates: [String: [Int]]
      let widths: [Int]
      let alignment, overlap: [Double]
      let title, name: String
    }
    let read = try JSONDecoder().decode(Read.self, from: Data(text.utf8))
    #expect(read.axes["alignment"] == ["cell", "chain", "draw"])
    #expect(read.axes["overlap"] == ["cell", "chain", "kept_draw", "neuron"])
    #expect(read.axes["cell_key"] == ["cell"])
    #expect(
      read.coordinates == [
        "cell": [0, 1, 2, 3], "chain": [0, 1], "draw": Array(0..<12), "kept_draw": [0, 5, 10],
        "neuron": [0, 1, 2, 3, 4],
      ])
    #expect(read.widths == [3, 3, 5, 5])
    #expect(read.alignment == Array(archive.results[2].alignment[12...]))
    #expect(read.overlap == archive.results[3].unit("overlap")[10..<15].map(Double.init))
    #expect(read.title == "Is it tiny?")
    #expect(read.name == "alignment A")
  }
}

/// Runs a command of PATH.
private func command(_ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, text)
}

/// Whether a command runs here.
private func has(_ arguments: String...) -> Bool { (try? command(arguments))?.status == 0 }
