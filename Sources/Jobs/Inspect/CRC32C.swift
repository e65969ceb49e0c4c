import CKernels

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4).
struct CRC32C {
    private(set) var value: UInt32 = 0

    /// - Complexity: O(`bytes.count`).
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        value = martlet_crc32c(
            value, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count)
    }
}
