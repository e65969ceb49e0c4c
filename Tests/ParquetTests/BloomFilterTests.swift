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

    // MARK: Written files

    private func file(_ table: InterchangeTable, _ options: WriterOptions) throws -> ParquetFile {
        var writer = FileWriter(schema: table.schema, options: options)
        var bytes = try writer.write(table.batch(0..<table.rowCount))
        bytes += try writer.finish()
        return try ParquetFile(bytes)
    }

    @Test("filters that were written hold every value", arguments: InterchangeTable.Nulls.allCases)
    func writesFilters(nulls: InterchangeTable.Nulls) throws {
        let table = InterchangeTable(rowCount: 300, nulls: nulls)
        var options = WriterOptions()
        options.rowGroupRowCountMax = 200
        options.bloomFilterColumns = Set(table.schema.fields.map(\.name)).subtracting(["boolean"])
        let file = try file(table, options)
        var foreign = (asked: 0, passed: 0)
        for leaf in file.leaves {
            for rowGroup in file.metadata.rowGroups.indices {
                guard let filter = file.bloomFilter(leaf, rowGroup: rowGroup) else {
                    #expect(leaf.field.name == "boolean")
                    continue
                }
                let column = try file.column(leaf, rowGroup: rowGroup)
                for row in 0..<column.count where !column.isNull(row) {
                    let value = try #require(ScalarValue(column, row: row))
                    #expect(filter.mightContain(value, in: leaf), "\(leaf.field.name) \(value)")
                }
                guard leaf.field.type == .int64 else { continue }
                for value in 0..<100 as Range<Int64> where nulls != .all {
                    let isThere = (0..<column.count).contains { row in
                        !column.isNull(row)
                            && ScalarValue(column, row: row) == .integer(value * 3 + 1)
                    }
                    foreign.asked += isThere ? 0 : 1
                    foreign.passed +=
                        !isThere && filter.mightContain(.integer(value * 3 + 1), in: leaf) ? 1 : 0
                }
            }
        }
        #expect(foreign.passed * 20 <= foreign.asked)
    }

    @Test("both zeros are found by readers that ask for one")
    func findsZeros() throws {
        for isNegative in [false, true] {
            let columns = [
                Column(
                    field: Field(name: "d", type: .double),
                    values: .double(ColumnBuffer([isNegative ? -0.0 : 0.0, 1]))),
                Column(
                    field: Field(name: "f", type: .float),
                    values: .float(ColumnBuffer([isNegative ? -0.0 : 0.0, 1]))),
                Column(
                    field: Field(name: "h", type: .float16),
                    values: .float(ColumnBuffer([isNegative ? -0.0 : 0.0, 1]))),
            ]
            var options = WriterOptions()
            options.bloomFilterColumns = ["d", "f", "h"]
            let schema = Schema(columns.map(\.field))
            var writer = FileWriter(schema: schema, options: options)
            var bytes = try writer.write(
                RecordBatch(schema: schema, columns: columns, rowCount: 2))
            bytes += try writer.finish()
            let file = try ParquetFile(bytes)
            for (leaf, byteCount) in zip(file.leaves, [8, 4, 2]) {
                let filter = try #require(file.bloomFilter(leaf, rowGroup: 0))
                for sign: UInt8 in [0, 0x80] {
                    let form = [UInt8](repeating: 0, count: byteCount - 1) + [sign]
                    let hash = form.withUnsafeBytes { XXHash64.hash($0) }
                    #expect(filter.mightContain(hash: hash), "\(leaf.field.name) \(sign)")
                }
            }
        }
    }

    @Test("filters that cannot be are refused", arguments: ["nothing", "boolean"])
    func refusesColumns(name: String) throws {
        var options = WriterOptions()
        options.bloomFilterColumns = [name, "int32"]
        let error = #expect(throws: ParquetError.self) {
            try file(InterchangeTable(rowCount: 3, nulls: .some), options)
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.message.contains("'\(name)'") == true)
    }

    private func parse(_ bytes: [UInt8]) throws -> BloomFilter.Step {
        try withRawBytes(of: bytes) { raw throws(ParquetError) in try BloomFilter.parse(raw) }
    }
}
