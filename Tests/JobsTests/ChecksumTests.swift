import Columns
import StoreTestSupport
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

@Suite("ColumnChecksum")
struct ColumnChecksumTests {
    private func checksum(_ columns: Column...) -> ColumnChecksum {
        var sum = ColumnChecksum()
        for column in columns { sum.add(column) }
        return sum
    }

    private func expectEqual(
        _ a: ColumnChecksum, _ b: ColumnChecksum, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(a.value == b.value, sourceLocation: location)
        #expect(a.nullCount == b.nullCount, sourceLocation: location)
    }

    @Test("text has the same sum with and without a dictionary")
    func ignoresCarrier() {
        let texts = ["b", nil, "a", "", "b", nil]
        let dictionary = Column(
            field: Field(name: "s", type: .string),
            values: .dictionary(
                codes: ColumnBuffer([2, -1, 0, 1, 2, 0]), dictionary: ByteArrays(["a", "", "b"])),
            validity: Validity(texts.map { $0 != nil }))
        expectEqual(checksum(dictionary), checksum(.string("s", texts)))
        #expect(checksum(dictionary).nullCount == 2)
    }

    @Test("the sum does not depend on the cut into batches, nor on what null rows hold")
    func ignoresCutsAndNulls() {
        expectEqual(
            checksum(.double("x", [1, nil, 3])),
            checksum(.double("x", [1, nil]), .double("x", [3])))
        let validity = Validity([true, false])
        let field = Field(name: "x", type: .int64)
        func column(_ hidden: Int64) -> Column {
            Column(field: field, values: .int64(ColumnBuffer([5, hidden])), validity: validity)
        }
        expectEqual(checksum(column(0)), checksum(column(99)))
    }

    @Test("the bytes are those of the documentation")
    func sumsDocumentedBytes() {
        func crc(_ bytes: [UInt8]) -> UInt32 {
            var crc = CRC32C()
            bytes.withUnsafeBytes { crc.update($0) }
            return crc.value
        }
        #expect(
            checksum(.int32("i", [1, nil, -1])).value == crc([1, 0, 0, 0, 255, 255, 255, 255]))
        #expect(checksum(.int64("i", [258])).value == crc([2, 1, 0, 0, 0, 0, 0, 0]))
        #expect(checksum(.boolean("b", [true, false])).value == crc([1, 0]))
        #expect(checksum(.float("f", [1])).value == crc([0, 0, 0x80, 0x3F]))
        #expect(checksum(.string("s", ["ab", ""])).value == crc([2, 0, 0, 0, 97, 98, 0, 0, 0, 0]))
    }

    @Test("order and boundaries of texts matter")
    func seesDifferences() {
        #expect(
            checksum(.string("s", ["ab", "c"])).value != checksum(.string("s", ["a", "bc"])).value)
        #expect(checksum(.int64("i", [1, 2])).value != checksum(.int64("i", [2, 1])).value)
    }
}
