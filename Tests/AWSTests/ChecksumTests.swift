import AWS
import CKernels
import TestSupport
import Testing

@Suite("Checksums of objects")
struct ChecksumTests {
    private func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Of "123456789": the check values of the catalogue of CRCs, and FIPS 180-4's algorithms.
    @Test(
        "known values",
        arguments: [
            (ChecksumAlgorithm.crc64NVME, "rosUhgp5mIg=", "AAAAAAAAAAA="),
            (.crc32, "y/Q5Jg==", "AAAAAA=="),
            (.crc32C, "4waSgw==", "AAAAAA=="),
            (
                .sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
            ),
            (.sha1, "98O8HYCOBHMq32eZZczDTKeuNEE=", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
        ])
    func knownValues(algorithm: ChecksumAlgorithm, check: String, empty: String) {
        func text(_ bytes: [UInt8]) -> String {
            bytes.withUnsafeBytes { ChecksumText.base64(algorithm.digest(of: $0)) }
        }
        #expect(text(Array("123456789".utf8)) == check)
        #expect(text([]) == empty)
    }

    /// Bit by bit, by the definition.
    private func naive<Value: FixedWidthInteger & UnsignedInteger>(
        _ bytes: some Sequence<UInt8>, polynomial: Value
    ) -> Value {
        var crc = Value.max
        for byte in bytes {
            crc ^= Value(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        return ~crc
    }

    @Test(
        "the cyclic ones equal one bit a step, at any place in memory",
        arguments: [
            0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 79, 127, 128, 129, 191, 1_000, 4_095, 4_096,
            9_001,
        ])
    func equalsNaive(count: Int) {
        let all = random(count + 3, seed: UInt64(count))
        for start in 0...3 {
            let bytes = all[start..<start + count]
            func text(_ algorithm: ChecksumAlgorithm) -> String {
                bytes.withUnsafeBytes { ChecksumText.base64(algorithm.digest(of: $0)) }
            }
            let nvme: UInt64 = naive(bytes, polynomial: 0x9a6c_9329_ac4b_c9b5)
            let castagnoli: UInt32 = naive(bytes, polynomial: 0x82f6_3b78)
            let ordinary: UInt32 = naive(bytes, polynomial: 0xedb8_8320)
            #expect(text(.crc64NVME) == ChecksumText.base64(nvme))
            #expect(text(.crc32C) == ChecksumText.base64(castagnoli))
            #expect(text(.crc32) == ChecksumText.base64(ordinary))
        }
    }

    /// Other tests may run meanwhile: no result depends on the level.
    @Test("any level of instructions gives the same", arguments: [100, 5_000, 100_003])
    func levels(count: Int) {
        let bytes = random(count, seed: 11)
        func both() -> [[UInt8]] {
            bytes.withUnsafeBytes { bytes in
                [ChecksumAlgorithm.crc64NVME, .crc32C].map { $0.digest(of: bytes) }
            }
        }
        let quick = both()
        martlet_limit_kernel_level(0)
        defer { martlet_limit_kernel_level(2) }
        #expect(both() == quick)
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
