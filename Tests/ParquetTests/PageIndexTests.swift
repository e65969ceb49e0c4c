import Columns
import TestSupport
import Testing

@testable import Parquet

@Suite("Statistics and page indexes")
struct PageIndexTests {
    private func file(_ table: InterchangeTable) throws -> ParquetFile {
        var options = WriterOptions(compression: .uncompressed)
        options.rowGroupRowCountMax = 1_100
        options.pageRowCountMax = 100
        options.pageByteCountMax = 2_500
        var writer = FileWriter(schema: table.schema, options: options)
        var bytes = try writer.write(table.batch(0..<table.rowCount))
        bytes += try writer.finish()
        return try ParquetFile(bytes)
    }

    /// The index of a chunk, from its place in the file.
    private func structure<Result>(
        _ file: ParquetFile, _ offset: Int64?, _ byteCount: Int32?,
        _ parse: (inout CompactProtocolReader) throws(ParquetError) -> Result
    ) throws -> Result? {
        guard let offset, let byteCount else { return nil }
        let bytes = Array(file.bytes[Int(offset)..<Int(offset) + Int(byteCount)])
        return try withRawBytes(of: bytes) { raw throws(ParquetError) in
            var reader = CompactProtocolReader(raw, objectOffset: 0)
            let result = try parse(&reader)
            #expect(reader.bytesLeft == 0)
            return result
        }
    }

