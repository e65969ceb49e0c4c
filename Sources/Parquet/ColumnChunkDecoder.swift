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

/// The state between the pages of a chunk.
private struct ChunkDecoder {
    private var pages: PagesAhead
    private let codec: CompressionCodec
    private let column: LeafColumn
    private let rowCount: Int
    private let pageRowCounts: [Int]?
    /// For a column of lists; then `rowCount` counts their values.
    let lists: ListLevels?
    private var dataPageCount = 0
    private let scratch: DecodeScratch
    private let values: DecodedValues
    private var validity: ValidityBuilder
    private var hasDictionary = false

    init(
        pages: PageReader, codec: CompressionCodec, column: LeafColumn, rowCount: Int,
        pageRowCounts: [Int]?, lists: ListLevels?, chunkByteCount: Int, keepsCodes: Bool,
        scratch: DecodeScratch
    ) throws(ParquetError) {
        guard rowCount >= 0 else {
            throw ParquetError(.invalidParameter, "a row group of \(rowCount) rows.")
        }
        self.pages = PagesAhead(
            pages, codec: codec, column: column, rowCount: rowCount, scratch: scratch)
        self.codec = codec
        self.column = column
        self.rowCount = rowCount
        self.pageRowCounts = pageRowCounts
        self.lists = lists
        self.scratch = scratch
        values = try DecodedValues(
            column: column, rowCount: rowCount, chunkByteCount: chunkByteCount,
            keepsCodes: keepsCodes, scratch: scratch)
        validity = ValidityBuilder(rowCountMax: rowCount)
    }

    mutating func decode() throws(ParquetError) -> Column {
        while validity.rowCount < rowCount,
            let page = try pages.next(to: values, firstRow: validity.rowCount)
        {
            do throws(ParquetError) {
                try decode(page)
            } catch {
                throw error.adding(.init(pageIndex: page.index, byteOffset: page.byteOffset))
            }
        }
        guard validity.rowCount == rowCount else {
            throw ParquetError(
                .outOfSpec,
                "the column ends after \(validity.rowCount) of \(rowCount) rows.",
                context: .init(byteOffset: pages.byteOffset))
        }
        return Column(
            field: column.field, values: try values.finish(),
            validity: validity.finish())
    }

    private mutating func decode(_ page: Page) throws(ParquetError) {
        switch page.header.kind {
        case .index: return
        case .dictionary(let header):
            guard !hasDictionary else {
                throw ParquetError(.outOfSpec, "a second dictionary in one chunk.")
            }
            guard header.encoding == .plain || header.encoding == .plainDictionary else {
                throw ParquetError(
                    .unsupported, "a dictionary encoded as \(header.encoding.name).")
            }
            hasDictionary = true
            let body = try decompress(page, skipping: 0)
            try values.setDictionary(body, count: Int(header.valueCount))
        case .data(let header): try decode(page, header)
        case .dataV2(let header): try decode(page, header)
        }
    }

    /// Version 1: the levels are compressed together with the values.
    private mutating func decode(
        _ page: Page, _ header: DataPageHeader
    ) throws(ParquetError) {
        let pageRowCount = try checkedRowCount(header.valueCount)
        if column.definitionLevelMax == 0, header.encoding == .plain,
            try decompressDirectly(
                page, skipping: 0, firstRow: validity.rowCount,
                rowCount: pageRowCount)
        {
            validity.appendValid(pageRowCount)
            return
        }
        var body = try decompress(page, skipping: 0)
        let firstRow = validity.rowCount
        var validCount = pageRowCount
        if let lists {
            let (repetition, rest) = try Self.splitLevels(
                body, header, header.repetitionLevelEncoding)
            let definition: PaddedBytes
            (definition, body) = try Self.splitLevels(rest, header, header.definitionLevelEncoding)
            validCount = try append(repetition, definition, count: pageRowCount, to: lists)
        } else if column.definitionLevelMax == 0 {
            validity.appendValid(pageRowCount)
        } else {
            let levels: PaddedBytes
            (levels, body) = try Self.splitLevels(body, header, header.definitionLevelEncoding)
            if header.definitionLevelEncoding == .bitPacked {
                validCount = validity.appendBitPackedLevels(levels, count: pageRowCount)
            } else {
                validCount = try appendLevels(levels, count: pageRowCount)
            }
        }
        try values.append(
            PageValues(
                bytes: body, encoding: header.encoding, firstRow: firstRow,
                rowCount: pageRowCount, validCount: validCount, validity: validity.bitmap))
    }

