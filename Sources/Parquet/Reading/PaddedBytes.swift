/// Bytes that are followed by `ScratchBuffer.slackByteCount` readable bytes, so that kernels may
/// load whole words and vectors anywhere in them.
package struct PaddedBytes {
    package let start: UnsafeRawPointer
    package let byteCount: Int

    /// - Precondition: the bytes behind are readable.
    package init(start: UnsafeRawPointer, byteCount: Int) {
        precondition(byteCount >= 0)
        self.start = start
        self.byteCount = byteCount
    }

    /// - Precondition: `byteCount <= self.byteCount`.
    package func dropping(_ byteCount: Int) -> PaddedBytes {
        PaddedBytes(start: start + byteCount, byteCount: self.byteCount - byteCount)
    }

    /// - Precondition: `byteCount <= self.byteCount`.
    package func prefix(_ byteCount: Int) -> PaddedBytes {
        precondition(byteCount <= self.byteCount)
        return PaddedBytes(start: start, byteCount: byteCount)
    }
}