    @Test("pages lie where the offset index says", arguments: InterchangeTable.Nulls.allCases)
    func offsetIndex(nulls: InterchangeTable.Nulls) throws {
        let file = try file(InterchangeTable(rowCount: 2_000, nulls: nulls))
        for rowGroup in file.metadata.rowGroups {
            for chunk in rowGroup.columns {
                let index = try #require(
                    try structure(
                        file, chunk.offsetIndexOffset, chunk.offsetIndexByteCount,
                        OffsetIndex.init(parsing:)))
                var row: Int64 = 0
                var byteOffset = chunk.dataPageOffset
                for location in index.pageLocations {
                    #expect(location.firstRowIndex == row)
                    #expect(location.byteOffset == byteOffset)
                    let page = Array(
                        file.bytes[Int(byteOffset)..<Int(byteOffset) + Int(location.byteCount)])
                    let header = try withRawBytes(of: page) { raw throws(ParquetError) in
                        var reader = CompactProtocolReader(raw, objectOffset: 0)
                        let header = try PageHeader(parsing: &reader)
                        #expect(reader.bytesLeft == Int(header.compressedByteCount))
                        return header
                    }
                    guard case .data(let data) = header.kind else {
                        Issue.record("not a data page")
                        return
                    }
                    row += Int64(data.valueCount)
                    byteOffset += Int64(location.byteCount)
                }
                #expect(row == rowGroup.rowCount)
                let start = chunk.dictionaryPageOffset ?? chunk.dataPageOffset
                #expect(byteOffset - start == chunk.compressedByteCount)
            }
        }
    }

    @Test("bounds hold for every value", arguments: InterchangeTable.Nulls.allCases)
    func bounds(nulls: InterchangeTable.Nulls) throws {
        let table = InterchangeTable(rowCount: 2_000, nulls: nulls)
        let file = try file(table)
        let whole = table.batch(0..<table.rowCount)
        var firstRow = 0
        for rowGroup in file.metadata.rowGroups {
            for (leaf, chunk) in zip(file.leaves, rowGroup.columns) {
                let offsets = try #require(
                    try structure(
                        file, chunk.offsetIndexOffset, chunk.offsetIndexByteCount,
                        OffsetIndex.init(parsing:)))
                let index = try #require(
                    try structure(
                        file, chunk.columnIndexOffset, chunk.columnIndexByteCount,
                        ColumnIndex.init(parsing:)), "\(leaf.field.name)")
                let statistics = try #require(chunk.statistics)
                let order = ValueOrder(leaf.field.type)
                #expect(index.nullPages.count == offsets.pageLocations.count)
                let starts = offsets.pageLocations.map { Int($0.firstRowIndex) }
                let ends = starts.dropFirst() + [Int(rowGroup.rowCount)]
                for (page, rows) in zip(starts, ends).enumerated() {
                    let pageRows = firstRow + rows.0..<firstRow + rows.1
                    let values = plainValues(whole.columns[leaf.columnIndex], pageRows)
                    let nullCount = pageRows.count - values.count
                    #expect(index.nullCounts[page] == Int64(nullCount))
                    #expect(index.nullPages[page] == values.isEmpty)
                    // One expectation for all values: each costs microseconds.
                    let outside = values.first { value in
                        guard !isNaN(value, leaf.field.type) else { return false }
                        guard let low = statistics.minValue, let high = statistics.maxValue else {
                            return true
                        }
                        return order.areInIncreasingOrder(value, index.minValues[page])
                            || order.areInIncreasingOrder(index.maxValues[page], value)
                            || order.areInIncreasingOrder(value, low)
                            || order.areInIncreasingOrder(high, value)
                    }
                    #expect(outside == nil, "\(leaf.field.name), page \(page)")
                }
                #expect(
                    statistics.nullCount == index.nullCounts.reduce(0, +), "\(leaf.field.name)")
                #expect((statistics.minValue == nil) == (nulls == .all))
                if leaf.field.name == "sorted" { #expect(index.boundaryOrder == .ascending) }
            }
            firstRow += Int(rowGroup.rowCount)
        }
    }

    /// The values that are not null, as PLAIN bytes without lengths.
    private func plainValues(_ column: Column, _ rows: Range<Int>) -> [[UInt8]] {
        func bytes<Value>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
        let column = column.expanded()
        return rows.filter { !column.isNull($0) }.map { row in
            switch column.values {
            case .coded: []
            case .boolean(let buffer): [buffer.elements[row]]
            case .int32(let buffer): bytes(buffer.elements[row])
            case .int64(let buffer): bytes(buffer.elements[row])
            case .float(let buffer) where column.field.type == .float16:
                bytes(Float16(buffer.elements[row]))
            case .float(let buffer): bytes(buffer.elements[row])
            case .double(let buffer): bytes(buffer.elements[row])
            case .dictionary(let codes, let dictionary):
                Array(dictionary[Int(codes.elements[row])])
            case .byteArrays(let values): Array(values[row])
            case .fixed(let buffer, let byteCount):
                Array(buffer.elements[row * byteCount..<(row + 1) * byteCount])
                    .suffix(column.field.type == .decimal(precision: 20, scale: 0) ? 9 : byteCount)
            }
        }
    }

    private func isNaN(_ value: [UInt8], _ type: ColumnType) -> Bool {
        value.withUnsafeBytes { raw in
            switch type {
            case .float: raw.loadUnaligned(as: Float.self).isNaN
            case .double: raw.loadUnaligned(as: Double.self).isNaN
            default: false
            }
        }
    }

    // MARK: Special values

    private func statistics(_ values: [Double]) throws -> (Statistics?, hasColumnIndex: Bool) {
        let schema = Schema([Field(name: "x", type: .double)])
        let column = Column(field: schema.fields[0], values: .double(ColumnBuffer(values)))
        var writer = FileWriter(schema: schema)
        var bytes = try writer.write(
            RecordBatch(schema: schema, columns: [column], rowCount: values.count))
        bytes += try writer.finish()
        let chunk = try ParquetFile(bytes).metadata.rowGroups[0].columns[0]
        return (chunk.statistics, chunk.columnIndexOffset != nil)
    }

    private func bits(_ bytes: [UInt8]?) -> UInt64? {
        bytes?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @Test("NaN is passed over; only NaN gives no bounds")
    func notANumber() throws {
        let (some, someIndex) = try statistics([.nan, 3, -5, .nan])
        #expect(bits(some?.minValue) == (-5.0).bitPattern)
        #expect(bits(some?.maxValue) == (3.0).bitPattern)
        #expect(someIndex)
        let (only, onlyIndex) = try statistics([.nan, -.nan])
        #expect(only?.minValue == nil && only?.maxValue == nil)
        #expect(only?.nullCount == 0)
        #expect(!onlyIndex)
    }

    @Test("a bound of zero has the sign that lets both zeros in")
    func zeros() throws {
        for values in [[0.0, -0.0], [-0.0, 0.0], [0.0], [-0.0]] {
            let (found, _) = try statistics(values)
            #expect(bits(found?.minValue) == (-0.0).bitPattern, "\(values)")
            #expect(bits(found?.maxValue) == (0.0).bitPattern, "\(values)")
        }
    }

    @Test(
        "long strings are cut to bounds",
        arguments: [
            ("a", 63, "a", 63, true), ("a", 64, "a", 64, true), ("a", 65, "a", 64, false),
            ("é", 40, "é", 32, false), ("漢", 22, "漢", 21, false), ("𝄞", 17, "𝄞", 16, false),
        ])
    func longStrings(character: String, count: Int, kept: String, keptCount: Int, isExact: Bool)
        throws
    {
        let text = Array(String(repeating: character, count: count).utf8)
        let values: [[UInt8]] = [text]
        let bounds = values.map {
            $0.withUnsafeBufferPointer { value in
                [value].withUnsafeBufferPointer {
                    ValueBounds(of: .byteArrays($0), order: .bytes)
                }
            }
        }[0]
        let cut = try #require(bounds).shortened(byteCountMax: 64, isText: true)
        #expect(cut.min == Array(String(repeating: kept, count: keptCount).utf8))
        #expect(cut.isMinExact == isExact)
        #expect(cut.isMaxExact == isExact)
        #expect(String(validating: cut.max, as: UTF8.self) != nil)
        #expect(cut.max.count <= 64 + 3)
        #expect(text == cut.max || text.lexicographicallyPrecedes(cut.max))
    }

    @Test("a largest value without a next prefix stays whole")
    func noNextPrefix() throws {
        let bytes = [UInt8](repeating: 0xFF, count: 100)
        let bounds = bytes.withUnsafeBufferPointer { value in
            [value].withUnsafeBufferPointer { ValueBounds(of: .byteArrays($0), order: .bytes) }
        }
        let cut = try #require(bounds).shortened(byteCountMax: 64, isText: false)
        #expect(cut.max == bytes)
        #expect(cut.isMaxExact)
        #expect(cut.min == Array(bytes.prefix(64)))
        #expect(!cut.isMinExact)
        let text = Array(String(repeating: "\u{10FFFF}", count: 30).utf8)
        let textBounds = text.withUnsafeBufferPointer { value in
            [value].withUnsafeBufferPointer { ValueBounds(of: .byteArrays($0), order: .bytes) }
        }
        #expect(try #require(textBounds).shortened(byteCountMax: 64, isText: true).max == text)
        // The character before is moved on instead, past the surrogates.
        let mixed = Array(
            (String(repeating: "\u{D7FF}", count: 20) + String(repeating: "\u{10FFFF}", count: 30))
                .utf8)
        let mixedBounds = mixed.withUnsafeBufferPointer { value in
            [value].withUnsafeBufferPointer { ValueBounds(of: .byteArrays($0), order: .bytes) }
        }
        #expect(
            try #require(mixedBounds).shortened(byteCountMax: 64, isText: true).max
                == Array((String(repeating: "\u{D7FF}", count: 19) + "\u{E000}").utf8))
    }

    @Test("a chunk of impossible place and size has no page index", arguments: [0, -1, Int64.min])
    func refusesSizes(start: Int64) throws {
        var file = try file(InterchangeTable(rowCount: 500, nulls: .some))
        #expect(file.pageIndex(file.leaves[4], rowGroup: 0) != nil)
        for byteCount in [-1, Int64.min, .max] {
            file.metadata.rowGroups[0].columns[4].dataPageOffset = start
            file.metadata.rowGroups[0].columns[4].dictionaryPageOffset = nil
            file.metadata.rowGroups[0].columns[4].compressedByteCount = byteCount
            let index = file.pageIndex(file.leaves[4], rowGroup: 0)
            #expect(index == nil || start == 0 && byteCount == .max)
        }
    }
}