    /// Version 2: the levels stand before the values and are never compressed.
    private mutating func decode(
        _ page: Page, _ header: DataPageHeaderV2
    ) throws(ParquetError) {
        let pageRowCount = try checkedRowCount(header.valueCount)
        let repetitionByteCount = Int(header.repetitionLevelsByteCount)
        let definitionByteCount = Int(header.definitionLevelsByteCount)
        let levelsByteCount = repetitionByteCount + definitionByteCount
        guard levelsByteCount <= page.body.byteCount else {
            throw ParquetError(
                .outOfSpec,
                "levels of \(levelsByteCount) bytes in a page of \(page.body.byteCount).")
        }
        let firstRow = validity.rowCount
        var validCount = pageRowCount
        if let lists {
            let repetition = page.body.prefix(repetitionByteCount)
            let definition = page.body.dropping(repetitionByteCount).prefix(definitionByteCount)
            validCount = try append(repetition, definition, count: pageRowCount, to: lists)
        } else if column.definitionLevelMax == 0 {
            validity.appendValid(pageRowCount)
        } else {
            let levels = page.body.dropping(repetitionByteCount).prefix(definitionByteCount)
            validCount = try appendLevels(levels, count: pageRowCount)
        }
        let isCompressed = header.isCompressed
        if validCount == pageRowCount, header.encoding == .plain,
            try decompressDirectly(
                page, skipping: levelsByteCount, isCompressed: isCompressed, firstRow: firstRow,
                rowCount: pageRowCount)
        {
            return
        }
        let body = try decompress(page, skipping: levelsByteCount, isCompressed: isCompressed)
        try values.append(
            PageValues(
                bytes: body, encoding: header.encoding, firstRow: firstRow,
                rowCount: pageRowCount, validCount: validCount, validity: validity.bitmap))
    }

    private mutating func checkedRowCount(_ valueCount: Int32) throws(ParquetError) -> Int {
        guard Int(valueCount) <= rowCount - validity.rowCount else {
            throw ParquetError(
                .outOfSpec,
                "a page of \(valueCount) values, \(rowCount - validity.rowCount) rows left.")
        }
        if let pageRowCounts {
            guard dataPageCount < pageRowCounts.count,
                pageRowCounts[dataPageCount] == Int(valueCount)
            else {
                throw ParquetError(
                    .outOfSpec,
                    "a page of \(valueCount) values, which is not what the page index says.")
            }
            dataPageCount += 1
        }
        return Int(valueCount)
    }
}

// MARK: Levels

extension ChunkDecoder {
    private mutating func appendLevels(
        _ levels: PaddedBytes, count: Int
    ) throws(ParquetError) -> Int {
        guard let validCount = validity.appendLevels(levels, count: count) else {
            throw ParquetError(
                .outOfSpec,
                "\(levels.byteCount) bytes of definition levels do not give \(count) levels of "
                    + "0 or 1.")
        }
        return validCount
    }

    /// The definition levels and the values of a version 1 page.
    private static func splitLevels(
        _ body: PaddedBytes, _ header: DataPageHeader, _ encoding: Encoding
    ) throws(ParquetError) -> (levels: PaddedBytes, values: PaddedBytes) {
        let prefixByteCount: Int
        let byteCount: Int
        switch encoding {
        case .rle:
            guard body.byteCount >= 4 else {
                throw ParquetError(.outOfSpec, "the page ends before its levels.")
            }
            prefixByteCount = 4
            byteCount = Int(UInt32(littleEndian: body.start.loadUnaligned(as: UInt32.self)))
        case .bitPacked:
            prefixByteCount = 0
            byteCount = (Int(header.valueCount) + 7) / 8
        default:
            throw ParquetError(
                .unsupported,
                "levels encoded as \(encoding.name).")
        }
        guard byteCount <= body.byteCount - prefixByteCount else {
            throw ParquetError(
                .outOfSpec,
                "levels of \(byteCount) bytes in a page of \(body.byteCount).")
        }
        let levels = body.dropping(prefixByteCount)
        return (levels.prefix(byteCount), levels.dropping(byteCount))
    }
}

