import Columns

/// Encodes the rows of one column as a column chunk: a dictionary page where that pays, then data
/// pages of version 1, which every reader knows.
struct ColumnChunkEncoder {
    let field: Field
    let leaf: SchemaElement
    let options: WriterOptions
    let compressor: PageCompressor
    let scratch: ChunkScratch

    /// What the footer and the page index need to know of a chunk.
    struct Encoded {
        var metadata: ColumnChunkMetadata
        /// nil where some page has no bounds.
        var columnIndex: ColumnIndex?
        var offsetIndex = OffsetIndex()
        /// nil where none is asked for.
        var bloomFilter: BloomFilter?
    }

    /// Bytes of a bound in statistics and page indexes; longer strings are cut. parquet-java and
    /// arrow-rs cut at 64 too.
    private static let boundByteCountMax = 64

    private var order: ValueOrder { ValueOrder(field.type) }

    /// Appends the chunk's pages to `output`.
    /// - Parameter byteOffset: where the first byte of `output` lies in the object.
    ///
    /// Throws `invalidParameter` when the slices do not fit the field, `limitExceeded` when a page
    /// comes to 2 GiB.
    func encode(
        _ slices: [ColumnSlice], into output: inout [UInt8], byteOffset: Int
    ) throws(ParquetError) -> Encoded {
        // The values are pointers into the slices' columns.
        defer { withExtendedLifetime(slices) {} }
        let gatherer = ColumnGatherer(
            field: field, leaf: leaf, slices: slices, scratch: scratch)
        let validity = gatherer.validity()
        if validity != nil && !field.isNullable {
            throw ParquetError(
                .invalidParameter,
                "the column is not nullable, and a row is null; make the field nullable",
                context: ParquetError.Context(column: field.name))
        }
        let values: EncodedValues
        if leaf.physicalType == .byteArray {
            values = try gatherer.byteArrayValues(options)
        } else {
            values = EncodedValues(
                encoding: try gatherer.fixedWidthValues(), options: options, scratch: scratch)
        }
        var chunk = Encoded(
            metadata: ColumnChunkMetadata(physicalType: leaf.physicalType ?? .byteArray))
        if options.bloomFilterColumns.contains(field.name) {
            chunk.bloomFilter = BloomFilter(of: values.distinctOrAll, order: order)
        }
        chunk.metadata.path = [field.name]
        chunk.metadata.codec = options.compression.codec
        chunk.metadata.valueCount = Int64(gatherer.rowCount)
        chunk.metadata.encodings = [.plain, .rle]
        if case .dictionary(_, let entries) = values {
            chunk.metadata.encodings.append(.rleDictionary)
            chunk.metadata.dictionaryPageOffset = Int64(byteOffset + output.count)
            try appendDictionaryPage(entries, to: &output, &chunk.metadata)
        }
        chunk.metadata.dataPageOffset = Int64(byteOffset + output.count)
        let pages = try appendDataPages(
            values, validity: validity, rowCount: gatherer.rowCount, to: &output,
            byteOffset: byteOffset, &chunk)
        describe(pages, in: &chunk)
        return chunk
    }

    /// What is known of a data page once it is written.
    private struct PageSummary {
        var rowCount: Int
        var nullCount: Int
        /// nil where there is no value but NaN.
        var bounds: ValueBounds?
    }

    // MARK: Pages

    private func appendDictionaryPage(
        _ entries: DenseValues, to output: inout [UInt8], _ metadata: inout ColumnChunkMetadata
    ) throws(ParquetError) {
        try appendPage(
            .dictionary(DictionaryPageHeader(valueCount: Int32(entries.count))),
            plainBody(entries), to: &output, &metadata)
        metadata.encodingStats.append(
            PageEncodingStats(
                pageType: PageType.dictionaryPage.rawValue, encoding: .plain, pageCount: 1))
    }

