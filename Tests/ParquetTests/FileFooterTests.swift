import Columns
import Parquet
import Testing

@Suite("FileFooter and ReadPlan")
struct FileFooterTests {
    @Test("asks for as many bytes as the footer has")
    func asksForBytes() throws {
        let bytes = try ParquetFile(path: "\(FixtureTests.folder)/nested.parquet").bytes
        let first = try parse(bytes, tailByteCount: 0)
        guard case .needs(let trailerByteCount) = first else {
            Issue.record("a footer from nothing")
            return
        }
        #expect(trailerByteCount == 8)
        guard case .needs(let byteCount) = try parse(bytes, tailByteCount: 8) else {
            Issue.record("a footer from 8 bytes")
            return
        }
        guard case .needs(byteCount) = try parse(bytes, tailByteCount: byteCount - 1),
            case .metadata(let metadata) = try parse(bytes, tailByteCount: byteCount),
            case .metadata(metadata) = try parse(bytes, tailByteCount: bytes.count)
        else {
            Issue.record("the footer has \(byteCount) bytes")
            return
        }
        #expect(metadata.rowCount == 3)
    }

    @Test(
        "refuses what is not Parquet",
        arguments: [
            ([], .outOfSpec), (Array("PAR1PAR1".utf8), .outOfSpec),
            (Array("id,name\n1,anna\n2,ben\n".utf8), .outOfSpec),
            // A length larger than the file, and of nothing.
            (Array("PAR1xxxx".utf8) + [9, 0, 0, 0] + Array("PAR1".utf8), .outOfSpec),
            (Array("PAR1xxxx".utf8) + [0, 0, 0, 0] + Array("PAR1".utf8), .outOfSpec),
            (Array("PAR1xxxx".utf8) + [255, 255, 255, 255] + Array("PAR1".utf8), .outOfSpec),
            (Array("PAR1xxxx".utf8) + [4, 0, 0, 0] + Array("PARE".utf8), .unsupported),
        ] as [([UInt8], ParquetError.Code)])
    func refuses(bytes: [UInt8], code: ParquetError.Code) {
        let error = #expect(throws: ParquetError.self) { try ParquetFile(bytes) }
        #expect(error?.code == code)
    }

    @Test("lists larger than the bytes left are refused before anything is allocated")
    func hugeLists() {
        // Field 2, a list of 2^31 structures, then nothing.
        let footer: [UInt8] = [0x29, 0xFC] + varint(1 << 31)
        let error = #expect(throws: ParquetError.self) { try ParquetFile(file(footer)) }
        #expect(error?.message.contains("2147483648") == true)
    }

    @Test("structures nested without end are refused")
    func deepNesting() {
        let footer = [0x1C] + [UInt8](repeating: 0x1C, count: 10_000)
        let error = #expect(throws: ParquetError.self) { try ParquetFile(file(footer)) }
        #expect(error?.code == .outOfSpec)
    }

    @Test("ranges outside the object are refused with column and row group")
    func rangesOutside() throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/none_v1.parquet")
        for (offset, byteCount) in [
            (-1, 10), (4, -1), (4, 1 << 40), (Int64.max, 1), (Int64.max, .max), (1 << 40, 0),
        ] as [(Int64, Int64)] {
            var metadata = file.metadata
            metadata.rowGroups[1].columns[2].dataPageOffset = offset
            metadata.rowGroups[1].columns[2].dictionaryPageOffset = nil
            metadata.rowGroups[1].columns[2].compressedByteCount = byteCount
            let error = #expect(throws: ParquetError.self) {
                try ReadPlan(
                    metadata: metadata, columns: file.leaves, rowGroupIndex: 1,
                    objectByteCount: file.bytes.count)
            }
            #expect(error?.code == .outOfSpec)
            #expect(error?.context.column == "i16")
            #expect(error?.context.rowGroupIndex == 1)
        }
    }

    @Test("a chunk that claims more rows than its bytes can hold is refused")
    func tooManyRows() throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/none_v1.parquet")
        for leaf in file.leaves {
            for (rowCount, code) in [
                (101, .outOfSpec), (1 << 40, .limitExceeded), (.max, .limitExceeded),
            ] as [(Int, ParquetError.Code)] {
                let chunk = file.metadata.rowGroups[0].columns[leaf.columnIndex]
                let start = chunk.startOffset
                let bytes = file.bytes[start..<(start + Int(chunk.compressedByteCount))]
                let error = #expect(throws: ParquetError.self) {
                    try withRawBytes(of: Array(bytes)) { raw throws(ParquetError) in
                        try ColumnChunkDecoder.decode(
                            raw, chunk: chunk, column: leaf, rowCount: rowCount,
                            rowGroupIndex: 0, scratch: DecodeScratch())
                    }
                }
                #expect(error?.code == code, "\(leaf.field.name)")
            }
        }
    }

    private func file(_ footer: [UInt8]) -> [UInt8] {
        let byteCount = UInt32(footer.count)
        return Array("PAR1".utf8) + footer
            + (0..<4).map { UInt8(truncatingIfNeeded: byteCount >> (8 * $0)) }
            + Array("PAR1".utf8)
    }

    private func parse(_ bytes: [UInt8], tailByteCount: Int) throws -> FileFooter.Step {
        try withRawBytes(of: bytes) { raw throws(ParquetError) in
            try FileFooter.parse(
                tail: UnsafeRawBufferPointer(rebasing: raw.suffix(tailByteCount)),
                objectByteCount: raw.count)
        }
    }
}
