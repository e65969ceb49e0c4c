import CDeflate

/// Appends pages to a column chunk: each is compressed to where it stays, behind the room that its
/// header will take.
struct PageWriter {
    let compressor: PageCompressor
    let scratch: ChunkScratch
    let writesChecksums: Bool

    /// Longer than any header that is written here.
    private static let headerByteCountMax = 128

    /// - Returns: bytes of the header, and those of the page before and after compression.
    ///
    /// Throws `limitExceeded` when the page comes to 2 GiB, or without memory for the codec.
    func append(
        _ kind: PageHeader.Kind, _ body: PageBody, to output: inout [UInt8]
    ) throws(ParquetError) -> (header: Int, uncompressed: Int, compressed: Int) {
        guard let uncompressedByteCount = Int32(exactly: body.byteCount) else {
            throw Self.tooLarge
        }
        // As long as nearly every header of such a page; where it is not, the page moves a little.
        var header = PageHeader(
            uncompressedByteCount: uncompressedByteCount,
            compressedByteCount: uncompressedByteCount,
            crc: writesChecksums ? UInt32(Int32.max) : nil, kind: kind
        ).serialized()
        let gap = header.count
        let byteCountMax = compressor.byteCountMax(body.byteCount)
        var compressed = 0
        try output.append(
            addingCapacity: Self.headerByteCountMax + byteCountMax + ScratchBytes.slackByteCount
        ) { span throws(ParquetError) in
            try span.withUnsafeMutableBufferPointer {
                (buffer, initializedCount) throws(ParquetError) in
                guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                compressed = try compressor.compress(body, into: base + gap, scratch: scratch)
                guard let compressedByteCount = Int32(exactly: compressed) else {
                    throw Self.tooLarge
                }
                header = PageHeader(
                    uncompressedByteCount: uncompressedByteCount,
                    compressedByteCount: compressedByteCount,
                    crc: writesChecksums ? libdeflate_crc32(0, base + gap, compressed) : nil,
                    kind: kind
                ).serialized()
                precondition(header.count <= Self.headerByteCountMax)
                if header.count != gap {
                    // The two places overlap, which this allows.
                    (base + header.count).copyMemory(from: base + gap, byteCount: compressed)
                }
                header.withUnsafeBytes { header in
                    guard let bytes = header.baseAddress else { return }
                    base.copyMemory(from: bytes, byteCount: header.count)
                }
                initializedCount = header.count + compressed
            }
        }
        return (header.count, body.byteCount, compressed)
    }

    private static var tooLarge: ParquetError {
        ParquetError(.limitExceeded, "a page of 2 GiB or more; write fewer rows a page")
    }
}
