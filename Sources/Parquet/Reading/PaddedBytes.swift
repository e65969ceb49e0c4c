/// Bytes that are followed by `ScratchBuffer.slackByteCount` readable bytes, so that kernels may
/// load whole words and vectors anywhere in them.
struct PaddedBytes {
    let start: UnsafeRawPointer
    let byteCount: Int

    /// - Precondition: the bytes behind are readable.
    init(start: UnsafeRawPointer, byteCount: Int) {
        precondition(byteCount >= 0)
        self.start = start
        self.byteCount = byteCount
    }

    /// - Precondition: `byteCount <= self.byteCount`.
    func dropping(_ byteCount: Int) -> PaddedBytes {
        PaddedBytes(start: start + byteCount, byteCount: self.byteCount - byteCount)
    }

    /// - Precondition: `byteCount <= self.byteCount`.
    func prefix(_ byteCount: Int) -> PaddedBytes {
        precondition(byteCount <= self.byteCount)
        return PaddedBytes(start: start, byteCount: byteCount)
    }
}
