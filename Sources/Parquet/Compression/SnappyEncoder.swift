import CKernels

/// Compresses to Snappy blocks. Source: format_description.txt of Snappy.
package enum SnappyEncoder {
    /// Elements of the working memory.
    package static let slotCount = Int(MARTLET_SNAPPY_SLOTS)

    /// The most bytes that `byteCount` bytes become.
    package static func byteCountMax(_ byteCount: Int) -> Int { 32 + byteCount + byteCount / 6 }

    /// - Parameters:
    ///   - target: `byteCountMax` bytes, and `ScratchBytes.slackByteCount` more, which may be spoilt.
    ///   - slots: (`slotCount`), overwritten; the result does not depend on what they hold.
    /// - Returns: how many bytes were written.
    /// - Complexity: O(bytes). Twin: libsnappy, which the tests decode and compare sizes with.
    package static func encode(
        _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer,
        slots: UnsafeMutablePointer<UInt16>
    ) -> Int {
        // Of no bytes only the length is written.
        let source = bytes.baseAddress ?? UnsafeRawPointer(target)
        return martlet_snappy_compress(
            source.assumingMemoryBound(to: UInt8.self), bytes.count,
            target.assumingMemoryBound(to: UInt8.self), slots)
    }
}