    private func appendDataPages(
        _ values: EncodedValues, validity: BitmapSlice?, rowCount: Int, to output: inout [UInt8],
        byteOffset: Int, _ chunk: inout Encoded
    ) throws(ParquetError) -> [PageSummary] {
        var encoding = Encoding.plain
        if case .dictionary = values { encoding = .rleDictionary }
        var pages: [PageSummary] = []
        var row = 0
        var valueIndex = 0
        while row < rowCount {
            let (pageRows, pageValues) = nextPage(
                values, validity, row: row, valueIndex: valueIndex, rowCount: rowCount)
            let body = try body(values, validity, rows: pageRows, values: pageValues)
            let start = output.count
            try appendPage(
                .data(DataPageHeader(valueCount: Int32(pageRows.count), encoding: encoding)), body,
                to: &output, &chunk.metadata)
            chunk.offsetIndex.pageLocations.append(
                OffsetIndex.PageLocation(
                    byteOffset: Int64(byteOffset + start), byteCount: Int32(output.count - start),
                    firstRowIndex: Int64(row)))
            pages.append(
                PageSummary(
                    rowCount: pageRows.count, nullCount: pageRows.count - pageValues.count,
                    bounds: bounds(of: values, pageValues)))
            row = pageRows.upperBound
            valueIndex = pageValues.upperBound
        }
        chunk.metadata.encodingStats.append(
            PageEncodingStats(
                pageType: PageType.dataPage.rawValue, encoding: encoding,
                pageCount: Int32(pages.count)))
        return pages
    }

    /// The rows of the page that begins at `row`, and the values in them.
    private func nextPage(
        _ values: EncodedValues, _ validity: BitmapSlice?, row: Int, valueIndex: Int, rowCount: Int
    ) -> (rows: Range<Int>, values: Range<Int>) {
        var pageRowCount = min(options.pageRowCountMax, rowCount - row)
        while true {
            let rows = row..<row + pageRowCount
            let valueCount = validity?.slice(rows).countOnes() ?? pageRowCount
            let pageValues = valueIndex..<valueIndex + valueCount
            guard case .plain(let plain) = values, pageRowCount > 1,
                plain[pageValues].plainByteCount > options.pageByteCountMax
            else { return (rows, pageValues) }
            pageRowCount /= 2
        }
    }

    /// PLAIN values: as they lie where they can, otherwise in `scratch.page`.
    private func plainBody(_ values: DenseValues) -> PageBody {
        if let bytes = PlainEncoder.bytes(of: values) { return PageBody(bytes) }
        scratch.page.removeAll()
        PlainEncoder.encode(values, into: scratch.page)
        return PageBody(scratch.page.bytes)
    }

    /// Levels and values of a page; valid until the next one.
    private func body(
        _ values: EncodedValues, _ validity: BitmapSlice?, rows: Range<Int>,
        values range: Range<Int>
    ) throws(ParquetError) -> PageBody {
        let page = scratch.page
        page.removeAll()
        if field.isNullable {
            page.append(littleEndian: 0)
            if let validity {
                RLEBitPackedHybridEncoder.encodeLevels(validity.slice(rows), into: page)
            } else {
                RLEBitPackedHybridEncoder.encodeLevels(allValidCount: rows.count, into: page)
            }
            page.replace(at: 0, littleEndian: UInt32(page.count - 4))
        }
        switch values {
        case .plain(let plain):
            guard plain[range].plainByteCount <= Int(Int32.max) / 2 else {
                throw ParquetError(
                    .limitExceeded,
                    "a value of more than 1 GiB in row \(rows.lowerBound) of the row group; "
                        + "Parquet's pages cannot hold it",
                    context: ParquetError.Context(column: field.name))
            }
            if let bytes = PlainEncoder.bytes(of: plain[range]) {
                return PageBody(page.bytes, bytes)
            }
            PlainEncoder.encode(plain[range], into: page)
        case .dictionary(let codes, let entries):
            let bitWidth = DictionaryEncoder.bitWidth(entryCount: entries.count)
            page.append(byte: UInt8(bitWidth))
            RLEBitPackedHybridEncoder.encode(
                UnsafeBufferPointer(rebasing: codes[range]), bitWidth: bitWidth, into: page)
        }
        return PageBody(page.bytes)
    }

