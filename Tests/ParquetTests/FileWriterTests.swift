import Columns
import TestSupport
import Testing
import Threads

@testable import Parquet

@Suite("FileWriter")
struct FileWriterTests {
    /// A file of the interchange table's rows, handed over in batches of the given sizes, in turn.
    private func file(
        _ table: InterchangeTable, batches sizes: [Int], options: WriterOptions,
        pool: ThreadPool? = nil
    ) throws(ParquetError) -> [UInt8] {
        var writer = FileWriter(schema: table.schema, options: options)
        var bytes: [UInt8] = []
        var row = 0
        var turn = 0
        while row < table.rowCount {
            let end = min(table.rowCount, row + sizes[turn % sizes.count])
            try writer.write(table.batch(row..<end), pool: pool, into: &bytes)
            row = end
            turn += 1
        }
        return bytes + (try writer.finish(pool: pool))
    }

    private func smallOptions(_ compression: WriterOptions.Compression) -> WriterOptions {
        var options = WriterOptions(compression: compression)
        options.rowGroupRowCountMax = 611
        options.pageRowCountMax = 100
        options.pageByteCountMax = 3_000
        return options
    }

    @Test(
        "our reader finds every value",
        arguments: InterchangeTable.Nulls.allCases, InterchangeFilesTests.codecs.map(\.compression))
    func readerFindsEveryValue(
        nulls: InterchangeTable.Nulls, compression: WriterOptions.Compression
    ) throws {
        for rowCount in [0, 1, 9, 64, 65, 700] {
            let table = InterchangeTable(rowCount: rowCount, nulls: nulls)
            let bytes = try file(table, batches: [200, 1, 377], options: smallOptions(compression))
            let file = try ParquetFile(bytes)
            #expect(file.metadata.rowCount == Int64(rowCount))
            #expect(file.leaves.map(\.field) == table.schema.fields)
            let expected = table.batch(0..<rowCount)
            for (column, leaf) in zip(expected.columns, file.leaves) {
                let found = try file.values(leaf)
                #expect(
                    found == OracleValue.values(of: column),
                    "\(leaf.field.name), \(rowCount) rows")
            }
        }
    }

    @Test("the bytes do not depend on the batches", arguments: InterchangeTable.Nulls.allCases)
    func bytesDoNotDependOnBatches(nulls: InterchangeTable.Nulls) throws {
        let table = InterchangeTable(rowCount: 1_300, nulls: nulls)
        let options = smallOptions(.snappy)
        let whole = try file(table, batches: [1_300], options: options)
        for sizes in [[1], [64], [5, 1_000], [610, 1, 1], [611]] {
            #expect(try file(table, batches: sizes, options: options) == whole, "\(sizes)")
        }
    }

    @Test("BSON, by its new or its old annotation, is read as the bytes that it is")
    func readsBSON() throws {
        let documents: [[UInt8]] = [[5, 0, 0, 0, 0], [12, 0, 0, 0, 16, 97, 0, 7, 0, 0, 0, 0]]
        let schema = Schema([Field(name: "b", type: .binary, isNullable: false)])
        let column = Column(
            field: schema.fields[0], values: .byteArrays(ByteArrays(documents)))
        var writer = FileWriter(schema: schema)
        let bytes =
            try writer.write(RecordBatch(schema: schema, columns: [column], rowCount: 2))
            + writer.finish()
        var metadata = try ParquetFile(bytes).metadata
        for (logicalType, convertedType) in [
            (LogicalType.bson, ConvertedType.bson), (nil, .bson), (.bson, nil),
        ] {
            metadata.schema[1].logicalType = logicalType
            metadata.schema[1].convertedType = convertedType
            let footer = metadata.serialized()
            let length = withUnsafeBytes(of: UInt32(footer.count).littleEndian) { Array($0) }
            let annotated = try ParquetFile(bytes + footer + length + Array("PAR1".utf8))
            #expect(annotated.leaves.map(\.field) == schema.fields)
            #expect(try annotated.values(annotated.leaves[0]) == OracleValue.values(of: column))
        }
    }

    @Test("the bytes do not depend on the threads", arguments: [1, 2, 3, 8])
    func bytesDoNotDependOnThreads(threadCount: Int) throws {
        let table = InterchangeTable(rowCount: 1_300, nulls: .some)
        var options = smallOptions(.snappy)
        options.bloomFilterColumns = Set(
            table.schema.fields.filter { $0.type == .int64 || $0.type == .string }.map(\.name))
        #expect(!options.bloomFilterColumns.isEmpty)
        let alone = try file(table, batches: [700], options: options)
        let together = try file(
            table, batches: [700], options: options, pool: ThreadPool(threadCount: threadCount))
        #expect(together == alone)
    }

    @Test("row groups end with the row that fills them with bytes, whatever the batches")
    func rowGroupsAreBoundedInBytes() throws {
        let table = InterchangeTable(rowCount: 1_300, nulls: .some)
        var options = smallOptions(.uncompressed)
        options.rowGroupByteCountMax = 100_000
        let whole = try file(table, batches: [1_300], options: options)
        for sizes in [[1], [5, 1_000], [299, 1], [400]] {
            #expect(try file(table, batches: sizes, options: options) == whole, "\(sizes)")
        }
        let rowCounts = try ParquetFile(whole).metadata.rowGroups.map(\.rowCount)
        #expect(rowCounts.reduce(0, +) == 1_300)
        // A row of the table holds some 350 bytes.
        #expect(rowCounts.dropLast().allSatisfy { (200..<400).contains($0) }, "\(rowCounts)")
        options.rowGroupByteCountMax = 1
        let single = try file(
            InterchangeTable(rowCount: 5, nulls: .all), batches: [5], options: options)
        #expect(try ParquetFile(single).metadata.rowGroups.map(\.rowCount) == [1, 1, 1, 1, 1])
    }

    @Test("a later dictionary joins the first one")
    func dictionariesAreMerged() throws {
        let field = Field(name: "tag", type: .string)
        let schema = Schema([field])
        var writer = FileWriter(schema: schema)
        var bytes: [UInt8] = []
        for (codes, names) in [
            ([0, 1, 1, 0], ["a", "b"]), ([2, 1, 0, 1], ["c", "b", "unused"]),
        ] {
            let repeated = (0..<100).flatMap { _ in codes.map { Int32($0 == 2 ? 0 : $0) } }
            let column = Column(
                field: field,
                values: .dictionary(
                    codes: ColumnBuffer(repeated), dictionary: ByteArrays(names)))
            bytes += try writer.write(
                RecordBatch(schema: schema, columns: [column], rowCount: repeated.count))
        }
        bytes += try writer.finish()
        let file = try ParquetFile(bytes)
        let column = try file.column(file.leaves[0], rowGroup: 0)
        guard case .dictionary(let codes, let dictionary) = column.values else {
            Issue.record("not a dictionary")
            return
        }
        #expect((0..<dictionary.count).map(dictionary.string) == ["a", "b", "c"])
        #expect(codes.elements.prefix(4).elementsEqual([0, 1, 1, 0]))
        #expect(codes.elements.suffix(4).elementsEqual([2, 1, 2, 1]))
    }

    @Test("pieces come out as row groups fill up")
    func writesRowGroupsAsTheyFill() throws {
        let schema = Schema([Field(name: "x", type: .int64)])
        var options = WriterOptions(compression: .uncompressed)
        options.rowGroupRowCountMax = 1_000
        var writer = FileWriter(schema: schema, options: options)
        func batch(_ rows: Range<Int>) -> RecordBatch {
            RecordBatch(
                schema: schema,
                columns: [
                    Column(
                        field: schema.fields[0],
                        values: .int64(ColumnBuffer(rows.map(Int64.init))))
                ], rowCount: rows.count)
        }
        #expect(try writer.write(batch(0..<999)) == Array("PAR1".utf8))
        #expect(try writer.write(batch(999..<1_000)).count > 8_000)
        #expect(try writer.write(batch(1_000..<1_001)).isEmpty)
        #expect(try writer.write(batch(1_001..<4_500)).count > 24_000)
        #expect(writer.rowCount == 4_500)
        _ = try writer.finish()
    }

    // MARK: Errors

    private func code(_ body: () throws -> Void) -> ParquetError.Code? {
        do {
            try body()
            return nil
        } catch { return (error as? ParquetError)?.code }
    }

    @Test("a null in a column that is not nullable is refused by name")
    func nullInRequiredColumn() throws {
        let schema = Schema([Field(name: "x", type: .int32, isNullable: false)])
        let column = Column(
            field: schema.fields[0], values: .int32(ColumnBuffer([1, 0, 3])),
            validity: Validity([true, false, true]))
        var writer = FileWriter(schema: schema)
        _ = try writer.write(RecordBatch(schema: schema, columns: [column], rowCount: 3))
        let error = #expect(throws: ParquetError.self) { try writer.finish() }
        #expect(error?.code == .invalidParameter)
        #expect(error?.context.column == "x")
        // The file stays failed.
        #expect(code { _ = try writer.finish() } == .invalidParameter)
    }

    @Test("batches of another schema, and values of another carrier, are refused")
    func otherSchema() throws {
        let schema = Schema([Field(name: "x", type: .int32)])
        func batch(_ schema: Schema, _ values: ColumnValues) -> RecordBatch {
            RecordBatch(
                schema: schema, columns: [Column(field: schema.fields[0], values: values)],
                rowCount: values.count)
        }
        for (other, values) in [
            (Schema([Field(name: "y", type: .int32)]), ColumnValues.int32(ColumnBuffer([1]))),
            (Schema([Field(name: "x", type: .int64)]), .int64(ColumnBuffer([1]))),
            (schema, .int64(ColumnBuffer([1]))),
            (schema, .byteArrays(ByteArrays(["1"]))),
        ] {
            var writer = FileWriter(schema: schema)
            let found = code {
                _ = try writer.write(batch(other, values))
                _ = try writer.finish()
            }
            #expect(found == .invalidParameter)
        }
    }

    @Test("options out of range are refused")
    func badOptions() {
        let schema = Schema([Field(name: "x", type: .int32)])
        var noRows = WriterOptions()
        noRows.rowGroupRowCountMax = 0
        var negative = WriterOptions()
        negative.pageByteCountMax = -1
        for options in [
            noRows, negative, WriterOptions(compression: .zstd(level: 23)),
            WriterOptions(compression: .gzip(level: 0)),
        ] {
            var writer = FileWriter(schema: schema, options: options)
            #expect(code { _ = try writer.finish() } == .invalidParameter)
        }
    }

    @Test(
        "types that Parquet cannot hold are refused",
        arguments: [
            ColumnType.decimal(precision: 39, scale: 0), .decimal(precision: 0, scale: 0),
            .decimal(precision: 5, scale: 6), .fixedBinary(byteCount: 0),
        ])
    func badTypes(type: ColumnType) {
        var writer = FileWriter(schema: Schema([Field(name: "x", type: type)]))
        #expect(code { _ = try writer.finish() } == .invalidParameter)
    }

    @Test("nothing can be written to a finished file, nor a file without columns")
    func finishedFile() throws {
        var writer = FileWriter(schema: Schema([Field(name: "x", type: .int32)]))
        _ = try writer.finish()
        #expect(code { _ = try writer.finish() } == .invalidParameter)
        var empty = FileWriter(schema: Schema([]))
        #expect(code { _ = try empty.finish() } == .invalidParameter)
    }

    @Test("a decimal of more digits than its precision is refused, a shorter one extended")
    func decimalLengths() throws {
        let field = Field(name: "x", type: .decimal(precision: 20, scale: 0))
        let schema = Schema([field])
        func write(_ bytes: [UInt8]) throws -> [OracleValue] {
            let column = Column(
                field: field, values: .fixed(ColumnBuffer(bytes), byteCount: bytes.count))
            var writer = FileWriter(schema: schema)
            var output = try writer.write(
                RecordBatch(schema: schema, columns: [column], rowCount: 1))
            output += try writer.finish()
            let file = try ParquetFile(output)
            return try file.values(file.leaves[0])
        }
        #expect(try write([0xFF, 0xFE]) == [.text("-2")])
        #expect(try write([UInt8](repeating: 0xFF, count: 12)) == [.text("-1")])
        #expect(
            code { _ = try write([1] + [UInt8](repeating: 0, count: 11)) } == .invalidParameter)
    }

    @Test("a page carries a checksum unless it is not asked for", arguments: [true, false])
    func checksums(writesPageChecksums: Bool) throws {
        let schema = Schema([Field(name: "x", type: .double, isNullable: false)])
        let column = Column(
            field: schema.fields[0], values: .double(ColumnBuffer((0..<100).map { Double($0) })))
        var options = WriterOptions(compression: .uncompressed)
        options.writesPageChecksums = writesPageChecksums
        var writer = FileWriter(schema: schema, options: options)
        var bytes = try writer.write(
            RecordBatch(schema: schema, columns: [column], rowCount: 100))
        bytes += try writer.finish()
        bytes[400] ^= 1
        let file = try ParquetFile(bytes)
        let read = Result { try file.column(file.leaves[0], rowGroup: 0) }
        if writesPageChecksums {
            #expect(throws: ParquetError.self) { try read.get() }
        } else {
            #expect(try read.get().count == 100)
        }
    }

    @Test("a dictionary without values is not written", arguments: [ColumnType.string, .int32])
    func emptyDictionary(type: ColumnType) throws {
        let schema = Schema([Field(name: "x", type: type)])
        let values: ColumnValues =
            type == .string
            ? .dictionary(
                codes: ColumnBuffer(repeating: 0, count: 9), dictionary: ByteArrays(["never"]))
            : .int32(ColumnBuffer(repeating: 0, count: 9))
        let column = Column(
            field: schema.fields[0], values: values,
            validity: Validity([Bool](repeating: false, count: 9)))
        var writer = FileWriter(schema: schema, options: WriterOptions(compression: .uncompressed))
        var bytes = try writer.write(RecordBatch(schema: schema, columns: [column], rowCount: 9))
        bytes += try writer.finish()
        let chunk = try ParquetFile(bytes).metadata.rowGroups[0].columns[0]
        #expect(chunk.dictionaryPageOffset == nil)
        #expect(chunk.encodings == [.plain, .rle])
    }
}
