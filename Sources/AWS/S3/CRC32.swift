import CDeflate

/// CRC-32 as in zlib and `x-amz-checksum-crc32`: polynomial 0xEDB88320, reflected.
package struct CRC32: Hashable, Sendable {
    /// Of all bytes so far.
    package private(set) var value: UInt32 = 0

    package init() {}

    package static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        var checksum = CRC32()
        checksum.update(bytes)
        return checksum.value
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        value = libdeflate_crc32(value, base, bytes.count)
    }

    package static func header(_ value: UInt32) -> String { ChecksumText.base64(value) }
}
