import Columns
import StoreTestSupport
import Testing

@testable import Jobs

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
