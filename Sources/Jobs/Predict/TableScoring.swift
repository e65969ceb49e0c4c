import Columns
import Models
import Predictions
import Shards
import Threads

/// Scores a table batch by batch, in order.
struct TableScoring {
    let predictor: BatchPredictor
    let context: JobContext
    /// Columns to read besides those that the predictor needs.
    var extraColumns: [String] = []

    /// The scores of one batch.
    struct Scored {
        /// Kept columns and predictions, as they are written.
        let output: RecordBatch
        let counts: PredictionCounts

        /// (rows) of one of the output's columns of doubles.
        func doubles(_ name: String) -> UnsafeBufferPointer<Double>? {
            guard let column = output[name], case .double(let values) = column.values else {
                return nil
            }
            return values.elements
        }

        var prediction: UnsafeBufferPointer<Double> {
            doubles("prediction") ?? UnsafeBufferPointer(start: nil, count: 0)
        }
    }

    /// - Throws: `ModelError.incompatible` before anything is read when the table does not fit.
    func run(
        _ table: ShardTable, shards: Range<Int>? = nil,
        _ body: (ShardBatch, Scored) async throws -> Void
    ) async throws {
        _ = try predictor.outputSchema(for: table.schema)
        let required = predictor.requiredColumns
        let columns = required + extraColumns.filter { !required.contains($0) }
        let reader = try ShardReader(
            table: table, columns: columns, store: context.store, pool: context.pool)
        let predictor = predictor
        let pool = context.pool
        try await reader.read(shards: shards) { batch in
            try context.shutdown.check()
            let result = try await pool.perform { try predictor.predict(batch.batch, pool: pool) }
            try await body(batch, Scored(output: result.batch, counts: result.counts))
            context.progress(
                "scoring", batch.firstRow + batch.batch.rowCount, of: table.rowCount)
        }
    }
}
