extension RowGroupMetadata {
    /// - Parameter footer: what `reader` reads, from its start on.
    init(
        parsing reader: inout CompactProtocolReader, of footer: FooterBytes
    ) throws(ParquetError) {
        self.init()
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: columns = try ColumnChunks(skipping: &reader, field, of: footer)
            case 2: totalByteCount = try reader.readInt64(field)
            case 3: rowCount = try reader.readInt64(field)
            case 4:
                let count = try reader.readListCount(field, of: .structure)
                for _ in 0..<count { sortingColumns.append(try SortingColumn(parsing: &reader)) }
            case 5: fileOffset = try reader.readInt64(field)
            case 6: totalCompressedByteCount = try reader.readInt64(field)
            case 7: ordinal = Int16(truncatingIfNeeded: try reader.readInt32(field))
            default: try reader.skip(field)
            }
        }
        guard rowCount >= 0 else { throw reader.outOfSpec("a row group of \(rowCount) rows.") }
    }
}

extension SortingColumn {
    init(parsing reader: inout CompactProtocolReader) throws(ParquetError) {
        self.init(columnIndex: 0, isDescending: false, nullsFirst: false)
        var previousID: Int16 = 0
        while let field = try reader.nextField(after: &previousID) {
            switch field.id {
            case 1: columnIndex = try reader.readInt32(field)
            case 2: isDescending = try reader.readBool(field)
            case 3: nullsFirst = try reader.readBool(field)
            default: try reader.skip(field)
            }
        }
    }
}
