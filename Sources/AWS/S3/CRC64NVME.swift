/// The checksum that the AWS SDKs give objects by default. Source: NVM Express, command set
/// specification, section 5.2.1.3.4; polynomial ad93d23594c93659, reflected.
package enum CRC64NVME {
    /// Eight bytes at a time.
    /// - Parameter value: of the bytes before, or 0.
    package static func checksum(of bytes: UnsafeRawBufferPointer, after value: UInt64 = 0)
        -> UInt64
    {
        guard let base = bytes.baseAddress else { return value }
        return tables.withUnsafeBufferPointer { tables in
            var crc = ~value
            var offset = 0
            while bytes.count &- offset >= 8 {
                let word = UInt64(littleEndian: (base + offset).loadUnaligned(as: UInt64.self))
                crc ^= word
                var next: UInt64 = 0
                for row in 0..<8 {
                    let byte = Int(crc &>> UInt64(8 &* row) & 255)
                    next ^= tables[(7 &- row) &* 256 &+ byte]
                }
                crc = next
                offset &+= 8
            }
            while offset < bytes.count {
                crc = tables[Int((crc ^ UInt64(bytes[offset])) & 255)] ^ crc &>> 8
                offset &+= 1
            }
            return ~crc
        }
    }

    /// (8 × 256), row-major: row k is the effect of a byte that is followed by k zero bytes.
    private static let tables: [UInt64] = {
        var tables = [UInt64](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt64(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x9a6c_9329_ac4b_c9b5 : crc >> 1 }
            tables[byte] = crc
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 255)] ^ previous >> 8
        }
        return tables
    }()
}
