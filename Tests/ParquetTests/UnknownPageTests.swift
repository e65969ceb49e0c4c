import Columns
import Testing

@testable import Parquet

@Suite("Pages of unknown types")
struct UnknownPageTests {
    /// A file of a row group and several pages, with the leaf that is looked at.
    private static func file() throws -> (ParquetFile, LeafColumn) {
        let table = InterchangeTable(rowCount: 1_000, nulls: .some)
        var options = WriterOptions(compression: .gzip())
        options.pageRowCountMax = 100
        var writer = FileWriter(schema: table.schema, options: options)
        let bytes = try writer.write(table.batch(0..<table.rowCount)) + writer.finish()
        let file = try ParquetFile(bytes)
        return (file, file.leaves[0])
    }

    /// The chunk's pages with their headers.
    private static func pages(_ file: ParquetFile, _ leaf: LeafColumn) throws -> [[UInt8]] {
        let chunk = file.metadata.rowGroups[0].columns[leaf.columnIndex]
        let start = Int(chunk.dictionaryPageOffset ?? chunk.dataPageOffset)
        var rest = Array(file.bytes[start..<start + Int(chunk.compressedByteCount)])
        var pages: [[UInt8]] = []
        while !rest.isEmpty {
            let byteCount = try withRawBytes(of: rest) { raw throws(ParquetError) in
                var reader = CompactProtocolReader(raw, objectOffset: 0)
                return Int(try PageHeader(parsing: &reader).compressedByteCount) + reader.position
            }
            pages.append(Array(rest[..<byteCount]))
            rest.removeFirst(byteCount)
        }
        return pages
    }

    private static func decode(
        _ pages: [[UInt8]], _ file: ParquetFile, _ leaf: LeafColumn
    ) throws(ParquetError) -> [OracleValue] {
        try withRawBytes(of: Array(pages.joined())) { raw throws(ParquetError) in
            OracleValue.values(
                of: try ColumnChunkDecoder.decode(
                    raw, chunk: file.metadata.rowGroups[0].columns[leaf.columnIndex],
                    column: leaf, rowCount: Int(file.metadata.rowGroups[0].rowCount),
                    rowGroupIndex: 0, scratch: DecodeScratch()))
        }
    }

    private static let unknown =
        PageHeader(uncompressedByteCount: 9, compressedByteCount: 3, kind: .other(77)).serialized()
        + [1, 2, 3]

    @Test("are skipped, wherever they stand")
    func skipped() throws {
        let (file, leaf) = try Self.file()
        let pages = try Self.pages(file, leaf)
        #expect(pages.count >= 10)
        let values = try Self.decode(pages, file, leaf)
        for place in 0...pages.count {
            var extended = pages
            extended.insert(Self.unknown, at: place)
            #expect(try Self.decode(extended, file, leaf) == values)
        }
    }

    /// A later version of the format may put rows in such a page.
    @Test("do not hide that rows are missing")
    func missingRows() throws {
        let (file, leaf) = try Self.file()
        var pages = try Self.pages(file, leaf)
        pages[pages.count - 3] = Self.unknown
        let error = #expect(throws: ParquetError.self) {
            try Self.decode(pages, file, leaf)
        }
        #expect(error?.code == .outOfSpec)
        #expect(error?.description.contains("900 of 1000 rows") == true)
    }
}
