import AWS
import TestSupport
import Testing

@Suite("CRC32")
struct CRC32Tests {
    /// Bit by bit, as the polynomial division is defined.
    func naive(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
        }
        return ~crc
    }

    func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { CRC32.checksum(of: $0) }
    }

    @Test("the catalogue's check value, and its header")
    func checkValue() {
        #expect(checksum(Array("123456789".utf8)) == 0xcbf4_3926)
        #expect(CRC32.header(0xcbf4_3926) == "y/Q5Jg==")
        #expect(CRC32.header(0) == "AAAAAA==")
    }

    @Test(
        "equals the naive twin", arguments: [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 1_000, 4_097])
    func twin(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(checksum(bytes) == naive(bytes))
        for split in [0, 1, count / 3, count / 2, count] where split <= count {
            var pieces = CRC32()
            bytes[..<split].withUnsafeBytes { pieces.update($0) }
            bytes[split...].withUnsafeBytes { pieces.update($0) }
            #expect(pieces.value == naive(bytes))
        }
    }
}
