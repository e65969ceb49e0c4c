/// CRC-32C (Castagnoli; RFC 3720, appendix B.4), eight bytes a step.
struct CRC32C {
    private static let tables: [[UInt32]] = {
        let first = (0..<256).map { index -> UInt32 in
            (0..<8).reduce(UInt32(index)) { crc, _ in
                crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1
            }
        }
        var tables = [first]
        for _ in 1..<8 {
            let last = tables[tables.count - 1]
            tables.append(last.map { ($0 >> 8) ^ first[Int($0 & 0xFF)] })
        }
        return tables
    }()

    private let table: [UInt32] = Self.tables.flatMap { $0 }
    private var state: UInt32 = .max

    var value: UInt32 { ~state }

    /// - Complexity: O(`bytes.count`).
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        table.withUnsafeBufferPointer { table in
            var offset = 0
            while offset + 8 <= bytes.count {
                let word =
                    UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    ^ UInt64(crc)
                crc = 0
                for byte in 0..<8 {
                    let index = Int((word &>> UInt64(8 * byte)) & 0xFF)
                    crc ^= table[(7 - byte) * 256 + index]
                }
                offset += 8
            }
            while offset < bytes.count {
                crc = (crc &>> 8) ^ table[Int((crc ^ UInt32(bytes[offset])) & 0xFF)]
                offset += 1
            }
        }
        state = crc
    }
}
