/// Where a byte array lies within a page, or within what a page was decoded to.
struct ByteSpan: BitwiseCopyable {
    let offset: UInt32
    let byteCount: UInt32
}
