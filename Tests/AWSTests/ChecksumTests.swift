import AWS
import TestSupport
import Testing

@Suite("Checksums of objects")
struct ChecksumTests {
    private func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test("CRC-64/NVME of the catalogue's check value, and of nothing")
    func knownValues() {
        let check = Array("123456789".utf8).withUnsafeBytes { CRC64NVME.checksum(of: $0) }
        #expect(check == 0xae8b_1486_0a79_9888)
        #expect(ChecksumText.base64(check) == "rosUhgp5mIg=")
        #expect([UInt8]().withUnsafeBytes { CRC64NVME.checksum(of: $0) } == 0)
        #expect(ChecksumText.base64(UInt32(0xcbf4_3926)) == "y/Q5Jg==")
    }

    /// Bit by bit, by the definition.
    private func naive(_ bytes: [UInt8]) -> UInt64 {
        var crc = UInt64.max
        for byte in bytes {
            crc ^= UInt64(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x9a6c_9329_ac4b_c9b5 : crc >> 1 }
        }
        return ~crc
    }

    @Test("eight bytes a step equal one bit a step", arguments: [0, 1, 7, 8, 9, 63, 1_000])
    func equalsNaive(count: Int) {
        let bytes = random(count, seed: UInt64(count))
        #expect(bytes.withUnsafeBytes { CRC64NVME.checksum(of: $0) } == naive(bytes))
        let half = count / 2
        let first = bytes[..<half].withUnsafeBytes { CRC64NVME.checksum(of: $0) }
        #expect(
            bytes[half...].withUnsafeBytes { CRC64NVME.checksum(of: $0, after: first) }
                == naive(bytes))
    }

    @Test("the CRC-32 of a whole from those of its parts", arguments: [0, 1, 5, 8, 100, 4_097])
    func combines(count: Int) {
        let bytes = random(5_000, seed: 3)
        func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
            bytes.withUnsafeBytes { CRC32.checksum(of: $0) }
        }
        let split = bytes.count - count
        #expect(
            CRC32.combine(crc(bytes[..<split]), crc(bytes[split...]), secondByteCount: count)
                == crc(bytes[...]))
    }
}
