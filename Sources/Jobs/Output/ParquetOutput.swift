import Columns
import ObjectStores
import Parquet
import Threads

/// One Parquet object in the making: batches in, bytes staged.
struct ParquetOutput: Sendable {
    private let object: any StagedObject
    private let pool: ThreadPool
    private let writer: WriterSlot

    /// - Throws: `JobFailure.configInvalid` for a bloom filter that the schema has no column for.
    init(
        object: any StagedObject, schema: Schema, options: WriterOptions,
        programVersion: String, pool: ThreadPool
    ) throws(JobFailure) {
        do {
            try options.validateBloomFilters(of: schema)
        } catch {
            throw JobFailure(.configInvalid, "--bloom-filter asks for \(error.message)")
        }
        var options = options
        options.createdBy = "martlet version \(programVersion)"
        self.object = object
        self.pool = pool
        writer = WriterSlot(FileWriter(schema: schema, options: options))
    }

    /// Call in turn: the next batch only after this one has been written.
    func write(_ batch: RecordBatch) async throws {
        let (writer, pool) = (writer, pool)
        try await append(
            try await pool.perform { try writer.writer.write(batch, pool: pool) })
    }

    func finish() async throws {
        try await complete()
        try await object.seal()
    }

    /// As `finish`, but leaves it to the caller to seal the object.
    func complete() async throws {
        let bytes = try await pool.perform { [writer, pool] in
            try writer.writer.finish(pool: pool)
        }
        try await append(bytes)
    }

    /// The bytes that a batch makes full, for `append`. Call in turn.
    /// - Parameter pool: nil for the calling thread alone, which may then be inside a region of the
    ///   pool.
    func encode(_ batch: RecordBatch, pool: ThreadPool?) throws(ParquetError) -> [UInt8] {
        try writer.writer.write(batch, pool: pool)
    }

    /// Hands on what `encode` returned. Call in turn.
    func append(_ bytes: [UInt8]) async throws {
        if !bytes.isEmpty { try await object.append(bytes) }
    }
}

/// The writer, where the pool's thread can change it in place.
///
/// `@unchecked Sendable`: `ParquetOutput` is called in turn, so one thread at a time touches it.
private final class WriterSlot: @unchecked Sendable {
    var writer: FileWriter

    init(_ writer: FileWriter) { self.writer = writer }
}
