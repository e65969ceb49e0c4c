/// The pages of a chunk in order, those of gzip decompressed a few at a time.
struct PagesAhead {
    private var reader: PageReader
    private let codec: CompressionCodec
    private let column: LeafColumn
    private let rowCount: Int
    private let scratch: DecodeScratch
    /// Pages that were looked at before their turn.
    private var waiting: [Page] = []

    /// Larger pages are decompressed at their turn: these bytes are held for each page.
    private static let byteCountMax = 1 << 22

    /// The most bytes of pages that decoding a chunk holds before their turn.
    static func heldByteCountMax(_ chunk: ColumnChunkMetadata) -> Int {
        guard chunk.codec == .gzip else { return 0 }
        return min(
            byteCountMax * PageInflater.pieceCountMax, Int(clamping: chunk.uncompressedByteCount))
    }

    /// - Parameter rowCount: of the chunk.
    init(
        _ reader: PageReader, codec: CompressionCodec, column: LeafColumn, rowCount: Int,
        scratch: DecodeScratch
    ) {
        self.reader = reader
        self.codec = codec
        self.column = column
        self.rowCount = rowCount
        self.scratch = scratch
    }

    /// Where in the object the page starts that was not looked at yet.
    var byteOffset: Int { reader.byteOffset }

    /// The next page; nil at the end of the chunk.
    /// - Parameters:
    ///   - values: where the rows of the page will go.
    ///   - firstRow: of the page.
    /// - Throws: as `PageReader.next` does.
    mutating func next(
        to values: DecodedValues, firstRow: Int
    ) throws(ParquetError) -> Page? {
        if waiting.isEmpty {
            guard let page = try reader.next() else { return nil }
            guard codec == .gzip else { return page }
            waiting.append(page)
        }
        if !waiting[0].wasInflated { inflate(to: values, firstRow: firstRow) }
        return waiting.removeFirst()
    }

    // MARK: Gzip

    /// Decompresses the next pages as far as that is possible. Whatever is wrong with a page is told
    /// at its turn.
    private mutating func inflate(to values: DecodedValues, firstRow: Int) {
        let count = pageCount()
        guard count > 1 else { return }
        var pieces: [PageInflater.Piece] = []
        var pageIndices: [Int] = []
        var row: Int? = firstRow
        for index in 0..<count {
            waiting[index].wasInflated = true
            let page = waiting[index]
            guard let (skipped, byteCount) = extent(of: page) else { continue }
            // Values that are decoded on the way may spoil what lies behind them: only pages
            // before which all are direct can be.
            let direct = row.flatMap {
                directTarget(page, values, firstRow: $0, byteCount: byteCount)
            }
            let target = direct ?? scratch.inflated[index].reserve(byteCount)
            row = direct == nil ? nil : row.map { $0 + (page.header.valueCount ?? 0) }
            pieces.append(
                PageInflater.Piece(
                    page: page.body.dropping(skipped), target: target, byteCount: byteCount))
            pageIndices.append(index)
        }
        let wholes = scratch.inflater.inflate(pieces)
        for (piece, (index, isWhole)) in zip(pieces, zip(pageIndices, wholes)) where isWhole {
            if piece.target == scratch.inflated[index].start {
                scratch.inflated[index].clearSlack(after: piece.byteCount)
            }
            waiting[index].inflated = PaddedBytes(
                start: UnsafeRawPointer(piece.target), byteCount: piece.byteCount)
        }
    }

    /// How many pages to decompress together: three, or two and two.
    private mutating func pageCount() -> Int {
        let countMax = PageInflater.pieceCountMax
        while waiting.count < countMax + 2, let page = reader.nextInPlace() {
            waiting.append(page)
        }
        let count = waiting.prefix { extent(of: $0) != nil }.count
        return count == countMax + 1 ? 2 : min(count, countMax)
    }

    /// What is compressed of a page, and what it becomes; nil for a page that is not read ahead.
    private func extent(of page: Page) -> (skippedByteCount: Int, byteCount: Int)? {
        var skippedByteCount = 0
        switch page.header.kind {
        case .data: break
        case .dataV2(let header):
            guard header.isCompressed else { return nil }
            skippedByteCount =
                Int(header.repetitionLevelsByteCount) + Int(header.definitionLevelsByteCount)
        case .dictionary, .index, .other: return nil
        }
        let byteCount = Int(page.header.uncompressedByteCount) - skippedByteCount
        let compressedByteCount = page.body.byteCount - skippedByteCount
        guard compressedByteCount > 0, byteCount > 0, byteCount <= Self.byteCountMax,
            byteCount
                <= PageDecompressor.byteCountMax(
                    codec, compressedByteCount: compressedByteCount),
            (try? scratch.checkSize(byteCount, chunkByteCount: compressedByteCount)) != nil
        else { return nil }
        return (skippedByteCount, byteCount)
    }

    /// Where a page's PLAIN values belong when no row can be null; nil elsewhere.
    private func directTarget(
        _ page: Page, _ values: DecodedValues, firstRow: Int, byteCount: Int
    ) -> UnsafeMutableRawPointer? {
        guard column.definitionLevelMax == 0, page.header.encoding == .plain,
            let pageRowCount = page.header.valueCount, pageRowCount <= rowCount - firstRow
        else { return nil }
        return values.directTarget(
            firstRow: firstRow, rowCount: pageRowCount, byteCount: byteCount)
    }
}
