package import Columns
package import Threads

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
    var pending: PendingRows
    /// Bytes returned so far.
    var byteOffset = 0
    var metadata = FileMetadata()
    /// One for each column chunk, row group by row group.
    var columnIndexes: [ColumnIndex?] = []
    var offsetIndexes: [OffsetIndex] = []
    var state = State.empty
    let scratches = ChunkScratches()

    enum State {
        case empty, open, finished, failed
    }

    private static let magic = Array("PAR1".utf8)

    package init(schema: Schema, options: WriterOptions = WriterOptions()) {
        self.schema = schema
        self.options = options
        pending = PendingRows(
            rowCountMax: options.rowGroupRowCountMax,
            byteCountMax: options.rowGroupByteCountMax,
            fixedByteCount: schema.fields.reduce(0) { $0 + Self.fixedByteCount($1.type) },
            stringColumns: schema.fields.indices.filter {
                schema.fields[$0].type == .string || schema.fields[$0].type == .binary
            })
    }

    /// Bytes of a value, as memory holds it; strings count apart.
    static func fixedByteCount(_ type: ColumnType) -> Int {
        switch type {
        case .boolean: 1
        case .int8, .int16, .int32, .uint8, .uint16, .uint32, .float16, .float, .date: 4
        case .fixedBinary(let byteCount): byteCount
        case .uuid: 16
        case .decimal(let precision, _): precision <= 9 ? 4 : precision <= 18 ? 8 : 16
        case .int64, .uint64, .double, .time, .timestamp: 8
        case .string, .binary: 0
        }
    }

    /// Rows handed to `write` so far.
    package var rowCount: Int { Int(metadata.rowCount) + pending.rowCount }

    /// Takes the rows of `batch`; returns the row groups that became full, which may be no bytes.
    ///
    /// A batch of many row groups comes back as so many bytes at once: hand it over in ranges of
    /// rows to stay within one row group.
    /// - Parameters:
    ///   - rows: the rows of `batch` to write, all of them by default.
    ///   - pool: encodes the columns of a row group side by side; this call enters its regions, so
    ///     it must not come from inside one.
    ///
    /// Throws `invalidParameter` when the batch does not fit the schema or the options are out of
    /// range, `limitExceeded` for values that no page can hold.
    package mutating func write(
        _ batch: RecordBatch, rows: Range<Int>? = nil, pool: ThreadPool? = nil
    ) throws(ParquetError) -> [UInt8] {
        var output: [UInt8] = []
        try write(batch, rows: rows, pool: pool, into: &output)
        return output
    }

    /// The same; the bytes are appended to `output`, whose memory may be used again and again.
    package mutating func write(
        _ batch: RecordBatch, rows: Range<Int>? = nil, pool: ThreadPool? = nil,
        into output: inout [UInt8]
    ) throws(ParquetError) {
        let rows = rows ?? 0..<batch.rowCount
        precondition(rows.lowerBound >= 0 && rows.upperBound <= batch.rowCount)
        let before = output.count
        output += try begin()
        if let difference = schemaDifference(batch.schema) {
            state = .failed
            throw ParquetError(.invalidParameter, difference)
        }
        pending.append(batch, rows)
        // Where the first byte of `output` would lie in the file.
        byteOffset -= before
        while let rowCount = pending.fullRowCount() {
            try writeRowGroup(rowCount: rowCount, pool, into: &output)
        }
        byteOffset += output.count
    }

    /// The last row group, the page indexes and the footer. A file may have no rows.
    ///
    /// Throws as `write` does.
    package mutating func finish(pool: ThreadPool? = nil) throws(ParquetError) -> [UInt8] {
        var output = try begin()
        if pending.rowCount > 0 {
            try writeRowGroup(rowCount: pending.rowCount, pool, into: &output)
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
        try options.validateBloomFilters(of: schema)
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
