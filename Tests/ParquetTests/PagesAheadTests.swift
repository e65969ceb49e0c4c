import Columns
import TestSupport
import Testing

@testable import Parquet

@Suite("Pages ahead")
struct PagesAheadTests {
    /// Doubles of a file of one row group and so many pages: all different, few, or few at first.
    private static func file(
        pageCount: Int, distinctCount: Int, isNullable: Bool, compression: WriterOptions.Compression
    ) throws -> [UInt8] {
        let rowCount = pageCount * 100 - 30
        var generator = SeededGenerator(seed: UInt64(distinctCount))
        let values = (0..<rowCount).map { _ in
            Double(Int.random(in: 0..<distinctCount, using: &generator))
        }
        var validity: Validity?
        if isNullable {
            validity = Validity((0..<rowCount).map { $0 % 7 != 3 })
        }
        let column = Column(
            field: Field(name: "x", type: .double, isNullable: isNullable),
            values: .double(ColumnBuffer(values)), validity: validity)
        let schema = Schema([column.field])
        var options = WriterOptions(compression: compression)
        options.pageRowCountMax = 100
        options.writesPageChecksums = false
        var writer = FileWriter(schema: schema, options: options)
        return try writer.write(
            RecordBatch(schema: schema, columns: [column], rowCount: rowCount)) + writer.finish()
    }

    @Test("gives the values of every page", arguments: 1...10)
    func everyPage(pageCount: Int) throws {
        for distinctCount in [5, 1 << 40] {
            for isNullable in [false, true] {
                let files = try [WriterOptions.Compression.gzip(), .uncompressed].map {
                    try ParquetFile(
                        Self.file(
                            pageCount: pageCount, distinctCount: distinctCount,
                            isNullable: isNullable, compression: $0))
                }
                let values = try files.map { try $0.values($0.leaves[0]) }
                #expect(values[0] == values[1])
                #expect(values[0].count == pageCount * 100 - 30)
            }
        }
    }

    @Test("mutants are made of a file whose chunks have many pages of gzip")
    func fixture() throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/gzip_pages.parquet")
        for leaf in file.leaves {
            #expect(file.pageIndex(leaf, rowGroup: 0)?.pages.count == 10, "\(leaf.field.name)")
        }
    }

    @Test("what is held ahead is bounded by the chunk, and by three pages")
    func heldBytes() {
        var chunk = ColumnChunkMetadata(physicalType: .double)
        chunk.codec = .gzip
        chunk.uncompressedByteCount = 1_000
        #expect(ColumnChunkDecoder.byteCountAheadMax(chunk) == 1_000)
        chunk.uncompressedByteCount = 1 << 40
        #expect(ColumnChunkDecoder.byteCountAheadMax(chunk) == 3 * (4 << 20))
        chunk.codec = .snappy
        #expect(ColumnChunkDecoder.byteCountAheadMax(chunk) == 0)
    }

    @Test("a damaged page is named, whichever it is", arguments: 0..<7)
    func damagedPage(pageIndex: Int) throws {
        let bytes = try Self.file(
            pageCount: 7, distinctCount: 1 << 40, isNullable: false, compression: .gzip())
        let file = try ParquetFile(bytes)
        let page = try #require(file.pageIndex(file.leaves[0], rowGroup: 0)).pages[pageIndex]
        var damaged = bytes
        // The last byte of the page is that of the member's length.
        damaged[page.bytes.upperBound - 1] ^= 0x80
        let error = #expect(throws: ParquetError.self) {
            let file = try ParquetFile(damaged)
            _ = try file.column(file.leaves[0], rowGroup: 0)
        }
        #expect(error?.context.pageIndex == pageIndex)
    }
}
