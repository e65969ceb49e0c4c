import Columns
import TestSupport
import Testing

@testable import Parquet

@Suite("BloomFilter")
struct BloomFilterTests {
    /// Published with other implementations of XXH64.
    @Test(
        "the hash agrees with published values",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B),
            ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func hash(text: String, expected: UInt64) {
        let hash = Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) }
        #expect(hash == expected)
    }

    @Test("what was inserted is found, what was not mostly is not", arguments: [1, 100, 5_000])
    func insertedIsFound(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let hashes = (0..<count).map { _ in generator.next() }
        var filter = BloomFilter(distinctCount: count)
        for hash in hashes { filter.insert(hash) }
        let bytes = filter.serialized()
        guard case .filter(let read) = try parse(bytes) else {
            Issue.record("a whole filter is not enough")
            return
        }
        #expect(read == filter)
        #expect(hashes.allSatisfy { read.mightContain(hash: $0) })
        let passed = (0..<10_000).count { _ in read.mightContain(hash: generator.next()) }
        #expect(passed < 200)
    }

    @Test("asks for as many bytes as the filter has")
    func asksForBytes() throws {
        let bytes = BloomFilter(distinctCount: 1_000).serialized()
        for count in [0, 1, 5, 20, 64, bytes.count - 1] {
            guard case .needs(let needed) = try parse(Array(bytes.prefix(count))) else {
                Issue.record("a filter from \(count) bytes")
                continue
            }
            #expect(needed > count && needed <= bytes.count)
        }
    }

    @Test("filters of other kinds and sizes are refused")
    func refuses() {
        for (header, code) in [
            (BloomFilterHeader(byteCount: 32, algorithm: 2), .unsupported),
            (BloomFilterHeader(byteCount: 32, hash: 2), .unsupported),
            (BloomFilterHeader(byteCount: 32, compression: 2), .unsupported),
            (BloomFilterHeader(byteCount: 0), .outOfSpec),
            (BloomFilterHeader(byteCount: 33), .outOfSpec),
            (BloomFilterHeader(byteCount: -32), .outOfSpec),
            (BloomFilterHeader(byteCount: 1 << 30), .outOfSpec),
        ] as [(BloomFilterHeader, ParquetError.Code)] {
            let error = #expect(throws: ParquetError.self) {
                try parse(header.serialized() + [UInt8](repeating: 0, count: 64))
            }
            #expect(error?.code == code, "\(header)")
        }
    }

    private func parse(_ bytes: [UInt8]) throws -> BloomFilter.Step {
        try withRawBytes(of: bytes) { raw throws(ParquetError) in try BloomFilter.parse(raw) }
    }
}
