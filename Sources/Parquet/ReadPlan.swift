import Columns

/// The byte ranges to fetch for some columns of one row group.
package struct ReadPlan: Hashable, Sendable {
    /// One column chunk, dictionary page included.
    package struct Chunk: Hashable, Sendable {
        /// Position among the columns asked for.
        package let column: Int
        /// From the first byte of the object.
        package let offset: Int
        package let byteCount: Int
    }

    /// In the order of the columns asked for; ranges lie within the object.
    package let chunks: [Chunk]
    package let rowCount: Int

    /// The dictionary header that parquet-mr before 1.2.9 forgot to count, at most.
    private static let forgottenHeaderByteCountMax = 100

    /// - Parameter columns: from `FileMetadata.leafColumns()` of the same metadata.
    /// - Throws: `unsupported` for a column that cannot be read, by name and reason;
    ///   `outOfSpec` if a chunk lies outside the object.
    package init(
        metadata: FileMetadata, columns: [LeafColumn], rowGroupIndex: Int, objectByteCount: Int
    ) throws(ParquetError) {
        guard metadata.rowGroups.indices.contains(rowGroupIndex) else {
            throw ParquetError(
                .invalidParameter,
                "row group \(rowGroupIndex) of \(metadata.rowGroups.count).")
        }
        let rowGroup = metadata.rowGroups[rowGroupIndex]
        let isSizeShort = Self.forgetsDictionaryHeaders(createdBy: metadata.createdBy)
        var chunks: [Chunk] = []
        chunks.reserveCapacity(columns.count)
        for (position, column) in columns.enumerated() {
            do throws(ParquetError) {
                guard rowGroup.columns.indices.contains(column.columnIndex) else {
                    throw ParquetError(.outOfSpec, "the row group has no chunk of this column.")
                }
                let range = try Self.range(
                    of: rowGroup.columns[column.columnIndex], column,
                    objectByteCount: objectByteCount, isSizeShort: isSizeShort)
                chunks.append(
                    Chunk(column: position, offset: range.lowerBound, byteCount: range.count))
            } catch {
                throw error.adding(
                    .init(rowGroupIndex: rowGroupIndex, column: column.field.name))
            }
        }
        self.chunks = chunks
        rowCount = Int(rowGroup.rowCount)
    }

    private static func range(
        of chunk: ColumnChunkMetadata, _ column: LeafColumn, objectByteCount: Int,
        isSizeShort: Bool
    ) throws(ParquetError) -> Range<Int> {
        if let reason = column.skippedReason {
            throw ParquetError(
                .unsupported, "the column cannot be read: \(reason). Leave it out.")
        }
        if let damage = chunk.damage { throw damage }
        guard !chunk.isEncrypted else {
            throw ParquetError(
                .unsupported, "the column is encrypted. Decrypt the file, or leave it out.")
        }
        guard chunk.filePath == nil else {
            throw ParquetError(.unsupported, "the column's data lie in another file.")
        }
        guard chunk.physicalType == column.physicalType else {
            throw ParquetError(
                .outOfSpec,
                "the chunk is \(chunk.physicalType.name), the schema says "
                    + "\(column.physicalType.name).")
        }
        let start = Int64(chunk.startOffset)
        let (end, overflow) = start.addingReportingOverflow(chunk.compressedByteCount)
        guard start >= 0, chunk.compressedByteCount >= 0, !overflow,
            end <= Int64(objectByteCount)
        else {
            throw ParquetError(
                .outOfSpec,
                "a chunk of \(chunk.compressedByteCount) bytes at \(start) in a file of "
                    + "\(objectByteCount).")
        }
        let padding = isSizeShort ? forgottenHeaderByteCountMax : 0
        return Int(start)..<min(Int(end) + padding, objectByteCount)
    }

    /// Source: PARQUET-816, IMPALA-694.
    private static func forgetsDictionaryHeaders(createdBy: String?) -> Bool {
        guard let createdBy, createdBy.hasPrefix("parquet-mr") else { return false }
        guard
            let word = createdBy.split(separator: " ").first(where: { $0.first?.isNumber == true })
        else { return true }
        let numbers = word.split(whereSeparator: { !$0.isNumber }).prefix(3).map { Int($0) ?? 0 }
        return numbers.lexicographicallyPrecedes([1, 2, 9])
    }
}
