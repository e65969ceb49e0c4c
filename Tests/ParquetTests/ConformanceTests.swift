import Columns
import FoundationEssentials
import Parquet
import Testing

/// Where the files of apache/parquet-testing and of other writers lie, with expected values.
private let shared = ProcessInfo.processInfo.environment["MARTLET_SHARED"].map { $0 + "/parquet" }

@Suite(
    "Conformance",
    .enabled(if: shared != nil, "MARTLET_SHARED does not name the folder with the files"))
struct ConformanceTests {
    /// What has to become of a file.
    enum Claim: Hashable {
        /// All flat columns read, equal to the oracle.
        case reads
        /// All columns that are not nested read; those of the oracle equal to it.
        case readsFlat
        /// The footer, or a column, is refused with this code.
        case refused(ParquetError.Code)
    }

    /// Files that are not simply read.
    static let claims: [String: Claim] = [
        // Two pages whose bytes were damaged.
        "data/datapage_v1-corrupt-checksum.parquet": .refused(.outOfSpec),
        "data/rle-dict-uncompressed-corrupt-checksum.parquet": .refused(.outOfSpec),
        // Broken in other ways.
        "bad_data/ARROW-GH-41317.parquet": .refused(.outOfSpec),
        "bad_data/ARROW-GH-41321.parquet": .refused(.outOfSpec),
        "bad_data/ARROW-GH-45185.parquet": .readsFlat,
        "bad_data/ARROW-GH-47662.parquet": .refused(.outOfSpec),
        "bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet": .refused(.outOfSpec),
        "bad_data/ARROW-RS-GH-6229-LEVELS.parquet": .readsFlat,
        "bad_data/PARQUET-1481.parquet": .refused(.outOfSpec),
        // Nested columns are skipped, their flat siblings read.
        "data/datapage_v2.snappy.parquet": .readsFlat,
        "data/incorrect_map_schema.parquet": .readsFlat,
        "data/large_string_map.brotli.parquet": .readsFlat,
        "data/list_columns.parquet": .readsFlat,
        "data/map_no_value.parquet": .readsFlat,
        "data/nested_lists.snappy.parquet": .readsFlat,
        "data/nested_maps.snappy.parquet": .readsFlat,
        "data/nested_structs.rust.parquet": .readsFlat,
        "data/nonnullable.impala.parquet": .readsFlat,
        "data/null_list.parquet": .readsFlat,
        "data/nullable.impala.parquet": .readsFlat,
        "data/nulls.snappy.parquet": .readsFlat,
        "data/old_list_structure.parquet": .readsFlat,
        "data/repeated_no_annotation.parquet": .readsFlat,
        "data/repeated_primitive_no_list.parquet": .readsFlat,
    ]

    /// Files without an oracle, because the library that wrote the oracles fails on them.
    static let withoutOracle: Set<String> = ["bad_data/ARROW-GH-43605.parquet"]

    /// Values that the library that wrote the oracles gets wrong.
    static let corrections: [String: [OracleValue: OracleValue]] = [
        // 290000-12-31T01:00:00+02:00, says the description beside the file.
        "data/int96_from_spark.parquet": [
            .integer(-7_188_624_036_226_874_385): .integer(9_089_380_393_200_000_000)
        ]
    ]

    /// Parsed once for all files.
    static let interopOracle = Result {
        try Oracle(path: (shared ?? "") + "/oracle/interop-table.json.gz")
    }

    static func files(_ folder: String) -> [String] {
        guard let shared else { return [] }
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: shared + folder)) ?? []
        return names.filter { $0.hasSuffix(".parquet") || $0.hasSuffix(".encrypted") }.sorted()
    }

    private static func claim(_ name: String) -> Claim {
        name.hasSuffix(".encrypted") ? .refused(.unsupported) : claims[name] ?? .reads
    }

    @Test("each file of apache/parquet-testing ends as claimed", arguments: files("/testing"))
    func testing(name: String) throws {
        let shared = try #require(shared)
        let path = "\(shared)/testing/\(name)"
        let oracleName = name.dropFirst("data/".count).split(separator: "/")
            .joined(separator: "__")
        switch Self.claim(name) {
        case .refused(let code):
            let error = #expect(throws: ParquetError.self) {
                let file = try ParquetFile(path: path)
                for leaf in file.leaves { _ = try file.values(leaf) }
            }
            #expect(error?.code == code, "\(String(describing: error))")
        case .reads:
            let file = try ParquetFile(path: path)
            #expect(file.leaves.allSatisfy { $0.skippedReason == nil })
            if Self.withoutOracle.contains(name) {
                for leaf in file.leaves { _ = try file.values(leaf) }
            } else {
                try expectEqual(
                    file, try Oracle(path: "\(shared)/oracle/data/\(oracleName).json.gz"),
                    corrections: Self.corrections[name] ?? [:])
            }
        case .readsFlat:
            let file = try ParquetFile(path: path)
            let nested = file.leaves.filter { $0.skippedReason != nil }
            #expect(!nested.isEmpty)
            for leaf in nested {
                #expect(throws: ParquetError.self) { try file.column(leaf, rowGroup: 0) }
            }
            let oracle = try? Oracle(path: "\(shared)/oracle/data/\(oracleName).json.gz")
            #expect(oracle != nil || nested.count == file.leaves.count)
            if let oracle { try expectEqual(file, oracle) }
        }
    }

    @Test("each file of other writers gives the same table", arguments: files("/interop"))
    func interop(name: String) throws {
        let shared = try #require(shared)
        let file = try ParquetFile(path: "\(shared)/interop/\(name)")
        let oracle = try Self.interopOracle.get()
        let rowCount = Int(file.metadata.rowCount)
        var checkedCount = 0
        for leaf in file.leaves {
            let column = try #require(oracle.columns.first { $0.name == leaf.field.name })
            var expected = Array(column.values.prefix(rowCount))
            if case .timestamp(.microseconds, _) = leaf.field.type {
                expected = expected.map { Self.microseconds($0, column: column.name) }
            }
            #expect(try file.values(leaf) == expected, "\(leaf.field.name)")
            checkedCount += 1
        }
        #expect(checkedCount >= 25)
        #expect(rowCount == (name.contains("empty") ? 0 : name.contains("onerow") ? 1 : 1200))
    }

    /// DuckDB writes all timestamps in microseconds, and INT96 is read so.
    private static func microseconds(_ value: OracleValue, column: String) -> OracleValue {
        guard case .integer(let integer) = value else { return value }
        switch column {
        case "ts_ms": return .integer(integer * 1000)
        case "ts_ns": return .integer(integer / 1000)
        default: return value
        }
    }
}

/// Every column of the oracle, and every column that can be read.
func expectEqual(
    _ file: ParquetFile, _ oracle: Oracle, corrections: [OracleValue: OracleValue] = [:]
) throws {
    #expect(Int(file.metadata.rowCount) == oracle.rows)
    let readable = file.leaves.filter { $0.skippedReason == nil }
    #expect(readable.map(\.field.name) == oracle.columns.map(\.name))
    for (leaf, column) in zip(readable, oracle.columns) {
        #expect(
            try file.values(leaf) == column.values.map { corrections[$0] ?? $0 },
            "\(leaf.field.name)")
    }
}
