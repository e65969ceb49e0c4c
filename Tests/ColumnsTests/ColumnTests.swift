import Columns
import Testing

@Suite("Column")
struct ColumnTests {
    private let field = Field(name: "x", type: .int64)

    @Test("nulls are counted and found")
    func countsNulls() {
        let column = Column(
            field: field, values: .int64(ColumnBuffer([1, 0, 3])),
            validity: Validity([true, false, true]))
        #expect(column.count == 3)
        #expect(column.nullCount == 1)
        #expect((0..<3).map(column.isNull) == [false, true, false])
    }

    @Test("every carrier knows its rows")
    func countsRows() {
        let values: [ColumnValues] = [
            .boolean(ColumnBuffer([0, 1])), .int32(ColumnBuffer([1, 2])),
            .int64(ColumnBuffer([1, 2])), .float(ColumnBuffer([1, 2])),
            .double(ColumnBuffer([1, 2])), .byteArrays(ByteArrays(["a", "b"])),
            .dictionary(codes: ColumnBuffer([0, 0]), dictionary: ByteArrays(["a"])),
            .fixed(ColumnBuffer([1, 2, 3, 4]), byteCount: 2),
            .coded(codes: ColumnBuffer([2, 0]), entries: .int32(ColumnBuffer([0, 5, 6]))),
        ]
        for value in values { #expect(value.count == 2) }
    }

    @Test("codes expand to their values, also of selected rows")
    func expandsCodes() {
        let column = Column(
            field: field,
            values: .coded(
                codes: ColumnBuffer([2, 0, 1, 2]), entries: .int64(ColumnBuffer([0, 5, 6]))),
            validity: Validity([true, false, true, true]))
        for (rows, expected) in [
            (column, [6, 0, 5, 6]),
            (column.selecting(RowSelection(rowCount: 4) { $0 != 2 }), [6, 0, 6]),
        ] as [(Column, [Int64])] {
            guard case .int64(let values) = rows.expanded().values else {
                Issue.record("not expanded")
                continue
            }
            #expect(Array(values.elements) == expected)
            #expect(rows.expanded().nullCount == 1 && rows.expanded().isNull(1))
        }
        let plain = Column(field: field, values: .int64(ColumnBuffer([1])))
        #expect(plain.expanded().count == 1)
    }

    @Test("a buffer is aligned and has readable slack behind it")
    func alignsBuffers() {
        let buffer = ColumnBuffer<UInt8>(repeating: 7, count: 3)
        let address = UInt(bitPattern: UnsafeRawPointer(buffer.elements.baseAddress))
        #expect(address % 64 == 0)
        #expect(ColumnBuffer<UInt8>.slackBytes >= 64)
        #expect(Array(buffer.elements) == [7, 7, 7])
    }
}

@Suite("ColumnBuffer")
struct ColumnBufferTests {
    @Test("every element is the one that is repeated", arguments: [0, 1, 2, 7, 8, 9, 1_025, 5_000])
    func repeating(count: Int) {
        let words = ColumnBuffer<UInt64>(repeating: 0x0123_4567_89AB_CDEF, count: count)
        #expect(words.count == count && words.elements.allSatisfy { $0 == 0x0123_4567_89AB_CDEF })
        let bytes = ColumnBuffer<UInt8>(repeating: 7, count: count)
        #expect(bytes.count == count && bytes.elements.allSatisfy { $0 == 7 })
    }
}