// MARK: Lists

extension ChunkDecoder {
    /// Levels of one page of lists.
    /// - Returns: how many values are not null.
    private mutating func append(
        _ repetition: PaddedBytes, _ definition: PaddedBytes, count: Int, to lists: ListLevels
    ) throws(ParquetError) -> Int {
        let (repetitionLevels, definitionLevels) = (
            Self.room(for: count, in: scratch.prefixes), Self.room(for: count, in: scratch.dense)
        )
        // The width of the largest level; lists in lists are not read.
        let bitWidth = Int.bitWidth - column.definitionLevelMax.leadingZeroBitCount
        guard
            RLEBitPackedHybridDecoder.decode(
                repetition, bitWidth: 1, count: count, into: repetitionLevels),
            RLEBitPackedHybridDecoder.decode(
                definition, bitWidth: bitWidth, count: count, into: definitionLevels)
        else {
            throw ParquetError(.outOfSpec, "the page has fewer levels than values.")
        }
        try lists.append(
            repetition: repetitionLevels, definition: definitionLevels, count: count)
        return validity.appendLevels(
            definitionLevels, count: count, valid: column.definitionLevelMax)
    }

    /// Unpacking writes whole groups of 8.
    private static func room(
        for count: Int, in scratch: ScratchBuffer
    ) -> UnsafeMutablePointer<UInt32> {
        scratch.reserve((count + 8) * 4).bindMemory(to: UInt32.self, capacity: count + 8)
    }

    /// The levels of all pages that are there as a whole.
    mutating func checkLists() throws(ParquetError) {
        while validity.rowCount < rowCount,
            let page = try? pages.next(to: values, firstRow: validity.rowCount)
        {
            try decode(page)
        }
    }
}

// MARK: Compression

extension ChunkDecoder {
    /// What stands behind the first `skipping` bytes of a page, decompressed if need be.
    private func decompress(
        _ page: Page, skipping: Int, isCompressed: Bool = true
    ) throws(ParquetError) -> PaddedBytes {
        if let inflated = page.inflated { return inflated }
        let source = page.body.dropping(skipping)
        guard codec != .uncompressed, isCompressed, source.byteCount > 0 else { return source }
        let byteCount = try uncompressedByteCount(source, page.header, skipping: skipping)
        let target = scratch.page.reserve(byteCount)
        try scratch.decompressor.decompress(source, codec, into: target, byteCount: byteCount)
        scratch.page.clearSlack(after: byteCount)
        return PaddedBytes(start: UnsafeRawPointer(target), byteCount: byteCount)
    }

    /// Decompresses PLAIN values without nulls to where the column wants them.
    /// - Returns: false if they have to be looked at on the way; then nothing was done.
    private func decompressDirectly(
        _ page: Page, skipping: Int, isCompressed: Bool = true,
        firstRow: Int, rowCount: Int
    ) throws(ParquetError) -> Bool {
        let source = page.body.dropping(skipping)
        guard codec != .uncompressed, isCompressed, source.byteCount > 0 else { return false }
        let byteCount = try uncompressedByteCount(source, page.header, skipping: skipping)
        guard
            let target = values.directTarget(
                firstRow: firstRow, rowCount: rowCount, byteCount: byteCount)
        else { return false }
        if let inflated = page.inflated { return inflated.start == UnsafeRawPointer(target) }
        try scratch.decompressor.decompress(source, codec, into: target, byteCount: byteCount)
        return true
    }

    private func uncompressedByteCount(
        _ source: PaddedBytes, _ header: PageHeader, skipping: Int
    ) throws(ParquetError) -> Int {
        let byteCount = Int(header.uncompressedByteCount) - skipping
        let byteCountMax = PageDecompressor.byteCountMax(
            codec, compressedByteCount: source.byteCount)
        guard byteCount >= 0, byteCount <= byteCountMax else {
            throw ParquetError(
                .outOfSpec,
                "\(source.byteCount) \(codec.name) bytes claim to become \(byteCount).")
        }
        try scratch.checkSize(byteCount, chunkByteCount: source.byteCount)
        return byteCount
    }
}
