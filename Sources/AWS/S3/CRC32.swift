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

    /// Eight bytes a step, by eight tables. Source: Kounavis and Berry 2005, "A Systematic Approach
    /// to Building High Performance Software-Based CRC Generators".
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        value = Self.tables.withUnsafeBufferPointer { tables in
            var crc = ~value
            var offset = 0
            while bytes.count &- offset >= 8 {
                let word = UInt64(littleEndian: (base + offset).loadUnaligned(as: UInt64.self))
                let low = crc ^ UInt32(truncatingIfNeeded: word)
                let high = UInt32(truncatingIfNeeded: word &>> 32)
                crc = tables[1_792 &+ Int(low & 255)] ^ tables[1_536 &+ Int(low &>> 8 & 255)]
                crc ^= tables[1_280 &+ Int(low &>> 16 & 255)] ^ tables[1_024 &+ Int(low &>> 24)]
                crc ^= tables[768 &+ Int(high & 255)] ^ tables[512 &+ Int(high &>> 8 & 255)]
                crc ^= tables[256 &+ Int(high &>> 16 & 255)] ^ tables[Int(high &>> 24)]
                offset &+= 8
            }
            while offset < bytes.count {
                let index = (crc ^ UInt32(bytes[offset])) & 255
                crc = tables[Int(index)] ^ crc &>> 8
                offset &+= 1
            }
            return ~crc
        }
    }

    package static func header(_ value: UInt32) -> String { ChecksumText.base64(value) }

    /// (8 × 256), row-major: row k is the effect of a byte that is followed by k zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
            tables[byte] = crc
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 255)] ^ previous >> 8
        }
        return tables
    }()
}
