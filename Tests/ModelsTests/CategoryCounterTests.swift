import Columns
import Models
import TestSupport
import Testing

@Suite("CategoryCounter")
struct CategoryCounterTests {
    private func text(_ values: [String], valid: [Bool]? = nil) -> Column {
        Column(
            field: Field(name: "x", type: .string), values: .byteArrays(ByteArrays(values)),
            validity: valid.map { Validity($0) })
    }

    @Test("most frequent first, equal counts bytewise")
    func order() throws {
        var counter = try CategoryCounter(field: Field(name: "x", type: .string))
        try counter.add(text(["b", "a", "c", "b", "Z", "é", "c", "b"]))
        #expect(counter.categories(max: 10) == ["b", "c", "Z", "a", "é"])
        #expect(counter.categories(max: 2) == ["b", "c"])
        #expect(counter.categories(max: 10, minCount: 2) == ["b", "c"])
        #expect(counter.categories(max: 10, minCount: 4) == [])
    }

    @Test("dictionary, plain values and any split count alike", arguments: 0..<20 as Range<UInt64>)
    func carriersAgree(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let words = (0..<40).map { "word\($0 % 30)" }
        let count = Int.random(in: 0...500, using: &random)
        let codes = (0..<count).map { _ in Int32.random(in: 0..<40, using: &random) }
        let valid = (0..<count).map { _ in Int.random(in: 0..<5, using: &random) > 0 }
        let field = Field(name: "x", type: .string)
        // Entries 30... repeat earlier ones: a dictionary need not be distinct.
        let coded = Column(
            field: field,
            values: .dictionary(codes: ColumnBuffer(codes), dictionary: ByteArrays(words)),
            validity: Validity(valid))
        var whole = try CategoryCounter(field: field)
        try whole.add(coded)
        let cut = Int.random(in: 0...count, using: &random)
        var parts: [CategoryCounter] = []
        for range in [cut..<count, 0..<cut] {
            var part = try CategoryCounter(field: field)
            try part.add(
                text(codes[range].map { words[Int($0)] }, valid: Array(valid[range])))
            parts.append(part)
        }
        try parts[0].merge(parts[1])
        #expect(parts[0].categories(max: 100) == whole.categories(max: 100))
        #expect(parts[0].missingCount == valid.count { !$0 })
        #expect(whole.missingCount == parts[0].missingCount)
    }

    @Test("integers count by value")
    func integers() throws {
        let field = Field(name: "x", type: .uint64)
        var counter = try CategoryCounter(field: field)
        try counter.add(Column(field: field, values: .int64(ColumnBuffer([-1, 3, 3]))))
        #expect(counter.categories(max: 9) == ["3", "18446744073709551615"])
        let narrow = Field(name: "x", type: .uint8)
        var other = try CategoryCounter(field: narrow)
        try other.add(Column(field: narrow, values: .int32(ColumnBuffer([200, 7, 200]))))
        #expect(other.categories(max: 9) == ["200", "7"])
    }

    @Test("a key is no category")
    func tooManyValues() throws {
        var counter = try CategoryCounter(
            field: Field(name: "x", type: .string), distinctCountMax: 3)
        try counter.add(text(["a", "b", "c", "a"]))
        #expect {
            try counter.add(text(["d"]))
        } throws: { error in
            (error as? ModelError)?.code == .limitExceeded
        }
    }

    @Test("floating-point columns are refused")
    func floats() {
        #expect(throws: ModelError.self) {
            try CategoryCounter(field: Field(name: "x", type: .double))
        }
    }

    @Test("many distinct values keep their counts through growth")
    func growth() throws {
        var counter = try CategoryCounter(field: Field(name: "x", type: .string))
        let values = (0..<5000).map { "\($0)" }
        try counter.add(text(values + values))
        #expect(counter.distinctCount == 5000)
        #expect(counter.categories(max: 9000, minCount: 2).count == 5000)
    }
}
