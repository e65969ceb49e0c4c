package import Columns

/// Decodes one column of one row group.
package enum ColumnChunkDecoder {
    /// - Parameters:
    ///   - bytes: the chunk, from its `ReadPlan.Chunk`.
    ///   - slackByteCount: how many bytes behind `bytes` are readable. With 64 or more the last
    ///     page need not be copied; their values do not matter.
    ///   - chunk: the chunk's metadata, of the same row group as `rowCount`.
    ///   - pageRowCounts: of a `PageSelection`, whose bytes these are then: the rows that each of
    ///     its data pages must have, lest they be taken for other rows.
    ///   - keepsCodes: leaves numbers as `ColumnValues.coded` where the chunk has a dictionary for
    ///     all of its rows, and one that is small.
    ///   - scratch: working memory, not used by another decode at the same time.
    /// - Throws: `outOfSpec` if the bytes are damaged, `unsupported` for an encoding or codec this
    ///   reader lacks, `limitExceeded` if the chunk would become too large; all with their place.
    /// - Complexity: O(bytes + `rowCount`). Memory: the column, and in `scratch` a page, of GZIP
    ///   three of at most 4 MiB.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, slackByteCount: Int = 0, chunk: ColumnChunkMetadata,
        column: LeafColumn, rowCount: Int, pageRowCounts: [Int]? = nil, keepsCodes: Bool = false,
        rowGroupIndex: Int, scratch: DecodeScratch
    ) throws(ParquetError) -> Column {
        if column.elementIndex != nil {
            return try decodeLists(
                bytes, slackByteCount: slackByteCount, chunk: chunk, columns: [column],
                rowCount: rowCount, rowGroupIndex: rowGroupIndex, scratch: scratch)[0]
        }
        do throws(ParquetError) {
            if let reason = column.skippedReason {
                throw ParquetError(
                    .unsupported, "the column cannot be read: \(reason). Leave it out.")
            }
            try PageDecompressor.check(chunk.codec)
            let pages = PageReader(
                bytes, slackByteCount: slackByteCount, objectOffset: chunk.startOffset,
                tail: scratch.tail)
            var decoder = try ChunkDecoder(
                pages: pages, codec: chunk.codec, column: column, rowCount: rowCount,
                pageRowCounts: pageRowCounts, lists: nil, chunkByteCount: bytes.count,
                keepsCodes: keepsCodes, scratch: scratch)
            return try decoder.decode()
        } catch {
            throw error.adding(
                .init(
                    rowGroupIndex: rowGroupIndex, column: column.field.name,
                    byteOffset: chunk.startOffset))
        }
    }

    /// The most bytes that a decoder keeps of such a chunk's pages before their turn, beside the
    /// column and the page at hand.
    package static func byteCountAheadMax(_ chunk: ColumnChunkMetadata) -> Int {
        PagesAhead.heldByteCountMax(chunk)
    }
}

// MARK: Lists

extension ColumnChunkDecoder {
    /// Decodes a chunk of lists of one length once, for all wanted positions.
    /// - Parameter columns: from `LeafColumn.elements()` of one leaf, in any order.
    /// - Throws: as `decode` does; `unsupported` for a list of another length, with its row.
    package static func decodeLists(
        _ bytes: UnsafeRawBufferPointer, slackByteCount: Int = 0, chunk: ColumnChunkMetadata,
        columns: [LeafColumn], rowCount: Int, rowGroupIndex: Int, scratch: DecodeScratch
    ) throws(ParquetError) -> [Column] {
        guard let leaf = columns.first else { return [] }
        do throws(ParquetError) {
            var decoder = try listDecoder(
                bytes, slackByteCount: slackByteCount, chunk, leaf, rowCount: rowCount, scratch)
            let values = try decoder.decode()
            guard let lists = decoder.lists else { return [] }
            try lists.finish()
            return ListTransposition.columns(values, lists, columns)
        } catch {
            throw error.adding(
                .init(
                    rowGroupIndex: rowGroupIndex, column: leaf.listName,
                    byteOffset: chunk.startOffset))
        }
    }

    /// Looks whether the lists at the start of a chunk have the length that the footer lets
    /// expect.
    /// - Parameters:
    ///   - prefix: of the chunk; a page that goes beyond is not looked at.
    ///   - leaf: with a `list`.
    /// - Throws: `unsupported` for a list of another length, with its row.
    package static func checkLists(
        _ prefix: UnsafeRawBufferPointer, chunk: ColumnChunkMetadata, leaf: LeafColumn,
        rowCount: Int, scratch: DecodeScratch
    ) throws(ParquetError) {
        var decoder = try listDecoder(
            prefix, slackByteCount: 0, chunk, leaf, rowCount: rowCount, scratch)
        try decoder.checkLists()
    }

    private static func listDecoder(
        _ bytes: UnsafeRawBufferPointer, slackByteCount: Int, _ chunk: ColumnChunkMetadata,
        _ leaf: LeafColumn, rowCount: Int, _ scratch: DecodeScratch
    ) throws(ParquetError) -> ChunkDecoder {
        guard let list = leaf.list, rowCount >= 0, let valueCount = Int(exactly: chunk.valueCount)
        else { throw ParquetError(.invalidParameter, "not a column of lists.") }
        try PageDecompressor.check(chunk.codec)
        return try ChunkDecoder(
            pages: PageReader(
                bytes, slackByteCount: slackByteCount, objectOffset: chunk.startOffset,
                tail: scratch.tail),
            codec: chunk.codec, column: leaf, rowCount: valueCount, pageRowCounts: nil,
            lists: ListLevels(
                list, definitionLevelMax: leaf.definitionLevelMax, rowCountMax: rowCount),
            chunkByteCount: Int(clamping: chunk.compressedByteCount), keepsCodes: false,
            scratch: scratch)
    }
}
