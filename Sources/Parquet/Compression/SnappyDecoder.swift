import CKernels

/// Decompresses Snappy blocks. Every length and distance is checked.
///
/// Copies go in steps of 16 bytes that may overshoot; that is why memory needs slack.
/// Source: format_description.txt of Snappy.
package enum SnappyDecoder {
    /// - Parameters:
    ///   - target: `byteCount` bytes, and `ScratchBuffer.slackByteCount` more that may be spoilt.
    /// - Returns: whether the block was well formed and became exactly `byteCount` bytes.
    /// - Complexity: O(bytes). Twin: the elements that the test writes.
    package static func decode(
        _ source: PaddedBytes, into target: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
        var read = source.start
        let readEnd = read + source.byteCount
        guard uncompressedByteCount(&read, readEnd) == byteCount else { return false }
        return martlet_snappy(
            read.assumingMemoryBound(to: UInt8.self), readEnd - read,
            target.assumingMemoryBound(to: UInt8.self), byteCount) == 1
    }

    /// The length at the start of a block; nil if it is broken.
    private static func uncompressedByteCount(
        _ read: inout UnsafeRawPointer, _ readEnd: UnsafeRawPointer
    ) -> Int? {
        var value = 0
        var shift = 0
        while read < readEnd, shift < 35 {
            let byte = Int(read.load(as: UInt8.self))
            read += 1
            value |= (byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        return nil
    }
}
