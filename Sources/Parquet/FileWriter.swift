package import Columns

/// Turns batches of one schema into the bytes of a Parquet file.
///
/// There is no I/O here: `write` and `finish` return what the caller appends to its object, in
/// order. Rows are kept, without a copy, until a row group is full; so memory is bounded by one row
/// group and one batch. The bytes depend on the rows and the options only, not on how the rows
/// were cut into batches.
///
/// After an error the file cannot be completed.
package struct FileWriter: Sendable {
    package let schema: Schema
    package let options: WriterOptions
    private var pending: [PendingRows] = []
    private var pendingRowCount = 0
    /// Bytes returned so far.
    private var byteOffset = 0
    private var metadata = FileMetadata()
    /// One for each column chunk, row group by row group.
    private var columnIndexes: [ColumnIndex?] = []
    private var offsetIndexes: [OffsetIndex] = []
    private var state = State.empty

    private enum State {
        case empty, open, finished, failed
    }

    private struct PendingRows {
        let batch: RecordBatch
        var rows: Range<Int>
    }

    private static let magic = Array("PAR1".utf8)

    package init(schema: Schema, options: WriterOptions = WriterOptions()) {
        self.schema = schema
        self.options = options
    }

    /// Rows handed to `write` so far.
    package var rowCount: Int { Int(metadata.rowCount) + pendingRowCount }

    /// Takes the rows of `batch`; returns the row groups that became full, which may be no bytes.
    ///
    /// A batch of many row groups comes back as so many bytes at once: hand it over in ranges of
    /// rows to stay within one row group.
    /// - Parameter rows: the rows of `batch` to write, all of them by default.
    ///
    /// Throws `invalidParameter` when the batch does not fit the schema or the options are out of
    /// range, `limitExceeded` for values that no page can hold.
    package mutating func write(
        _ batch: RecordBatch, rows: Range<Int>? = nil
    ) throws(ParquetError) -> [UInt8] {
        let rows = rows ?? 0..<batch.rowCount
        precondition(rows.lowerBound >= 0 && rows.upperBound <= batch.rowCount)
        var output = try begin()
        if let difference = schemaDifference(batch.schema) {
            state = .failed
            throw ParquetError(.invalidParameter, difference)
        }
        if !rows.isEmpty {
            pending.append(PendingRows(batch: batch, rows: rows))
            pendingRowCount += rows.count
        }
        let fullRowCount =
            pendingRowCount - pendingRowCount % max(1, options.rowGroupRowCountMax)
        output.reserveCapacity(output.count + fullRowCount * rowByteCountEstimate)
        while pendingRowCount >= options.rowGroupRowCountMax {
            try writeRowGroup(rowCount: options.rowGroupRowCountMax, into: &output)
        }
        byteOffset += output.count
        return output
    }

    /// The last row group, the page indexes and the footer. A file may have no rows.
    ///
    /// Throws as `write` does.
    package mutating func finish() throws(ParquetError) -> [UInt8] {
        var output = try begin()
        if pendingRowCount > 0 {
            output.reserveCapacity(output.count + pendingRowCount * rowByteCountEstimate)
            try writeRowGroup(rowCount: pendingRowCount, into: &output)
        }
        appendPageIndexes(to: &output)
        let footer = metadata.serialized()
        guard let footerByteCount = UInt32(exactly: footer.count) else {
            throw ParquetError(.limitExceeded, "a footer of 4 GiB; write several files")
        }
        output += footer
        withUnsafeBytes(of: footerByteCount.littleEndian) { output += $0 }
        output += Self.magic
        byteOffset += output.count
        state = .finished
        return output
    }

    /// Bytes of a row that is neither compressed nor coded, strings taken as 8 bytes. Memory that
    /// is reserved and not used costs nothing; memory that has to grow is copied.
    private var rowByteCountEstimate: Int {
        metadata.schema.reduce(0) { sum, element in
            switch element.physicalType {
            case nil: sum
            case .boolean: sum + 1
            case .int32, .float: sum + 4
            case .fixedLengthByteArray: sum + Int(element.typeLength ?? 0)
            default: sum + 8
            }
        }
    }

    /// What stands before the first row group, once.
    private mutating func begin() throws(ParquetError) -> [UInt8] {
        switch state {
        case .open: return []
        case .empty: break
        case .finished:
            throw ParquetError(.invalidParameter, "the file is finished; begin another")
        case .failed:
            throw ParquetError(
                .invalidParameter, "the file failed before and cannot be completed")
        }
        state = .failed
        try options.validate()
        guard !schema.fields.isEmpty else {
            throw ParquetError(.invalidParameter, "a file needs at least one column")
        }
        var root = SchemaElement(name: "schema")
        root.childCount = Int32(schema.fields.count)
        metadata.schema = [root]
        for field in schema.fields { metadata.schema.append(try SchemaElement(field)) }
        metadata.keyValueMetadata = options.keyValueMetadata
        metadata.createdBy = options.createdBy
        metadata.columnOrders = schema.fields.map { _ in .typeDefined }
        state = .open
        return Self.magic
    }

    /// What is wrong with the columns of a batch. Whether they may hold nulls is of no interest:
    /// the file's own schema decides, row by row.
    private func schemaDifference(_ other: Schema) -> String? {
        guard other.fields.count == schema.fields.count else {
            return "the batch has \(other.fields.count) columns, the file \(schema.fields.count)"
        }
        for (field, otherField) in zip(schema.fields, other.fields)
        where field.name != otherField.name || field.type != otherField.type {
            return "the batch has `\(otherField.name)` of type \(otherField.type) where the file "
                + "has `\(field.name)` of type \(field.type)"
        }
        return nil
    }

    // MARK: Row groups

    /// Appends a row group of the first pending rows.
    private mutating func writeRowGroup(
        rowCount: Int, into output: inout [UInt8]
    ) throws(ParquetError) {
        state = .failed
        let rows = takePending(rowCount: rowCount)
        let start = byteOffset + output.count
        let compressor = try PageCompressor(options.compression)
        let scratch = ChunkScratch()
        var rowGroup = RowGroupMetadata(
            rowCount: Int64(rowCount), fileOffset: Int64(start),
            ordinal: Int16(exactly: metadata.rowGroups.count))
        for (columnIndex, field) in schema.fields.enumerated() {
            let encoder = ColumnChunkEncoder(
                field: field, leaf: metadata.schema[columnIndex + 1], options: options,
                compressor: compressor, scratch: scratch)
            let slices = rows.map {
                ColumnSlice(column: $0.batch.columns[columnIndex], rows: $0.rows)
            }
            let chunk: ColumnChunkEncoder.Encoded
            do {
                chunk = try encoder.encode(slices, into: &output, byteOffset: byteOffset)
            } catch {
                throw error.adding(
                    ParquetError.Context(
                        rowGroupIndex: metadata.rowGroups.count, column: field.name))
            }
            rowGroup.columns.append(chunk.metadata)
            rowGroup.totalByteCount += chunk.metadata.uncompressedByteCount
            columnIndexes.append(chunk.columnIndex)
            offsetIndexes.append(chunk.offsetIndex)
        }
        rowGroup.totalCompressedByteCount = Int64(byteOffset + output.count - start)
        metadata.rowGroups.append(rowGroup)
        metadata.rowCount += Int64(rowCount)
        state = .open
    }

    private mutating func takePending(rowCount: Int) -> [PendingRows] {
        var taken: [PendingRows] = []
        var missing = rowCount
        var takenBatchCount = 0
        while missing > 0 {
            let rows = pending[takenBatchCount].rows
            let count = min(missing, rows.count)
            let end = rows.lowerBound + count
            taken.append(
                PendingRows(batch: pending[takenBatchCount].batch, rows: rows.lowerBound..<end))
            pending[takenBatchCount].rows = end..<rows.upperBound
            if end == rows.upperBound { takenBatchCount += 1 }
            missing -= count
        }
        pending.removeFirst(takenBatchCount)
        pendingRowCount -= rowCount
        return taken
    }

    // MARK: Page indexes

    /// Appends all column indexes, then all offset indexes, as the specification lays them out.
    private mutating func appendPageIndexes(to output: inout [UInt8]) {
        let columnCount = schema.fields.count
        for (position, index) in columnIndexes.enumerated() {
            guard let bytes = index?.serialized() else { continue }
            let (group, column) = position.quotientAndRemainder(dividingBy: columnCount)
            metadata.rowGroups[group].columns[column].columnIndexOffset =
                Int64(byteOffset + output.count)
            metadata.rowGroups[group].columns[column].columnIndexByteCount = Int32(bytes.count)
            output += bytes
        }
        for (position, index) in offsetIndexes.enumerated() {
            let bytes = index.serialized()
            let (group, column) = position.quotientAndRemainder(dividingBy: columnCount)
            metadata.rowGroups[group].columns[column].offsetIndexOffset =
                Int64(byteOffset + output.count)
            metadata.rowGroups[group].columns[column].offsetIndexByteCount = Int32(bytes.count)
            output += bytes
        }
    }
}
