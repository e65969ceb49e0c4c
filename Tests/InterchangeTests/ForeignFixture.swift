import Columns
import FoundationEssentials
import Interchange
import Models
import Predictions
import Testing
import Threads

/// A model that another library wrote, the rows it is tried on, and what the library predicts.
struct ForeignFixture: CustomTestStringConvertible {
    struct Expected: Decodable {
        /// (rows × outputs)
        let prediction: [[Double]]
        /// (rows × outputs), before the transform.
        let raw: [[Double]]
        /// Whether the model has the column of texts, and not those of integer categories.
        let colour: Bool
    }

    struct Rows: Decodable {
        let plain, zeros, gaps, count, few, sparse: [Double?]
        let colour: [String?]
    }

    static let folder =
        String(#filePath.prefix { $0 != "\0" }.dropLast("ForeignFixture.swift".count))
        + "Fixtures/"

    let path: String
    var testDescription: String { path }

    /// The fixtures of a folder whose names end so.
    static func all(in library: String, suffixes: [String]) -> [ForeignFixture] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + library)) ?? []
        return names.sorted().filter { name in suffixes.contains { name.hasSuffix($0) } }
            .filter { !$0.hasSuffix(".expected.json") }
            .map { ForeignFixture(path: library + "/" + $0) }
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder + path)))
    }

    func bytes() throws -> [UInt8] { try Self.bytes(path) }

    func expected() throws -> Expected {
        let stem = path.split(separator: ".").dropLast().joined(separator: ".")
        let bytes = try Self.bytes(stem + ".expected.json")
        return try JSONDecoder().decode(Expected.self, from: Data(bytes))
    }

    /// - Parameter model: where it has no names of its own (`f0`, …), the columns get its.
    static func rows(of model: ModelArtifact) throws -> RecordBatch {
        let rows = try JSONDecoder().decode(Rows.self, from: Data(try bytes("rows.json")))
        let numbers = [
            ("plain", rows.plain), ("zeros", rows.zeros), ("gaps", rows.gaps),
            ("count", rows.count), ("few", rows.few), ("sparse", rows.sparse),
        ]
        let isNamed = model.features.names.contains("plain")
        var columns = numbers.enumerated().map { index, column in
            let (name, values) = column
            return Column(
                field: Field(name: isNamed ? name : "f\(index)", type: .double),
                values: .double(ColumnBuffer(values.map { $0 ?? .nan })))
        }
        columns.append(
            Column(
                field: Field(name: "colour", type: .string),
                values: .byteArrays(ByteArrays(rows.colour.map { $0 ?? "" })),
                validity: Validity(rows.colour.map { $0 != nil })))
        return RecordBatch(
            schema: Schema(columns.map(\.field)), columns: columns, rowCount: rows.plain.count)
    }

    /// What Martlet predicts on `rows`: (rows × outputs).
    static func predictions(_ model: ModelArtifact, raw: Bool) throws -> [[Double]] {
        var model = model
        if raw { model.transform = .identity }
        let batch = try rows(of: model)
        var options = PredictionOptions()
        options.writesProbabilities = !model.target.classLabels.isEmpty && model.outputCount > 1
        let predictor = try BatchPredictor(model: model, options: options)
        let result = try predictor.predict(batch, pool: ThreadPool(threadCount: 1)).batch
        let names =
            model.outputCount == 1
            ? ["prediction"]
            : model.hasSeveralTargets
                ? (0..<model.outputCount).map { "prediction_\($0)" }
                : model.target.classLabels.map { "probability_" + $0 }
        let columns = try names.map { name in
            let column = try #require(result[name])
            guard case .double(let buffer) = column.values else { return [Double]() }
            return Array(buffer.elements)
        }
        return (0..<batch.rowCount).map { row in columns.map { $0[row] } }
    }
}
