import Columns
import FoundationEssentials
import TestSupport
import Testing

@testable import Parquet

private let shared = ProcessInfo.processInfo.environment["MARTLET_SHARED"].map { $0 + "/parquet" }

@Suite("Pruning")
struct PruningTests {
    @Test("no row is lost, and pages read alone give their rows", arguments: FixtureTests.files)
    func fixtures(name: String) throws {
        let checked = try Self.check(ParquetFile(path: "\(FixtureTests.folder)/\(name)"))
        if name == "indexed.parquet" {
            #expect(checked.pages == 116)
            #expect(checked.filters == 18)
        }
    }

    @Test(
        "neither in files of other writers",
        .enabled(if: shared != nil, "MARTLET_SHARED does not name the folder with the files"),
        arguments: ConformanceTests.files("/testing").filter {
            ConformanceTests.claims[$0] == nil && !$0.hasSuffix(".encrypted")
        }.map { "/testing/" + $0 }
            + ConformanceTests.files("/interop").filter {
                $0.contains("snappy") || $0.contains("pageindex")
            }.map { "/interop/" + $0 })
    func otherWriters(name: String) throws {
        _ = try Self.check(ParquetFile(path: (shared ?? "") + name))
    }

    static func check(_ file: ParquetFile) throws -> (pages: Int, filters: Int) {
        var pageCount = 0
        var filterCount = 0
        for leaf in file.leaves where leaf.skippedReason == nil {
            for rowGroup in file.metadata.rowGroups.indices {
                let chunk = file.metadata.rowGroups[rowGroup].columns[leaf.columnIndex]
                guard let column = try? file.column(leaf, rowGroup: rowGroup) else { continue }
                let rows = (0..<column.count).map { ScalarValue(column, row: $0) }
                expectKept(rows[...], ColumnStatistics(chunk, column: leaf), "\(leaf.field.name)")
                if let filter = file.bloomFilter(leaf, rowGroup: rowGroup) {
                    filterCount += 1
                    expectFound(rows, filter, leaf)
                }
                guard let index = file.pageIndex(leaf, rowGroup: rowGroup) else { continue }
                pageCount += index.pages.count
                for page in index.pages {
                    expectKept(rows[page.rows], page.statistics, "\(leaf.field.name) \(page.rows)")
                }
                try expectSelections(file, leaf, rowGroup, index, column)
            }
        }
        return (pageCount, filterCount)
    }

    /// One expectation for all rows: each costs microseconds.
    private static func expectKept(
        _ rows: ArraySlice<ScalarValue?>, _ statistics: ColumnStatistics, _ place: String
    ) {
        let values = rows.compactMap { $0 }
        if let nullCount = statistics.nullCount {
            #expect(nullCount == rows.count - values.count, "\(place)")
        }
        let lost = values.first { value in
            [.equal, .lessOrEqual, .greaterOrEqual].contains { comparison in
                comparison.holds(value, value) == true
                    && !statistics.mightHold(comparison, value, rowCount: rows.count)
            }
        }
        #expect(lost == nil, "\(place)")
        // Each value is unequal to the one before it, where they differ.
        let wronglyConstant = zip(values, values.dropFirst()).first { left, right in
            Comparison.notEqual.holds(left, right) == true
                && !statistics.mightHold(.notEqual, right, rowCount: rows.count)
        }
        #expect(wronglyConstant == nil, "\(place)")
        #expect(statistics.mightHoldNull() || values.count == rows.count, "\(place)")
    }

    private static func expectFound(
        _ rows: [ScalarValue?], _ filter: BloomFilter, _ leaf: LeafColumn
    ) {
        let lost = rows.compactMap { $0 }.first { !filter.mightContain($0, in: leaf) }
        #expect(lost == nil, "\(leaf.field.name)")
    }

    private static func expectSelections(
        _ file: ParquetFile, _ leaf: LeafColumn, _ rowGroup: Int, _ index: PageIndex,
        _ column: Column
    ) throws {
        let chunk = file.metadata.rowGroups[rowGroup].columns[leaf.columnIndex]
        let all = OracleValue.values(of: column)
        var generator = SeededGenerator(seed: UInt64(index.pages.count))
        for share in [0.1, 0.5, 1] {
            let wanted = index.pages.filter { _ in
                Double.random(in: 0..<1, using: &generator) < share
            }
            // A row in the middle stands for its page.
            let rows = wanted.map { $0.rows.lowerBound + $0.rows.count / 2 }.map { $0..<$0 + 1 }
            let selection = PageSelection(rows: rows, of: index, in: chunk)
            #expect(selection.pageRowCounts == wanted.map(\.rows.count))
            if share == 1 {
                #expect(selection.byteCount <= Int(chunk.compressedByteCount))
                #expect(selection.rows == [0..<column.count])
            }
            let selected = try file.column(leaf, rowGroup: rowGroup, selection: selection)
            #expect(
                OracleValue.values(of: selected) == selection.rows.flatMap { all[$0] },
                "\(leaf.field.name)")
        }
    }

    @Test("the page index finds few pages for a sorted column")
    func sortedColumn() throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/indexed.parquet")
        let leaf = try #require(file.leaves.first { $0.field.name == "id" })
        let index = try #require(file.pageIndex(leaf, rowGroup: 0))
        #expect(index.pages.count > 2)
        let found = index.pages.filter {
            $0.statistics.mightHold(.equal, .integer(50), rowCount: $0.rows.count)
        }
        #expect(found.count == 1)
        #expect(found.first?.rows.contains(50) == true)
    }

    @Test("a bloom filter denies most values that are not there")
    func bloomFilterDenies() throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/indexed.parquet")
        let leaf = try #require(file.leaves.first { $0.field.name == "id" })
        let filter = try #require(file.bloomFilter(leaf, rowGroup: 0))
        let passed = (1_000..<2_000).count { filter.mightContain(.integer(Int64($0)), in: leaf) }
        #expect(passed < 100)
        // A value of another kind excludes nothing.
        #expect(filter.mightContain(.text("1000"), in: leaf))
    }

    @Test("pages whose rows are not those of the page index are refused")
    func disagreeingPages() throws {
        let file = try ParquetFile(path: "\(FixtureTests.folder)/indexed.parquet")
        let leaf = file.leaves[0]
        let index = try #require(file.pageIndex(leaf, rowGroup: 0))
        let chunk = file.metadata.rowGroups[0].columns[leaf.columnIndex]
        let first = PageSelection(rows: [0..<1], of: index, in: chunk)
        let copy = Array(first.byteRanges.map { file.bytes[$0] }.joined())
        let error = #expect(throws: ParquetError.self) {
            try withRawBytes(of: copy) { raw throws(ParquetError) in
                try ColumnChunkDecoder.decode(
                    raw, chunk: chunk, column: leaf, rowCount: first.rowCount,
                    pageRowCounts: [first.rowCount - 1], rowGroupIndex: 0,
                    scratch: DecodeScratch())
            }
        }
        #expect(error?.message.contains("page index") == true)
    }
}
