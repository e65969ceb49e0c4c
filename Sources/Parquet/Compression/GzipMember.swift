import CDeflate

/// A page that is one gzip member with a header of the fixed fields, as writers of Parquet make
/// them. Source: RFC 1952.
struct GzipMember {
    /// The DEFLATE stream; the trailer is behind it.
    let stream: PaddedBytes

    private static let headerByteCount = 10
    private static let trailerByteCount = 8

    /// nil for any other header. What follows may still be more than one member.
    init?(_ page: PaddedBytes) {
        let start = page.start.assumingMemoryBound(to: UInt8.self)
        guard page.byteCount >= Self.headerByteCount + Self.trailerByteCount,
            start[0] == 0x1F, start[1] == 0x8B, start[2] == 8, start[3] == 0
        else { return nil }
        stream = page.dropping(Self.headerByteCount).prefix(
            page.byteCount - Self.headerByteCount - Self.trailerByteCount)
    }

    /// Whether the trailer tells of exactly these bytes.
    func isTrailer(of bytes: UnsafeRawBufferPointer) -> Bool {
        let trailer = stream.start + stream.byteCount
        let crc = UInt32(littleEndian: trailer.loadUnaligned(as: UInt32.self))
        let byteCount = UInt32(
            littleEndian: trailer.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        return byteCount == UInt32(truncatingIfNeeded: bytes.count)
            && crc == libdeflate_crc32(0, bytes.baseAddress, bytes.count)
    }
}
