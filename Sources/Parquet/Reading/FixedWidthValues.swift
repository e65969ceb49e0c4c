import Columns

/// The values of a chunk whose column holds the same number of bytes for each row.
///
/// Rows are written where they belong, page by page: nothing is moved afterwards.
final class FixedWidthValues {
    let physicalType: PhysicalType
    let conversion: ValueConversion
    let valueByteCount: Int
    private let column: LeafColumn
    private let rowCount: Int
    private let keepsCodes: Bool
    let scratch: DecodeScratch
    private(set) var dictionaryCount = 0
    /// nil until a page needs them.
    private var values: ColumnValues?
    /// In place of `values` until then; nil where codes are not wanted or do not pay.
    private(set) var coded: CodedRows?

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

    func rows(from firstRow: Int) -> UnsafeMutableRawPointer {
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

    func convertDecimals(
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

// MARK: Rows

extension FixedWidthValues {
    /// Puts the values of a page on their rows.
    /// - Parameter dense: `page.validCount` values, then one that is readable.
    func place(_ dense: UnsafeRawPointer, _ page: PageValues) {
        let out = rows(from: page.firstRow)
        guard page.hasNulls, let validity = page.validity else {
            LongCopy.copy(dense, byteCount: page.validCount * valueByteCount, to: out)
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

    func fillWithZeros(_ page: PageValues) {
        rows(from: page.firstRow).initializeMemory(
            as: UInt8.self, repeating: 0, count: page.rowCount * valueByteCount)
    }

    func tooShort(_ page: PageValues) -> ParquetError {
        tooShort(page.bytes.byteCount, page.validCount)
    }

    private func tooShort(_ byteCount: Int, _ count: Int) -> ParquetError {
        ParquetError(
            .outOfSpec,
            "\(byteCount) bytes do not give the \(count) \(physicalType.name) values that the "
                + "page claims.")
    }

    func outOfRange() -> ParquetError {
        ParquetError(.outOfSpec, "a value is too large for the column's type.")
    }

    func wrongEncoding(_ page: PageValues) -> ParquetError {
        ParquetError(
            .outOfSpec, "\(physicalType.name) values encoded as \(page.encoding.name).")
    }
}
