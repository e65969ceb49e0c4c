import CDeflate

/// One page as it lies in a chunk.
struct Page {
    let header: PageHeader
    /// What follows the header: compressed, if the chunk is.
    let body: PaddedBytes
    /// Position within the chunk.
    let index: Int
    /// Of the body, in the object.
    let byteOffset: Int
    /// Whether it was tried to decompress the page before its turn.
    var wasInflated = false
    /// What that gave, without the levels that are not compressed; nil where it failed.
    var inflated: PaddedBytes?
}

/// Walks the pages of a column chunk, and checks their checksums.
struct PageReader {
    private let bytes: UnsafeRawBufferPointer
    /// Readable bytes behind `bytes`.
    private let slackByteCount: Int
    /// Where `bytes` starts in the object.
    private let objectOffset: Int
    private let tail: ScratchBuffer
    private var position = 0
    private(set) var pageCount = 0

    init(
        _ bytes: UnsafeRawBufferPointer, slackByteCount: Int, objectOffset: Int,
        tail: ScratchBuffer
    ) {
        self.bytes = bytes
        self.slackByteCount = slackByteCount
        self.objectOffset = objectOffset
        self.tail = tail
    }

    /// Where in the object the next page starts.
    var byteOffset: Int { objectOffset + position }

    /// - Returns: nil at the end of the chunk.
    /// - Throws: `outOfSpec` if a header is broken, a page goes past the chunk, or a checksum is
    ///   wrong.
    mutating func next() throws(ParquetError) -> Page? {
        try next(mayCopy: true)
    }

    /// The next page, where it is whole and need not be copied; else nil, and it stays the next.
    mutating func nextInPlace() -> Page? {
        guard let page = try? next(mayCopy: false) else { return nil }
        return page
    }

    private mutating func next(mayCopy: Bool) throws(ParquetError) -> Page? {
        guard position < bytes.count, let start = bytes.baseAddress else { return nil }
        let index = pageCount
        do throws(ParquetError) {
            var reader = CompactProtocolReader(
                UnsafeRawBufferPointer(rebasing: bytes[position...]), objectOffset: byteOffset)
            let header = try PageHeader(parsing: &reader)
            let bodyStart = position + reader.position
            let byteCount = Int(header.compressedByteCount)
            guard byteCount <= bytes.count - bodyStart else {
                throw ParquetError(
                    .outOfSpec,
                    "a page of \(byteCount) bytes, \(bytes.count - bodyStart) left in the chunk.",
                    context: .init(byteOffset: byteOffset))
            }
            let isPadded =
                bytes.count - bodyStart - byteCount + slackByteCount
                >= ScratchBuffer.slackByteCount
            guard isPadded || mayCopy else { return nil }
            let body =
                isPadded
                ? PaddedBytes(start: start + bodyStart, byteCount: byteCount)
                : copy(start + bodyStart, byteCount)
            if let crc = header.crc {
                try check(crc, body, byteOffset: objectOffset + bodyStart)
            }
            position = bodyStart + byteCount
            pageCount += 1
            return Page(
                header: header, body: body, index: index, byteOffset: objectOffset + bodyStart)
        } catch {
            throw error.adding(.init(pageIndex: index, byteOffset: byteOffset))
        }
    }

    private func copy(_ start: UnsafeRawPointer, _ byteCount: Int) -> PaddedBytes {
        let copy = tail.reserve(byteCount)
        copy.copyMemory(from: start, byteCount: byteCount)
        tail.clearSlack(after: byteCount)
        return PaddedBytes(start: UnsafeRawPointer(copy), byteCount: byteCount)
    }

    private func check(
        _ crc: UInt32, _ body: PaddedBytes, byteOffset: Int
    ) throws(ParquetError) {
        let actual = libdeflate_crc32(0, body.start, body.byteCount)
        guard actual == crc else {
            throw ParquetError(
                .outOfSpec,
                "the page's checksum is \(crc), its bytes give \(actual): they were damaged.",
                context: .init(byteOffset: byteOffset))
        }
    }
}
