import Columns
import Parquet
import Testing

@Suite("Round trip")
struct RoundTripTests {
    static let codecs: [WriterOptions.Compression] = [.uncompressed, .snappy, .gzip(), .zstd()]

    @Test("what was written is read again", arguments: InterchangeTable.Nulls.allCases)
    func whatWasWrittenIsRead(nulls: InterchangeTable.Nulls) throws {
        for (index, compression) in Self.codecs.enumerated() {
            for rowCount in [0, 1, 7, 8, 9, 63, 64, 65, 1_000] {
                let table = InterchangeTable(rowCount: rowCount, nulls: nulls)
                var options = WriterOptions(compression: compression)
                options.rowGroupRowCountMax = 401
                options.pageRowCountMax = 70 + index
                var writer = FileWriter(schema: table.schema, options: options)
                let batch = table.batch(0..<rowCount)
                let bytes = try writer.write(batch) + writer.finish()
                let file = try ParquetFile(bytes)
                #expect(file.leaves.map(\.field) == table.schema.fields)
                for (leaf, column) in zip(file.leaves, batch.columns) {
                    #expect(
                        try file.values(leaf) == OracleValue.values(of: column),
                        "\(leaf.field.name), \(rowCount) rows, \(compression)")
                }
            }
        }
    }
}
