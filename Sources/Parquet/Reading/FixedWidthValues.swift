import Columns

/// The values of a chunk whose column holds the same number of bytes for each row.
///
/// Rows are written where they belong, page by page: nothing is moved afterwards.
final class FixedWidthValues {
    private let physicalType: PhysicalType
    private let conversion: ValueConversion
    private let valueByteCount: Int
    private let column: LeafColumn
    private let rowCount: Int
    private let keepsCodes: Bool
    private let scratch: DecodeScratch
    private var dictionaryCount = 0
    /// nil until a page needs them.
    private var values: ColumnValues?
    /// In place of `values` until then; nil where codes are not wanted or do not pay.
    private var coded: CodedRows?

    init(
        column: LeafColumn, conversion: ValueConversion, rowCount: Int, chunkByteCount: Int,
        keepsCodes: Bool, scratch: DecodeScratch
    ) throws(ParquetError) {
        self.physicalType = column.physicalType
        self.conversion = conversion
        self.column = column
        self.rowCount = rowCount
        self.keepsCodes = keepsCodes && conversion.isNumber(of: column.physicalType)
        self.scratch = scratch
        valueByteCount = conversion.valueByteCount
        let (byteCount, overflow) = rowCount.multipliedReportingOverflow(by: valueByteCount)
        try scratch.checkSize(overflow ? .max : byteCount, chunkByteCount: chunkByteCount)
    }

    func finish() -> ColumnValues { coded?.finish() ?? allValues() }

    /// Memory for a value of each row; rows that were codes so far have their values in it.
    private func allValues() -> ColumnValues {
        if let values { return values }
        let made = conversion.makeValues(column, rowCount: rowCount, from: scratch.memory)
        coded?.expand(into: made.mutableStart, byteCount: valueByteCount)
        (values, coded) = (made, nil)
        return made
    }

    private func rows(from firstRow: Int) -> UnsafeMutableRawPointer {
        allValues().mutableStart + firstRow * valueByteCount
    }

    func directTarget(firstRow: Int, rowCount: Int, byteCount: Int) -> UnsafeMutableRawPointer? {
        guard case .none = conversion, byteCount == rowCount * valueByteCount else { return nil }
        return rows(from: firstRow)
    }

    /// - Parameter count: as the page header claims.
    func setDictionary(_ bytes: PaddedBytes, count: Int) throws(ParquetError) {
        // Booleans have no dictionary; all other values take at least a byte, decimals in
        // BYTE_ARRAY their length: so the claim is bounded by the page.
        guard case .boolean = conversion else {
            let capacity = bytes.byteCount / (conversion.sourceByteCount ?? 4)
            guard count <= capacity else {
                throw ParquetError(
                    .outOfSpec,
                    "a dictionary of \(count) values in \(bytes.byteCount) bytes.")
            }
            // One more entry, which null rows may look at.
            let entries = scratch.dictionary.reserve((count + 1) * valueByteCount)
            try convertPlain(bytes, count: count, into: entries)
            (entries + count * valueByteCount).initializeMemory(
                as: UInt8.self, repeating: 0, count: valueByteCount)
            dictionaryCount = count
            if keepsCodes, values == nil, CodedRows.pay(entryCount: count, rowCount: rowCount) {
                coded = codedRows(UnsafeRawPointer(entries), count: count)
            }
            return
        }
        throw ParquetError(.outOfSpec, "a dictionary of booleans.")
    }

    private func codedRows(_ dictionary: UnsafeRawPointer, count: Int) -> CodedRows {
        let entries = conversion.makeValues(column, rowCount: count + 1, from: scratch.memory)
        let start = entries.mutableStart
        start.initializeMemory(as: UInt8.self, repeating: 0, count: valueByteCount)
        (start + valueByteCount).copyMemory(from: dictionary, byteCount: count * valueByteCount)
        return CodedRows(entries: entries, rowCountMax: rowCount, memory: scratch.memory)
    }

    /// - Precondition: the rows lie within the chunk's.
    func append(_ page: PageValues) throws(ParquetError) {
        switch page.encoding {
        case .plain: try appendPlain(page)
        case .plainDictionary, .rleDictionary: try appendDictionary(page)
        case .rle: try appendRunLengthBooleans(page)
        case .deltaBinaryPacked: try appendDeltaBinaryPacked(page)
        case .byteStreamSplit: try appendByteStreamSplit(page)
        case .deltaByteArray, .deltaLengthByteArray: try appendDeltaByteArrays(page)
        case .bitPacked, .unknown:
            throw ParquetError(
                .unsupported,
                "encoded as \(page.encoding.name), which this reader does not have. Rewrite the "
                    + "file, for example with PLAIN.")
        }
    }
}

// MARK: PLAIN

