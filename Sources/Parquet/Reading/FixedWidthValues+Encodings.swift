extension FixedWidthValues {
    func appendRunLengthBooleans(_ page: PageValues) throws(ParquetError) {
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

    func appendDeltaBinaryPacked(_ page: PageValues) throws(ParquetError) {
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

    func appendByteStreamSplit(_ page: PageValues) throws(ParquetError) {
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
    func appendDeltaByteArrays(_ page: PageValues) throws(ParquetError) {
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
