import Columns
import Parquet

/// Encodes 2 M rows: `id` int64, three doubles, a string of few values.
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

    func run(_ repetitions: Repetitions) throws -> String {
        let batch = Self.table()
        return try repetitions.measure {
            let options = WriterOptions(compression: codec)
            var writer = FileWriter(schema: batch.schema, options: options)
            var byteCount = 0
            // As a job does: row group by row group, so that memory is used again.
            let step = options.rowGroupRowCountMax
            for start in stride(from: 0, to: batch.rowCount, by: step) {
                let rows = start..<min(start + step, batch.rowCount)
                byteCount += try writer.write(batch, rows: rows).count
            }
            byteCount += try writer.finish().count
            precondition(byteCount > 0)
            return (batch.rowCount, batch.columns.count)
        }
    }

    /// The same numbers each time: a multiplicative sequence, not a generator with state.
    private static func table() -> RecordBatch {
        func random(_ row: Int, _ column: Int) -> Double {
            let mixed = UInt64(row &* 3 &+ column &+ 1) &* 0x9E37_79B9_7F4A_7C15
            return Double((mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9 >> 11) * 0x1p-53
        }
        var columns = [
            Column(
                field: Field(name: "id", type: .int64, isNullable: false),
                values: .int64(ColumnBuffer((0..<rowCount).map(Int64.init))))
        ]
        for index in 0..<3 {
            columns.append(
                Column(
                    field: Field(name: "x\(index)", type: .double, isNullable: false),
                    values: .double(ColumnBuffer((0..<rowCount).map { random($0, index) }))))
        }
        let tags = ByteArrays((0..<20).map { "tag_\($0)" })
        columns.append(
            Column(
                field: Field(name: "tag", type: .string, isNullable: false),
                values: .dictionary(
                    codes: ColumnBuffer((0..<rowCount).map { Int32($0 * 7919 % 20) }),
                    dictionary: tags)))
        return RecordBatch(
            schema: Schema(columns.map(\.field)), columns: columns, rowCount: rowCount)
    }
}
