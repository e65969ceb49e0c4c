import Columns
import ObjectStores
import Parquet
import Predictions
import Shards
import Threads

/// Scores a shard into one object: while a batch is scored, the next is fetched, the one before is
/// encoded by one of the workers, and the one before that goes out.
///
/// At most one batch is in each of these stages. The bytes of an object depend on its shard alone.
struct PredictionPipeline {
    let predictor: BatchPredictor
    let writerOptions: WriterOptions
    let context: JobContext

    /// Writes the predictions of a shard; the caller seals `object`.
    /// - Parameter sample: what to keep of them for the report; nil keeps nothing.
    func run(
        _ table: ShardTable, shardIndex: Int, into object: any StagedObject,
        sample: inout PredictionSample?
    ) async throws -> PredictionCounts {
        let pool = context.pool
        let predictor = predictor
        let output = try ParquetOutput(
            object: object, schema: try predictor.outputSchema(for: table.schema),
            options: writerOptions, programVersion: context.programVersion, pool: pool)
        let reader = try ShardReader(
            table: table, columns: predictor.requiredColumns,
            codedColumns: predictor.codedColumns, store: context.store, pool: pool)
        var counts = PredictionCounts()
        var encoding: EncodingStep?
        // A copy: what a shard leaves in it that turns out to be bad is forgotten.
        var kept = sample
        try await withThrowingTaskGroup(of: Void.self) { uploads in
            try await reader.read(shards: shardIndex..<shardIndex + 1) { batch in
                try context.shutdown.check()
                let step = encoding
                let result = try await pool.perform {
                    try predictor.predict(batch.batch, pool: pool, alongside: step?.run)
                }
                counts.merge(result.counts)
                kept?.add(result.batch, at: batch.firstRow)
                context.progress(
                    "scoring", batch.firstRow + batch.batch.rowCount, of: table.rowCount)
                encoding = EncodingStep(result.batch, into: output)
                guard let step else { return }
                try await uploads.next()
                uploads.addTask { try await step.upload() }
            }
            if let step = encoding {
                // No scoring is left to do beside it: all workers encode.
                try await pool.perform { step.run(with: pool) }
                try await uploads.next()
                try await step.upload()
            }
        }
        try await output.complete()
        sample = kept
        return counts
    }
}

/// One batch of predictions on its way to its object.
///
/// `@unchecked Sendable`: `run` is called once by a thread of the pool, and `upload` after the
/// region with that call has ended.
private final class EncodingStep: @unchecked Sendable {
    private let batch: RecordBatch
    private let output: ParquetOutput
    private var bytes: Result<[UInt8], any Error> = .success([])

    init(_ batch: RecordBatch, into output: ParquetOutput) {
        self.batch = batch
        self.output = output
    }

    @Sendable func run() { run(with: nil) }

    func run(with pool: ThreadPool?) {
        bytes = Result { try output.encode(batch, pool: pool) }
    }

    func upload() async throws {
        try await output.append(try bytes.get())
    }
}