extension FixedWidthValues {
    private func appendPlain(_ page: PageValues) throws(ParquetError) {
        if case .none = conversion {
            let byteCount = page.validCount * valueByteCount
            guard byteCount <= page.bytes.byteCount else { throw tooShort(page) }
            place(page.bytes.start, page)
            return
        }
        let dense = scratch.values.reserve(page.validCount * valueByteCount)
        try convertPlain(page.bytes, count: page.validCount, into: dense)
        place(dense, page)
    }

    /// - Parameter values: room for `count` values, and for what the slack of a scratch buffer
    ///   gives beyond.
    private func convertPlain(
        _ bytes: PaddedBytes, count: Int, into values: UnsafeMutableRawPointer
    ) throws(ParquetError) {
        if case .boolean = conversion {
            guard (count + 7) / 8 <= bytes.byteCount else {
                throw tooShort(bytes.byteCount, count)
            }
            BooleanBits.expand(bytes.start, count: count, into: values)
            return
        }
        if let sourceByteCount = conversion.sourceByteCount {
            guard count * sourceByteCount <= bytes.byteCount else {
                throw tooShort(bytes.byteCount, count)
            }
            guard conversion.convert(bytes.start, count: count, into: values) else {
                throw outOfRange()
            }
            return
        }
        let spans = try ByteSpans.plain(bytes, count: count, scratch: scratch.encoded)
        try convertDecimals(spans, into: values)
    }

    private func convertDecimals(
        _ spans: ByteSpans, into values: UnsafeMutableRawPointer
    ) throws(ParquetError) {
        for index in 0..<spans.count {
            let span = spans.spans[index]
            guard
                conversion.convertDecimal(
                    spans.bytes + Int(span.offset), byteCount: Int(span.byteCount),
                    into: values + index * valueByteCount)
            else { throw outOfRange() }
        }
    }
}

// MARK: Dictionary

extension FixedWidthValues {
    private func appendDictionary(_ page: PageValues) throws(ParquetError) {
        guard page.validCount > 0 else {
            if let coded { coded.append(page, nil) } else { fillWithZeros(page) }
            return
        }
        let indices = try DictionaryIndices.decode(
            page, dictionaryCount: dictionaryCount, scratch: scratch.indices)
        if let coded { return coded.append(page, indices) }
        let out = rows(from: page.firstRow)
        let dictionary = UnsafeRawPointer(scratch.dictionary.start)
        switch valueByteCount {
        case 4: gather(dictionary, as: UInt32.self, indices, page, into: out)
        case 8: gather(dictionary, as: UInt64.self, indices, page, into: out)
        case 16: gather(dictionary, as: SixteenBytes.self, indices, page, into: out)
        default:
            let dense = scratch.values.reserve(page.validCount * valueByteCount)
            for index in 0..<page.validCount {
                (dense + index * valueByteCount).copyMemory(
                    from: dictionary + Int(indices[index]) * valueByteCount,
                    byteCount: valueByteCount)
            }
            place(dense, page)
        }
    }

    private func gather<Value: BitwiseCopyable>(
        _ dictionary: UnsafeRawPointer, as type: Value.Type, _ indices: UnsafePointer<UInt32>,
        _ page: PageValues, into out: UnsafeMutableRawPointer
    ) {
        if page.hasNulls, let validity = page.validity {
            DictionaryGather.gatherSpread(
                dictionary, as: type, indices: indices, validity: validity,
                bitOffset: page.firstRow, rowCount: page.rowCount, into: out)
        } else {
            DictionaryGather.gather(
                dictionary, as: type, indices: indices, count: page.validCount, into: out)
        }
    }
}

// MARK: Other encodings

extension FixedWidthValues {
    private func appendRunLengthBooleans(_ page: PageValues) throws(ParquetError) {
        guard case .boolean = conversion else { throw wrongEncoding(page) }
        guard page.validCount > 0 else {
            fillWithZeros(page)
            return
        }
        guard page.bytes.byteCount >= 4 else { throw tooShort(page) }
        let byteCount = Int(
            UInt32(littleEndian: page.bytes.start.loadUnaligned(as: UInt32.self)))
        guard byteCount <= page.bytes.byteCount - 4 else { throw tooShort(page) }
        let wordCount = (page.validCount + 63) / 64 + 1
        let words = scratch.encoded.reserve(wordCount * 8).bindMemory(
            to: UInt64.self, capacity: wordCount)
        words.update(repeating: 0, count: wordCount)
        guard
            RLEBitPackedHybridDecoder.decodeBits(
                page.bytes.dropping(4).prefix(byteCount), count: page.validCount, into: words,
                bitOffset: 0) != nil
        else { throw tooShort(page) }
        let dense = scratch.values.reserve(page.validCount)
        BooleanBits.expand(words, count: page.validCount, into: dense)
        place(dense, page)
    }

