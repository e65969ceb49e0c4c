import Columns
import Parquet
import Threads

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes a file of 2 M rows in memory: `id` int64, three doubles, a string of four values.
struct WriteBenchmark {
    private static let rowCount = 2_000_000
    let codec: WriterOptions.Compression

    init(codec: String) throws(BenchmarkError) {
        switch codec {
        case "snappy": self.codec = .snappy
        case "zstd": self.codec = .zstd()
        case "gzip": self.codec = .gzip()
        case "uncompressed", "none": self.codec = .uncompressed
        default: throw BenchmarkError(message: "unknown codec \(codec)")
        }
    }

    /// Besides times and shape the result has the file's `size` in bytes.
    func run(_ repetitions: Repetitions) throws -> String {
        let batch = Self.table()
        let path = "/dev/shm/martlet-bench-\(getpid()).parquet"
        defer { unlink(path) }
        var byteCount = 0
        let result = try repetitions.measure {
            byteCount = try write(batch, to: path, pool: repetitions.pool)
            return (batch.rowCount, batch.columns.count)
        }
        return String(result.dropLast()) + ",\"size\":\(byteCount)}"
    }

    private func write(
        _ batch: RecordBatch, to path: String, pool: ThreadPool
    ) throws -> Int {
        guard let file = fopen(path, "wb") else {
            throw BenchmarkError(message: "cannot write \(path)")
        }
        defer { fclose(file) }
        let options = WriterOptions(compression: codec)
        var writer = FileWriter(schema: batch.schema, options: options)
        var byteCount = 0
        var bytes: [UInt8] = []
        func flush() throws(BenchmarkError) {
            guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
                throw BenchmarkError(message: "cannot write \(path)")
            }
            byteCount += bytes.count
            bytes.removeAll(keepingCapacity: true)
        }
        // As a job does: row group by row group, so that memory is used again.
        let step = options.rowGroupRowCountMax
        for start in stride(from: 0, to: batch.rowCount, by: step) {
            let rows = start..<min(start + step, batch.rowCount)
            try writer.write(batch, rows: rows, pool: pool, into: &bytes)
            try flush()
        }
        bytes = try writer.finish(pool: pool)
        try flush()
        return byteCount
    }

    /// The same numbers each time: a multiplicative sequence, not a generator with state.
    private static func table() -> RecordBatch {
        /// In [0, 1).
        func random(_ row: Int, _ column: Int) -> Double {
            let mixed = UInt64(row &* 3 &+ column &+ 1) &* 0x9E37_79B9_7F4A_7C15
            let product = (mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9
            return Double(product >> 11) * 0x1p-53
        }
        var columns = [
            Column(
                field: Field(name: "id", type: .int64),
                values: .int64(ColumnBuffer((0..<rowCount).map(Int64.init))))
        ]
        for index in 0..<3 {
            columns.append(
                Column(
                    field: Field(name: "x\(index)", type: .double),
                    values: .double(ColumnBuffer((0..<rowCount).map { random($0, index) }))))
        }
        let tags = ByteArrays(["high", "medium", "low", "review"])
        columns.append(
            Column(
                field: Field(name: "tag", type: .string),
                values: .dictionary(
                    codes: ColumnBuffer((0..<rowCount).map { Int32(random($0, 3) * 4) }),
                    dictionary: tags)))
        return RecordBatch(
            schema: Schema(columns.map(\.field)), columns: columns, rowCount: rowCount)
    }
}
