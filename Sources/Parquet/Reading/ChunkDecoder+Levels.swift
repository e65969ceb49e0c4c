extension ChunkDecoder {
    mutating func appendLevels(
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
    static func splitLevels(
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
    mutating func append(
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
