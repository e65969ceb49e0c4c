import CKernels

/// Copies whole pages.
enum LongCopy {
    /// For pages of a megabyte libc took half as long again.
    /// - Precondition: the two places do not overlap.
    static func copy(
        _ source: UnsafeRawPointer, byteCount: Int, to target: UnsafeMutableRawPointer
    ) {
        precondition(byteCount >= 0)
        martlet_copy(
            target.assumingMemoryBound(to: UInt8.self), source.assumingMemoryBound(to: UInt8.self),
            byteCount)
    }
}
