import Columns
import TestSupport
import Testing

@testable import Parquet

@Suite("CompactProtocolWriter")
struct CompactProtocolWriterTests {
    @Test("wire format of fields, lists and nested structures")
    func wireFormat() {
        let bytes = CompactProtocolWriter.encode { writer in
            writer.field(1, int32: -1)
            writer.field(2, boolean: true)
            writer.field(3, string: "ab")
            writer.field(20, int64: 300)
            writer.field(21) { $0.field(1, byte: -2) }
            writer.field(22, list: [1, 2], of: .int32) { $0.int32($1) }
            writer.field(23, int32: nil)
            writer.field(24, boolean: false)
        }
        #expect(
            bytes == [
                0x15, 1,  // field 1: int32, zigzag -1
                0x11,  // field 2: true, in the type
                0x18, 2, 0x61, 0x62,  // field 3: two bytes
                0x06, 40, 0xD8, 0x04,  // field 20: too far for a difference; zigzag 300
                0x1C, 0x13, 0xFE, 0,  // field 21: structure with a byte
                0x19, 0x25, 2, 4,  // field 22: list of two int32
                0x22,  // field 24: false
                0,
            ])
    }

    @Test("lists of 15 and more have a separate count", arguments: [0, 14, 15, 16, 200])
    func listCounts(count: Int) {
        let bytes = CompactProtocolWriter.encode { writer in
            writer.field(1, list: Array(repeating: Int32(0), count: count), of: .int32) {
                $0.int32($1)
            }
        }
        let header: [UInt8] =
            count < 15
            ? [UInt8(count) << 4 | 5] : count < 128 ? [0xF5, UInt8(count)] : [0xF5, 200, 1]
        #expect(bytes == [0x19] + header + [UInt8](repeating: 0, count: count) + [0])
    }

    @Test("a footer comes back as it went")
    func footerRoundTrip() throws {
        var chunk = ColumnChunkMetadata(physicalType: .byteArray)
        chunk.offsetIndexOffset = 1 << 40
        chunk.offsetIndexByteCount = 17
        chunk.columnIndexOffset = 3
        chunk.columnIndexByteCount = 4
        chunk.encodings = [.plain, .rle, .rleDictionary]
        chunk.path = ["käse"]
        chunk.codec = .zstd
        chunk.valueCount = .max
        chunk.uncompressedByteCount = 5
        chunk.compressedByteCount = 6
        chunk.keyValueMetadata = [KeyValue(key: "k", value: nil)]
        chunk.dataPageOffset = 7
        chunk.indexPageOffset = 8
        chunk.dictionaryPageOffset = 9
        chunk.statistics = Statistics(
            deprecatedMax: [1], deprecatedMin: [], nullCount: 2, distinctCount: 3,
            maxValue: [255], minValue: [0], isMaxValueExact: false, isMinValueExact: true,
            nanCount: 0)
        chunk.encodingStats = [PageEncodingStats(pageType: 0, encoding: .plain, pageCount: 2)]
        chunk.bloomFilterOffset = 10
        chunk.bloomFilterByteCount = 11
        chunk.unencodedByteArrayByteCount = 12
        let rowGroup = RowGroupMetadata(
            columns: ColumnChunks([chunk]), totalByteCount: 1, rowCount: 2,
            sortingColumns: [
                SortingColumn(columnIndex: 0, isDescending: true, nullsFirst: false)
            ], fileOffset: 4, totalCompressedByteCount: 5, ordinal: 6)
        var metadata = FileMetadata()
        metadata.rowCount = 2
        var other = rowGroup
        other.columns[0].encodings[1] = .deltaBinaryPacked
        other.columns[0].path = ["käse", "milch"]
        other.columns[0].encodingStats[0].pageCount = 9
        other.columns[0].statistics?.maxValue = [1]
        metadata.rowGroups = [rowGroup, other, rowGroup]
        metadata.keyValueMetadata = [KeyValue(key: "a", value: "b")]
        metadata.createdBy = "somebody"
        metadata.columnOrders = [.typeDefined, .ieee754Total]
        metadata.schema = try schemaElements()
        let bytes = metadata.serialized()
        let parsed = try withRawBytes(of: bytes) { raw throws(ParquetError) in
            try FileMetadata(parsing: FooterBytes(raw, objectOffset: 0))
        }
        #expect(parsed == metadata)
    }

    /// A root, and a leaf of every type.
    private func schemaElements() throws -> [SchemaElement] {
        var root = SchemaElement(name: "schema")
        root.childCount = Int32(InterchangeTable.types.count)
        return [root]
            + (try InterchangeTable.types.map {
                try SchemaElement(Field(name: $0.name, type: $0.type))
            })
    }

    @Test(
        "page headers come back as they went",
        arguments: [
            PageHeader.Kind.data(
                DataPageHeader(valueCount: 5, encoding: .rleDictionary)),
            .dictionary(DictionaryPageHeader(valueCount: 6, isSorted: true)),
            .dataV2(
                DataPageHeaderV2(
                    valueCount: 7, nullCount: 1, rowCount: 7, encoding: .plain,
                    definitionLevelsByteCount: 2, isCompressed: false)),
        ])
    func pageHeaderRoundTrip(kind: PageHeader.Kind) throws {
        let header = PageHeader(
            uncompressedByteCount: 1, compressedByteCount: .max, crc: 0xFFFF_FFFE, kind: kind)
        let parsed = try withRawBytes(of: header.serialized()) { raw throws(ParquetError) in
            var reader = CompactProtocolReader(raw, objectOffset: 0)
            return try PageHeader(parsing: &reader)
        }
        #expect(parsed == header)
    }
}
