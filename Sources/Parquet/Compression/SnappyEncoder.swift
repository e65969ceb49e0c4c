import CKernels

/// Compresses to Snappy blocks. Source: format_description.txt of Snappy.
package enum SnappyEncoder {
    /// Elements of the working memory.
    package static let slotCount = Int(MARTLET_SNAPPY_SLOTS)

    /// The most bytes that `byteCount` bytes become.
    package static func byteCountMax(_ byteCount: Int) -> Int { 32 + byteCount + byteCount / 6 }

    /// Compresses `head` and `bytes`, as if they lay side by side, to one block.
    /// - Parameters:
    ///   - target: `byteCountMax` bytes, and `ScratchBytes.slackByteCount` more, which may be spoilt.
    ///   - slots: (`slotCount`), overwritten; the result does not depend on what they hold.
    /// - Returns: how many bytes were written.
    /// - Complexity: O(bytes). Twin: libsnappy, which the tests decode and compare sizes with.
    package static func encode(
        _ head: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawPointer, slots: UnsafeMutablePointer<UInt16>
    ) -> Int {
        // Where there are no bytes nothing is read.
        let headBase = head.baseAddress ?? UnsafeRawPointer(target)
        let base = bytes.baseAddress ?? UnsafeRawPointer(target)
        return martlet_snappy_compress(
            headBase.assumingMemoryBound(to: UInt8.self), head.count,
            base.assumingMemoryBound(to: UInt8.self), bytes.count,
            target.assumingMemoryBound(to: UInt8.self), slots)
    }
}
