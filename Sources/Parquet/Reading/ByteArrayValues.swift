import Columns

/// The values of a chunk of byte arrays: codes into a dictionary, as long as one pays.
///
/// Files write a dictionary and fall back to PLAIN when it grows; then the values of those pages
/// are looked up in, and added to, the same dictionary. Where most of them turn out to be new, the
/// rows are turned into plain byte arrays instead.
final class ByteArrayValues {
    /// Values that were looked up before the dictionary is judged.
    private static let judgedCountMin = 4096

    private let chunkByteCount: Int
    private let scratch: DecodeScratch
    private let codes: ColumnBuffer<Int32>
    private let dictionary = DecodedDictionary()
    /// Entries that came from a dictionary page.
    private var dictionaryPageCount = 0
    /// Values that came without a dictionary.
    private var plainCount = 0
    /// Set once a dictionary does not pay; then `codes` is not used any more.
    private var rows: ByteArrayRows?

    init(
        rowCount: Int, chunkByteCount: Int, scratch: DecodeScratch
    ) throws(ParquetError) {
        self.chunkByteCount = chunkByteCount
        self.scratch = scratch
        let (byteCount, overflow) = rowCount.multipliedReportingOverflow(by: 4)
        try scratch.checkSize(overflow ? .max : byteCount, chunkByteCount: chunkByteCount)
        codes = ColumnBuffer(uninitializedCount: rowCount, from: scratch.memory)
    }

    func finish() throws(ParquetError) -> ColumnValues {
        if let rows { return .byteArrays(rows.makeByteArrays(from: scratch.memory)) }
        return .dictionary(codes: codes, dictionary: dictionary.makeByteArrays())
    }

    /// - Parameter count: as the page header claims.
    func setDictionary(_ bytes: PaddedBytes, count: Int) throws(ParquetError) {
        let spans = try ByteSpans.plain(bytes, count: count, scratch: scratch.encoded)
        for index in 0..<count {
            let span = spans.spans[index]
            dictionary.append(
                spans.bytes + Int(span.offset), byteCount: Int(span.byteCount))
        }
        dictionaryPageCount = count
    }

    /// - Precondition: the rows lie within the chunk's.
    func append(_ page: PageValues) throws(ParquetError) {
        switch page.encoding {
        case .plainDictionary, .rleDictionary: try appendDictionary(page)
        case .plain:
            try append(
                ByteSpans.plain(
                    page.bytes, count: page.validCount, scratch: scratch.encoded), page)
        case .deltaLengthByteArray, .deltaByteArray:
            try append(ByteSpans.delta(page, scratch: scratch), page)
        case .rle, .deltaBinaryPacked, .byteStreamSplit:
            throw ParquetError(
                .outOfSpec, "BYTE_ARRAY values encoded as \(page.encoding.name).")
        case .bitPacked, .unknown:
            throw ParquetError(
                .unsupported,
                "encoded as \(page.encoding.name), which this reader does not have. Rewrite the "
                    + "file, for example with PLAIN.")
        }
    }

    private func appendDictionary(_ page: PageValues) throws(ParquetError) {
        let indices: UnsafePointer<UInt32>
        if page.validCount > 0 {
            indices = try DictionaryIndices.decode(
                page, dictionaryCount: dictionaryPageCount, scratch: scratch.indices)
        } else {
            let zero = scratch.indices.reserve(4).bindMemory(to: UInt32.self, capacity: 1)
            zero.pointee = 0
            indices = UnsafePointer(zero)
        }
        guard let rows else {
            place(indices, page)
            return
        }
        for index in 0..<page.validCount {
            let value = dictionary[Int(indices[index])]
            try scratch.checkSize(
                rows.valuesByteCount + value.count, chunkByteCount: chunkByteCount)
            rows.appendValue(value)
        }
        rows.endPage(page)
    }

    private func append(_ spans: ByteSpans, _ page: PageValues) throws(ParquetError) {
        if let rows {
            append(spans, page, to: rows)
            return
        }
        let newCodes = scratch.indices.reserve((spans.count + 1) * 4).bindMemory(
            to: UInt32.self, capacity: spans.count + 1)
        for index in 0..<spans.count {
            let span = spans.spans[index]
            guard
                let code = dictionary.code(
                    of: spans.bytes + Int(span.offset), byteCount: Int(span.byteCount))
            else {
                append(spans, page, to: try makeRows(before: page))
                return
            }
            newCodes[index] = code
        }
        newCodes[spans.count] = 0
        place(newCodes, page)
        plainCount += spans.count
        let newCount = dictionary.count - dictionaryPageCount
        if plainCount >= Self.judgedCountMin, newCount > plainCount / 2,
            byteCount(to: page.firstRow + page.rowCount, page.validity)
                <= DecodeScratch.decodedByteCountFloor
        {
            rows = convert(to: page.firstRow + page.rowCount, page.validity)
        }
    }

    /// Codes of the page's values onto their rows.
    private func place(_ newCodes: UnsafePointer<UInt32>, _ page: PageValues) {
        let out = codes.mutableStart + page.firstRow * 4
        if page.hasNulls, let validity = page.validity {
            DictionaryGather.spreadCodes(
                newCodes, validity: validity, bitOffset: page.firstRow, rowCount: page.rowCount,
                into: out)
        } else {
            out.copyMemory(from: newCodes, byteCount: page.validCount * 4)
        }
    }
}

// MARK: Without a dictionary

extension ByteArrayValues {
    private func append(_ spans: ByteSpans, _ page: PageValues, to rows: ByteArrayRows) {
        for index in 0..<spans.count {
            let span = spans.spans[index]
            rows.appendValue(
                UnsafeRawBufferPointer(
                    start: spans.bytes + Int(span.offset), count: Int(span.byteCount)))
        }
        rows.endPage(page)
    }

    /// Gives the dictionary up before a page whose values it cannot take.
    private func makeRows(before page: PageValues) throws(ParquetError) -> ByteArrayRows {
        try scratch.checkSize(
            byteCount(to: page.firstRow, page.validity), chunkByteCount: chunkByteCount)
        let made = convert(to: page.firstRow, page.validity)
        rows = made
        return made
    }

    /// Bytes of the first `rowCount` rows. A few codes may stand for long values, so this is not
    /// bounded by the size of the file.
    private func byteCount(to rowCount: Int, _ validity: UnsafePointer<UInt64>?) -> Int {
        var byteCount = 0
        for row in 0..<rowCount where Self.isValid(row, validity) {
            // At most 2^31 rows of 2^31 bytes.
            byteCount &+= dictionary.byteCount(of: Int(codes.elements[row]))
        }
        return byteCount
    }

    private func convert(
        to rowCount: Int, _ validity: UnsafePointer<UInt64>?
    ) -> ByteArrayRows {
        let rows = ByteArrayRows()
        for row in 0..<rowCount {
            if Self.isValid(row, validity) {
                rows.appendRow(dictionary[Int(codes.elements[row])])
            } else {
                rows.appendRow(UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
        return rows
    }

    private static func isValid(_ row: Int, _ validity: UnsafePointer<UInt64>?) -> Bool {
        validity.map { BitWindow.load($0, bitOffset: row) & 1 == 1 } ?? true
    }
}
