import Columns
import Testing

@testable import Parquet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where to write files for other readers, or nil.
private let folder = getenv("MARTLET_INTERCHANGE_FOLDER").map { String(cString: $0) }

/// Writes files for other readers; see `InterchangeTable`.
@Suite("Interchange files", .enabled(if: folder != nil, "MARTLET_INTERCHANGE_FOLDER is not set"))
struct InterchangeFilesTests {
    static let codecs: [(name: String, compression: WriterOptions.Compression)] = [
        ("uncompressed", .uncompressed), ("snappy", .snappy), ("gzip", .gzip()), ("zstd", .zstd()),
    ]

    @Test("every type, codec, null pattern and size", arguments: InterchangeTable.Nulls.allCases)
    func writesFiles(nulls: InterchangeTable.Nulls) throws {
        let folder = try #require(folder)
        for (name, compression) in Self.codecs {
            for rowCount in [0, 1, 1_000, 10_000] {
                let table = InterchangeTable(rowCount: rowCount, nulls: nulls)
                var options = WriterOptions(compression: compression)
                options.rowGroupRowCountMax = 4_001
                options.pageRowCountMax = 700
                options.pageByteCountMax = 20_000
                // Two codecs with filters and without checksums, two the other way.
                if name == "snappy" || name == "zstd" {
                    options.bloomFilterColumns = Set(table.schema.fields.map(\.name))
                        .subtracting(["boolean"])
                    options.writesPageChecksums = name == "snappy"
                }
                options.keyValueMetadata = [KeyValue(key: "rows", value: "\(rowCount)")]
                var writer = FileWriter(schema: table.schema, options: options)
                var bytes: [UInt8] = []
                var row = 0
                for size in [1, 7, 64, 999, 3_000, 5, 100_000] where row < rowCount {
                    let rows = row..<min(rowCount, row + size)
                    bytes += try writer.write(table.batch(rows))
                    row = rows.upperBound
                }
                bytes += try writer.finish()
                try save(bytes, to: "\(folder)/\(nulls.rawValue)-\(name)-\(rowCount).parquet")
            }
        }
    }

    private func save(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "wb"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}
