import Columns
import Parquet
import TestSupport
import Testing

@Suite("Byte array columns")
struct ByteArrayColumnTests {
    /// Writes strings, reads them, and compares; true if they came with a dictionary.
    private func readsBack(
        _ strings: [String?], dictionaryByteCountMax: Int, pageRowCountMax: Int = 1000
    ) throws -> Bool {
        var options = WriterOptions(compression: .uncompressed)
        options.dictionaryByteCountMax = dictionaryByteCountMax
        options.pageRowCountMax = pageRowCountMax
        options.rowGroupRowCountMax = strings.count
        let field = Field(name: "text", type: .string, isNullable: true)
        let column = Column(
            field: field, values: .byteArrays(ByteArrays(strings.map { $0 ?? "" })),
            validity: Validity(strings.map { $0 != nil }))
        let schema = Schema([field])
        var writer = FileWriter(schema: schema, options: options)
        let bytes =
            try writer.write(
                RecordBatch(schema: schema, columns: [column], rowCount: strings.count))
            + writer.finish()
        let file = try ParquetFile(bytes)
        let read = try file.column(file.leaves[0], rowGroup: 0)
        #expect(OracleValue.values(of: read) == OracleValue.values(of: column))
        #expect(read.nullCount == strings.count { $0 == nil })
        if case .dictionary(let codes, let dictionary) = read.values {
            let distinct = Set(strings.compactMap { $0 })
            #expect(Set((0..<dictionary.count).map(dictionary.string)) == distinct)
            #expect(dictionary.count == distinct.count)
            #expect((0..<strings.count).allSatisfy { !read.isNull($0) || codes.elements[$0] == 0 })
            return true
        }
        return false
    }

    @Test("many distinct values come without a dictionary, nulls and all")
    func manyDistinct() throws {
        let strings = (0..<20_000).map { $0 % 11 == 3 ? nil : "user \($0)" }
        #expect(try readsBack(strings, dictionaryByteCountMax: 100) == false)
    }

    @Test("few distinct values keep their dictionary without a dictionary page")
    func fewDistinct() throws {
        let strings = (0..<20_000).map { $0 % 11 == 3 ? nil : "user \($0 % 300)" }
        #expect(try readsBack(strings, dictionaryByteCountMax: 100) == true)
        #expect(try readsBack(strings, dictionaryByteCountMax: 1 << 20) == true)
    }

    @Test("empty and long values, and values that differ in their last byte")
    func unusualValues() throws {
        var generator = SeededGenerator(seed: 5)
        var strings: [String?] = ["", nil, "a", String(repeating: "x", count: 70_000)]
        for length in 0...40 {
            let start = String(repeating: "y", count: length)
            strings += [start + "0", start + "1", start, nil]
        }
        strings += strings.shuffled(using: &generator)
        #expect(try readsBack(strings, dictionaryByteCountMax: 50) == true)
        #expect(try readsBack(strings, dictionaryByteCountMax: 1 << 20) == true)
    }
}