    /// Compresses the body of a page and appends it behind its header.
    private func appendPage(
        _ kind: PageHeader.Kind, _ body: PageBody, to output: inout [UInt8],
        _ metadata: inout ColumnChunkMetadata
    ) throws(ParquetError) {
        let writer = PageWriter(
            compressor: compressor, scratch: scratch, writesChecksums: options.writesPageChecksums)
        let byteCounts = try writer.append(kind, body, to: &output)
        metadata.uncompressedByteCount += Int64(byteCounts.header + byteCounts.uncompressed)
        metadata.compressedByteCount += Int64(byteCounts.header + byteCounts.compressed)
    }

    // MARK: Statistics

    private func bounds(of values: EncodedValues, _ range: Range<Int>) -> ValueBounds? {
        switch values {
        case .plain(let plain): return ValueBounds(of: plain[range], order: order)
        case .dictionary(let codes, let entries):
            return ValueBounds(
                of: entries, usedBy: UnsafeBufferPointer(rebasing: codes[range]), order: order,
                scratch: scratch)
        }
    }

    private func describe(_ pages: [PageSummary], in chunk: inout Encoded) {
        let nullCount = pages.reduce(0) { $0 + $1.nullCount }
        var statistics = Statistics(nullCount: Int64(nullCount))
        // Longer values of a fixed length cannot be cut, and are no use as bounds.
        let hasBounds = Int(leaf.typeLength ?? 0) <= Self.boundByteCountMax
        if hasBounds, let union = union(of: pages) {
            let bounds = shortened(union)
            statistics.minValue = bounds.min
            statistics.maxValue = bounds.max
            statistics.isMinValueExact = bounds.isMinExact
            statistics.isMaxValueExact = bounds.isMaxExact
        }
        chunk.metadata.statistics = statistics
        chunk.columnIndex = hasBounds ? columnIndex(pages) : nil
    }

    private func union(of pages: [PageSummary]) -> ValueBounds? {
        var union: ValueBounds?
        for bounds in pages.compactMap(\.bounds) {
            union?.formUnion(bounds, order: order)
            union = union ?? bounds
        }
        return union
    }

    private func shortened(_ bounds: ValueBounds) -> ValueBounds.Shortened {
        // Only strings are ever longer than the limit.
        bounds.shortened(
            byteCountMax: Self.boundByteCountMax, isText: field.type == .string)
    }

    private func columnIndex(_ pages: [PageSummary]) -> ColumnIndex? {
        var index = ColumnIndex()
        for page in pages {
            let isNull = page.nullCount == page.rowCount
            // A page of NaNs alone has no bounds and cannot be told in a column index.
            guard isNull || page.bounds != nil else { return nil }
            let bounds = page.bounds.map(shortened)
            index.nullPages.append(isNull)
            index.minValues.append(bounds?.min ?? [])
            index.maxValues.append(bounds?.max ?? [])
            index.nullCounts.append(Int64(page.nullCount))
        }
        index.boundaryOrder = boundaryOrder(of: index)
        return index
    }

    private func boundaryOrder(of index: ColumnIndex) -> ColumnIndex.BoundaryOrder {
        let pages = index.nullPages.indices.filter { !index.nullPages[$0] }
        let pairs = zip(pages, pages.dropFirst())
        func isSorted(_ precedes: ([UInt8], [UInt8]) -> Bool) -> Bool {
            pairs.allSatisfy { page, next in
                !precedes(index.minValues[next], index.minValues[page])
                    && !precedes(index.maxValues[next], index.maxValues[page])
            }
        }
        if isSorted(order.areInIncreasingOrder) { return .ascending }
        if isSorted({ order.areInIncreasingOrder($1, $0) }) { return .descending }
        return .unordered
    }
}
