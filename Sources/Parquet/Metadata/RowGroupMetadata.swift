/// One horizontal slice of the table. Source: parquet.thrift, `RowGroup`.
package struct RowGroupMetadata: Hashable, Sendable {
    /// One for each leaf of the schema, in its order.
    package var columns = ColumnChunks()
    /// Uncompressed bytes of all column chunks.
    package var totalByteCount: Int64 = 0
    package var rowCount: Int64 = 0
    package var sortingColumns: [SortingColumn] = []
    package var fileOffset: Int64?
    package var totalCompressedByteCount: Int64?
    package var ordinal: Int16?
}
