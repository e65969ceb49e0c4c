import Columns
import Models
import Parquet
import Predictions
import Threads

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Scores rows that are decoded in memory already.
struct ScoreBenchmark {
    let model: String
    let path: String

    func run(_ repetitions: Repetitions) throws -> String {
        let predictor = try BatchPredictor(model: try ModelFormat.decode(try Self.bytes(of: model)))
        let batches = try decode(repetitions)
        return try repetitions.measure {
            var rows = 0
            for batch in batches {
                rows += try predictor.predict(batch, pool: repetitions.pool).batch.rowCount
            }
            return (rows, predictor.requiredColumns.count)
        }
    }

    private func decode(_ repetitions: Repetitions) throws -> [RecordBatch] {
        let file = try BenchmarkFile(path: path)
        let workers = BenchmarkWorker.team(repetitions.pool.threadCount)
        let schema = Schema(file.leaves.map(\.field))
        return try file.metadata.rowGroups.indices.map { rowGroup in
            let columns = try file.decode(
                rowGroup: rowGroup, pool: repetitions.pool, workers: workers)
            return RecordBatch(
                schema: schema, columns: columns, rowCount: columns.first?.count ?? 0)
        }
    }

    /// The model's file: a folder's `model.martlet`, or the path itself.
    private static func bytes(of path: String) throws(BenchmarkError) -> [UInt8] {
        guard let file = fopen(path + "/model.martlet", "r") ?? fopen(path, "r") else {
            throw BenchmarkError(message: "cannot open \(path)")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
