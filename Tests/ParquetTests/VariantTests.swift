import FoundationEssentials
import Parquet
import Testing

/// Where `Tests/EndToEndTests/write_parquet_variants.py` has put files and their values.
private let folder = ProcessInfo.processInfo.environment["MARTLET_VARIANTS_FOLDER"]

@Suite(
    "Variants", .enabled(if: folder != nil, "MARTLET_VARIANTS_FOLDER names no folder with files"))
struct VariantTests {
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder ?? "")) ?? [])
        .filter { $0.hasSuffix(".parquet") }.sorted()

    @Test("every file gives the values that another reader found", arguments: names)
    func readsTheSame(name: String) throws {
        let path = "\(folder ?? "")/\(name)"
        let file = try ParquetFile(path: path)
        try expectEqual(
            file, try Oracle(path: path.dropLast("parquet".count) + "json.gz"))
        _ = try PruningTests.check(file)
    }

    @Test("there are files")
    func thereAreFiles() {
        #expect(!Self.names.isEmpty)
    }
}