    private func appendDeltaBinaryPacked(_ page: PageValues) throws(ParquetError) {
        let dense = scratch.values.reserve(page.validCount * valueByteCount)
        let isComplete: Bool
        switch (conversion, physicalType) {
        case (.none, .int32):
            isComplete =
                DeltaBinaryPackedDecoder.decode(
                    page.bytes, as: UInt32.self, count: page.validCount, into: dense) != nil
        case (.none, .int64):
            isComplete =
                DeltaBinaryPackedDecoder.decode(
                    page.bytes, as: UInt64.self, count: page.validCount, into: dense) != nil
        default: throw wrongEncoding(page)
        }
        guard isComplete else { throw tooShort(page) }
        place(dense, page)
    }

    private func appendByteStreamSplit(_ page: PageValues) throws(ParquetError) {
        guard let sourceByteCount = conversion.sourceByteCount, physicalType != .int96 else {
            throw wrongEncoding(page)
        }
        // Nothing but values is in the page, and nothing else says how long the streams are.
        let (stride, remainder) = page.bytes.byteCount.quotientAndRemainder(
            dividingBy: sourceByteCount)
        guard remainder == 0, page.validCount <= stride else { throw tooShort(page) }
        let byteCount = page.validCount * sourceByteCount
        let plain = scratch.encoded.reserve(byteCount)
        ByteStreamSplitDecoder.decode(
            page.bytes.start, stride: stride, byteCount: sourceByteCount,
            count: page.validCount, into: plain)
        scratch.encoded.clearSlack(after: byteCount)
        if case .none = conversion {
            place(plain, page)
            return
        }
        let dense = scratch.values.reserve(page.validCount * valueByteCount)
        guard conversion.convert(plain, count: page.validCount, into: dense) else {
            throw outOfRange()
        }
        place(dense, page)
    }

    /// FIXED_LEN_BYTE_ARRAY, and decimals in BYTE_ARRAY.
    private func appendDeltaByteArrays(_ page: PageValues) throws(ParquetError) {
        let isFixed = physicalType == .fixedLengthByteArray
        guard isFixed && page.encoding == .deltaByteArray || physicalType == .byteArray else {
            throw wrongEncoding(page)
        }
        let spans = try ByteSpans.delta(page, scratch: scratch)
        let dense = scratch.dense.reserve(page.validCount * valueByteCount)
        if !isFixed {
            try convertDecimals(spans, into: dense)
            place(dense, page)
            return
        }
        let sourceByteCount = conversion.sourceByteCount ?? 0
        for index in 0..<spans.count {
            let span = spans.spans[index]
            guard Int(span.byteCount) == sourceByteCount else {
                throw ParquetError(
                    .outOfSpec,
                    "a value of \(span.byteCount) bytes, the schema says \(sourceByteCount).")
            }
            guard
                conversion.convert(
                    spans.bytes + Int(span.offset), count: 1,
                    into: dense + index * valueByteCount)
            else { throw outOfRange() }
        }
        place(dense, page)
    }
}

// MARK: Rows

extension FixedWidthValues {
    /// Puts the values of a page on their rows.
    /// - Parameter dense: `page.validCount` values, then one that is readable.
    private func place(_ dense: UnsafeRawPointer, _ page: PageValues) {
        let out = rows(from: page.firstRow)
        guard page.hasNulls, let validity = page.validity else {
            out.copyMemory(from: dense, byteCount: page.validCount * valueByteCount)
            return
        }
        switch valueByteCount {
        case 1: spread(dense, as: UInt8.self, page, validity, into: out)
        case 4: spread(dense, as: UInt32.self, page, validity, into: out)
        case 8: spread(dense, as: UInt64.self, page, validity, into: out)
        case 16: spread(dense, as: SixteenBytes.self, page, validity, into: out)
        default:
            Spreading.spread(
                dense, byteCount: valueByteCount, validity: validity,
                bitOffset: page.firstRow, rowCount: page.rowCount, into: out)
        }
    }

    private func spread<Value: BitwiseCopyable>(
        _ dense: UnsafeRawPointer, as type: Value.Type, _ page: PageValues,
        _ validity: UnsafePointer<UInt64>, into out: UnsafeMutableRawPointer
    ) {
        Spreading.spread(
            dense, as: type, validity: validity, bitOffset: page.firstRow,
            rowCount: page.rowCount, into: out)
    }

    private func fillWithZeros(_ page: PageValues) {
        rows(from: page.firstRow).initializeMemory(
            as: UInt8.self, repeating: 0, count: page.rowCount * valueByteCount)
    }

    private func tooShort(_ page: PageValues) -> ParquetError {
        tooShort(page.bytes.byteCount, page.validCount)
    }

    private func tooShort(_ byteCount: Int, _ count: Int) -> ParquetError {
        ParquetError(
            .outOfSpec,
            "\(byteCount) bytes do not give the \(count) \(physicalType.name) values that the "
                + "page claims.")
    }

    private func outOfRange() -> ParquetError {
        ParquetError(.outOfSpec, "a value is too large for the column's type.")
    }

    private func wrongEncoding(_ page: PageValues) -> ParquetError {
        ParquetError(
            .outOfSpec, "\(physicalType.name) values encoded as \(page.encoding.name).")
    }
}
