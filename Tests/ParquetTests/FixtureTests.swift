import Columns
import FoundationEssentials
import Parquet
import Testing

@Suite("Fixtures")
struct FixtureTests {
    static let folder = Bundle.fixtures

    /// Every file of the folder but the expected values and the script.
    static let files = names(".parquet")
    /// Not a copy of the table.
    static let others: Set<String> = [
        "lists_v1.parquet", "lists_v2.parquet", "nested.parquet",
    ]

    static func names(_ suffix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted()
    }

    @Test("all fixtures are there")
    func allFixturesAreThere() {
        #expect(Self.files.count == 19)
    }

    @Test("every way to write the table reads as the same table", arguments: files)
    func readsTheSameTable(name: String) throws {
        if Self.others.contains(name) { return }
        let file = try ParquetFile(path: "\(Self.folder)/\(name)")
        let oracle = try Oracle(path: "\(Self.folder)/table.json.gz")
        let rowCount = Int(file.metadata.rowCount)
        #expect(rowCount == (name == "empty.parquet" ? 0 : oracle.rows))
        #expect(!file.leaves.isEmpty)
        for leaf in file.leaves {
            let column = try #require(oracle.columns.first { $0.name == leaf.field.name })
            #expect(
                try file.values(leaf) == Array(column.values.prefix(rowCount)),
                "\(leaf.field.name)")
        }
    }

    @Test(
        "the fixtures cover every codec and encoding",
        arguments: [
            ("none_v1", .uncompressed, [.plain, .rle, .rleDictionary]),
            ("snappy_v1", .snappy, [.plain, .rle, .rleDictionary]),
            ("gzip_v1", .gzip, [.plain, .rle, .rleDictionary]),
            ("gzip_pages", .gzip, [.plain, .rle, .rleDictionary]),
            ("zstd_v2", .zstd, [.plain, .rle, .rleDictionary]),
            ("lz4_v2", .lz4Raw, [.plain, .rle, .rleDictionary]),
            ("delta", .zstd, [.plain, .rle, .deltaBinaryPacked, .deltaByteArray]),
            ("delta_length", .uncompressed, [.rle, .deltaLengthByteArray]),
            ("brotli", .brotli, [.plain, .rle, .rleDictionary]),
            ("byte_stream_split", .zstd, [.plain, .rle, .byteStreamSplit]),
        ] as [(String, CompressionCodec, Set<Encoding>)])
    func coverage(name: String, codec: CompressionCodec, encodings: Set<Encoding>) throws {
        let file = try ParquetFile(path: "\(Self.folder)/\(name).parquet")
        let chunks = file.metadata.rowGroups.flatMap(\.columns)
        #expect(chunks.allSatisfy { $0.codec == codec })
        #expect(Set(chunks.flatMap(\.encodings)) == encodings)
    }

    @Test("nested columns are named with their reason, flat siblings are read")
    func nestedColumns() throws {
        let file = try ParquetFile(path: "\(Self.folder)/nested.parquet")
        #expect(
            file.leaves.map(\.field.name) == ["before", "list.list.element", "struct.a", "after"])
        #expect(file.leaves[1].skippedReason == "nested: part of the list `list`")
        #expect(file.leaves[2].skippedReason == "nested: part of the struct `struct`")
        #expect(try file.values(file.leaves[0]) == [1, 2, 3].map { .integer($0) })
        #expect(try file.values(file.leaves[3]) == [.text("78"), .null, .text("79")])
        let error = #expect(throws: ParquetError.self) {
            try file.column(file.leaves[1], rowGroup: 0)
        }
        #expect(error?.code == .unsupported)
        #expect(error?.context.column == "list.list.element")
    }

    @Test("a codec that is not there is refused by name, with column and row group")
    func missingCodec() throws {
        var file = try ParquetFile(path: "\(Self.folder)/brotli.parquet")
        file.metadata.rowGroups[0].columns[1].codec = .lzo
        let error = #expect(throws: ParquetError.self) {
            try file.column(file.leaves[1], rowGroup: 0)
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("LZO") == true)
        #expect(error?.context.column == "word")
        #expect(error?.context.rowGroupIndex == 0)
    }

    @Test("strings come as dictionary codes, also after the fallback to PLAIN")
    func stringsAreCodes() throws {
        for name in ["snappy_v1", "fallback", "plain", "delta", "delta_length"] {
            let file = try ParquetFile(path: "\(Self.folder)/\(name).parquet")
            let leaf = try #require(file.leaves.first { $0.field.name == "word" })
            guard case .dictionary(_, let dictionary) = try file.column(leaf, rowGroup: 0).values
            else {
                Issue.record("\(name): no dictionary")
                continue
            }
            #expect(dictionary.count == 5, "\(name)")
        }
    }

    @Test("a damaged page fails its checksum and says where")
    func damagedPage() throws {
        var bytes = try ParquetFile(path: "\(Self.folder)/snappy_v1.parquet").bytes
        bytes[60] ^= 1
        let file = try ParquetFile(bytes)
        let error = #expect(throws: ParquetError.self) {
            try file.column(file.leaves[0], rowGroup: 0)
        }
        #expect(error?.code == .outOfSpec)
        #expect(error?.message.contains("checksum") == true)
        #expect(error?.context.column == "id")
        #expect(error?.context.pageIndex == 0)
        #expect((error?.context.byteOffset ?? 0) > 4)
    }
}

enum Bundle {
    /// The folder of the fixtures, beside this file.
    static let fixtures =
        #filePath.split(separator: "/").dropLast()
        .reduce("") { $0 + "/" + $1 } + "/Fixtures"
}
