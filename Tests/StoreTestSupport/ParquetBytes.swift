package import Columns
import Parquet

/// Parquet files made of columns in memory.
package enum ParquetBytes {
    package static func file(
        _ columns: [Column], rowGroupRowCount: Int = 131_072,
        bloomFilterColumns: Set<String> = []
    ) throws -> [UInt8] {
        let schema = Schema(columns.map(\.field))
        var options = WriterOptions()
        options.bloomFilterColumns = bloomFilterColumns
        options.rowGroupRowCountMax = rowGroupRowCount
        var writer = FileWriter(schema: schema, options: options)
        let batch = RecordBatch(
            schema: schema, columns: columns, rowCount: columns.first?.count ?? 0)
        var bytes = try writer.write(batch)
        bytes += try writer.finish()
        return bytes
    }
}

extension MemoryStore {
    /// Puts a Parquet file there.
    package func put(
        _ columns: [Column], at url: String, rowGroupRowCount: Int = 131_072,
        bloomFilterColumns: Set<String> = []
    ) throws {
        put(
            try ParquetBytes.file(
                columns, rowGroupRowCount: rowGroupRowCount,
                bloomFilterColumns: bloomFilterColumns),
            at: url)
    }
}
