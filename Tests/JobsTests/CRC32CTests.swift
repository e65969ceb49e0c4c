import Columns
import TestSupport
import Testing

@testable import Jobs

@Suite("CRC32C")
struct CRC32CTests {
    private func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32C()
        bytes.withUnsafeBytes { crc.update($0) }
        return crc.value
    }

    @Test("the vectors of RFC 3720, appendix B.4")
    func matchesVectors() {
        #expect(crc([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(crc([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(crc(Array(0..<32)) == 0x46DD_794E)
        #expect(crc((0..<32).reversed().map { UInt8($0) }) == 0x113F_DB5C)
        #expect(crc(Array("123456789".utf8)) == 0xE306_9283)
        #expect(crc([]) == 0)
    }

    /// Bit by bit.
    private func naive(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
        }
        return ~crc
    }

    @Test("equals its naive twin, in one piece or many", arguments: 0..<60 as Range<UInt64>)
    func equalsTwin(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = seed < 20 ? Int(seed) : Int.random(in: 20...300, using: &random)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(crc(bytes) == naive(bytes))
        let cut = Int.random(in: 0...count, using: &random)
        var pieces = CRC32C()
        bytes.withUnsafeBytes {
            pieces.update(UnsafeRawBufferPointer(rebasing: $0[..<cut]))
            pieces.update(UnsafeRawBufferPointer(rebasing: $0[cut...]))
        }
        #expect(pieces.value == naive(bytes))
    }
}
