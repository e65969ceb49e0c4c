extension RowGroupMetadata {
    func write(to writer: inout CompactProtocolWriter) {
        writer.field(1, list: Array(columns), of: .structure) { writer, column in
            writer.structure(column.write(to:))
        }
        writer.field(2, int64: totalByteCount)
        writer.field(3, int64: rowCount)
        writer.field(4, list: sortingColumns.isEmpty ? nil : sortingColumns, of: .structure) {
            writer, column in
            writer.structure { writer in
                writer.field(1, int32: column.columnIndex)
                writer.field(2, boolean: column.isDescending)
                writer.field(3, boolean: column.nullsFirst)
            }
        }
        writer.field(5, int64: fileOffset)
        writer.field(6, int64: totalCompressedByteCount)
        writer.field(7, int16: ordinal)
    }
}
