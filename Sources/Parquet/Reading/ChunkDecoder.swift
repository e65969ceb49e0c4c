import Columns

/// The state between the pages of a chunk.
struct ChunkDecoder {
    var pages: PagesAhead
    let codec: CompressionCodec
    let column: LeafColumn
    let rowCount: Int
    private let pageRowCounts: [Int]?
    /// For a column of lists; then `rowCount` counts their values.
    let lists: ListLevels?
    private var dataPageCount = 0
    let scratch: DecodeScratch
    let values: DecodedValues
    var validity: ValidityBuilder
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

    mutating func decode(_ page: Page) throws(ParquetError) {
        switch page.header.kind {
        case .index, .other: return
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
