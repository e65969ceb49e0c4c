import Columns
import ObjectStores
import Parquet
import Threads

/// One Parquet object in the making: batches in, bytes staged.
struct ParquetOutput {
    private let object: any StagedObject
    private let pool: ThreadPool
    private let writer: WriterSlot

    init(
        object: any StagedObject, schema: Schema, codec: WriterOptions.Compression,
        programVersion: String, pool: ThreadPool
    ) {
        var options = WriterOptions(compression: codec)
        options.createdBy = "martlet version \(programVersion)"
        self.object = object
        self.pool = pool
        writer = WriterSlot(FileWriter(schema: schema, options: options))
    }

    /// Call in turn: the next batch only after this one has been written.
    func write(_ batch: RecordBatch) async throws {
        let bytes = try await pool.perform { [writer] in try writer.writer.write(batch) }
        if !bytes.isEmpty { try await object.append(bytes) }
    }

    func finish() async throws {
        let bytes = try await pool.perform { [writer] in try writer.writer.finish() }
        try await object.append(bytes)
        try await object.seal()
    }
}

/// The writer, where the pool's thread can change it in place.
///
/// `@unchecked Sendable`: `ParquetOutput` is called in turn, so one thread at a time touches it.
private final class WriterSlot: @unchecked Sendable {
    var writer: FileWriter

    init(_ writer: FileWriter) { self.writer = writer }
}
