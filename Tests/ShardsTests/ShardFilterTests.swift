import Columns
import Filters
import ObjectStores
import Parquet
import StoreTestSupport
import TestSupport
import Testing
import Threads

@testable import Shards

@Suite("Filters on shards")
struct ShardFilterTests {
    private let pool = ThreadPool(threadCount: 2)

    private func open(_ url: String, _ filter: String?, _ store: MemoryStore) async throws
        -> ShardTable
    {
        let manifest = try await Resolving.manifest(url, in: store)
        return try await ShardTable.open(manifest, filter: filter, in: store, pool: pool)
    }

    private func rows(
        _ table: ShardTable, _ columns: [String], _ store: MemoryStore
    ) async throws -> [[String?]] {
        let reader = try ShardReader(table: table, columns: columns, store: store, pool: pool)
        var texts = columns.map { _ in [String?]() }
        var next = 0
        try await reader.read { batch in
            #expect(batch.firstRow == next)
            #expect(batch.batch.rowCount > 0)
            next += batch.batch.rowCount
            for (index, column) in batch.batch.columns.enumerated() { texts[index] += column.texts }
        }
        #expect(next == table.rowCount)
        return texts
    }

    /// Two partitions of two shards; `row` ascends through all, in row groups of 100.
    private func store() throws -> MemoryStore {
        let store = MemoryStore()
        for shard in 0..<4 {
            let rows = (0..<250).map { Int64(shard * 250 + $0) }
            try store.put(
                [
                    .int64("row", rows),
                    .double("x", rows.map { $0 % 5 == 0 ? nil : Double($0 % 50) }),
                    .string("s", rows.map { "text \($0 % 7)" }),
                ], at: "s3://in/year=\(2020 + shard / 2)/p\(shard).parquet", rowGroupRowCount: 100)
        }
        return store
    }

    @Test("partitions rule out shards before their footers are read")
    func skipsShards() async throws {
        let store = try store()
        let table = try await open("s3://in/", "year = 2021 AND row < 600", store)
        #expect(store.reads.count == 2)
        #expect(store.reads.allSatisfy { $0.url.description.contains("year=2021") })
        #expect(table.rowCount == 100)
        let report = try #require(table.filter)
        #expect(report.shards == 4)
        #expect(report.shardsSkipped == 2)
        #expect(report.rowGroups == 6)
        #expect(report.rowGroupsWhole == 1)
        #expect(report.rowGroupsSkipped == 5)
        #expect(report.rowsConsidered == 500)
        #expect(report.rowsKept == 100)
    }

    @Test("statistics decide row groups without a request; the rest is read once")
    func usesStatistics() async throws {
        let store = try store()
        let manifest = try await Resolving.manifest("s3://in/", in: store)
        let footers = try await ShardTable.open(manifest, in: store)
        store.forgetReads()
        _ = try await open("s3://in/", "row BETWEEN 100 AND 199", store)
        #expect(store.reads.count == footers.shards.count)
        store.forgetReads()
        let table = try await open("s3://in/", "row BETWEEN 150 AND 399", store)
        // Rows 100-199 and 350-449 are undecided: one request each for the column `row`.
        #expect(store.reads.count == footers.shards.count + 2)
        store.forgetReads()
        let found = try await rows(table, ["s", "row"], store)
        #expect(found[1] == (150..<400).map { "\($0)" })
        #expect(found[0] == (150..<400).map { "text \($0 % 7)" })
        #expect(store.reads.count == 4)
    }

    @Test("a filter that rules out everything leaves a table of no rows")
    func keepsNothing() async throws {
        let store = try store()
        for filter in ["year = 1999", "row < 0", "s = 'nothing'", "year IS NULL"] {
            let table = try await open("s3://in/", filter, store)
            #expect(table.rowCount == 0)
            #expect(try await rows(table, ["row", "year"], store) == [[], []])
        }
        let error = await #expect(throws: FilterError.self) {
            try await open("s3://in/", "year = 1999 AND nothing = 1", store)
        }
        #expect(error?.code == .unknownColumn)
    }

    @Test("partition values keep the type that all shards give them")
    func keepsPartitionTypes() async throws {
        let store = MemoryStore()
        for value in ["1", "02", "__HIVE_DEFAULT_PARTITION__"] {
            try store.put([.int64("a", [1])], at: "s3://in/k=\(value)/x")
        }
        let table = try await open("s3://in/", "k = '1'", store)
        #expect(table.schema["k"]?.type == .string)
        #expect(try await rows(table, ["k"], store) == [["1"]])
        #expect(try await open("s3://in/", "k IS NULL", store).rowCount == 1)
        #expect(try await open("s3://in/", "k != '1'", store).rowCount == 1)
    }

    @Test("pushed down or not, the same rows are kept", arguments: 0..<16 as Range<UInt64>)
    func equalsUnpushed(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let store = MemoryStore()
        var expected: [(row: Int64, i: Int64?, d: Double?, s: String?)] = []
        for shard in 0..<3 {
            let count = Int.random(in: 0...90, using: &random)
            let center = Int64.random(in: -20...20, using: &random)
            let rows = (0..<count).map { _ in
                (
                    row: Int64.random(in: 0..<1_000, using: &random),
                    i: Int.random(in: 0..<5, using: &random) == 0
                        ? nil : center + Int64.random(in: -3...3, using: &random),
                    d: Int.random(in: 0..<5, using: &random) == 0
                        ? nil
                        : [0, -0.0, .nan, .infinity, 0.1, Double(center)]
                            .randomElement(using: &random),
                    s: Int.random(in: 0..<5, using: &random) == 0
                        ? nil
                        : String(repeating: "é", count: Int.random(in: 0..<60, using: &random))
                            + ["", "a", "\u{10FFFF}"][Int.random(in: 0..<3, using: &random)]
                )
            }
            expected += rows
            // One shard has narrower integers than the others.
            let integers: Column =
                shard == 1
                ? .int32("i", rows.map { $0.i.map { Int32($0) } }) : .int64("i", rows.map(\.i))
            try store.put(
                [
                    .int64("row", rows.map(\.row)), integers, .double("d", rows.map(\.d)),
                    .string("s", rows.map(\.s)),
                ], at: "s3://in/p\(shard)", rowGroupRowCount: 16)
        }
        for _ in 0..<4 {
            let integer = Int64.random(in: -25...25, using: &random)
            let number = ["0", "0.1", "-0.0", "7"].randomElement(using: &random) ?? "0"
            let word = String(repeating: "é", count: Int.random(in: 0..<40, using: &random))
            let (comparison, holds) =
                Self.comparisons.randomElement(using: &random)
                ?? Self.comparisons[0]
            let cases: [(String, ((row: Int64, i: Int64?, d: Double?, s: String?)) -> Bool)] = [
                (
                    "i \(comparison) \(integer)",
                    { $0.i.map { holds(Double($0), Double(integer)) } ?? false }
                ),
                (
                    "d \(comparison) \(number)",
                    { $0.d.map { holds($0, Double(number) ?? 0) } ?? false }
                ),
                (
                    "s >= '\(word)'",
                    { $0.s.map { !$0.utf8.lexicographicallyPrecedes(word.utf8) } ?? false }
                ),
                ("s = '\(word)' OR i IS NULL", { $0.s == word || $0.i == nil }),
                (
                    "NOT (i \(comparison) \(integer) AND d \(comparison) \(number))",
                    { cell in
                        let left = cell.i.map { holds(Double($0), Double(integer)) }
                        let right = cell.d.map { holds($0, Double(number) ?? 0) }
                        return left == false || right == false
                    }
                ),
            ]
            for (filter, keeps) in cases {
                let table = try await open("s3://in/", filter, store)
                let found = try await rows(table, ["row"], store)
                #expect(found[0] == expected.filter(keeps).map { "\($0.row)" }, "\(filter)")
            }
        }
    }

    private static let comparisons: [(String, @Sendable (Double, Double) -> Bool)] = [
        ("=", { $0 == $1 }), ("!=", { $0 != $1 }), ("<", { $0 < $1 }), ("<=", { $0 <= $1 }),
        (">", { $0 > $1 }), (">=", { $0 >= $1 }),
    ]

    @Test("statistics that cannot be are not believed")
    func distrustsStatistics() async throws {
        let store = MemoryStore()
        try store.put([.double("d", [1, 2])], at: "s3://in/x")
        let table = try await open("s3://in/", nil, store)
        let leaf = try #require(table.shards[0].leaf("d"))
        func evidence(_ min: Double, _ max: Double, nulls: Int?) -> ColumnEvidence {
            var statistics = ColumnStatistics(
                table.shards[0].metadata.rowGroups[0].columns[0], column: leaf)
            statistics.min = .double(min)
            statistics.max = .double(max)
            statistics.nullCount = nulls
            return ColumnEvidence(statistics, of: leaf, rowCount: 10, as: .double)
        }
        #expect(evidence(1, 2, nulls: 0).bounds == .numbers(1...2))
        #expect(evidence(1, .nan, nulls: 0).bounds == nil)
        #expect(evidence(2, 1, nulls: 0).bounds == nil)
        #expect(evidence(1, 2, nulls: 0).mayBeNaN)
        #expect(!evidence(1, 2, nulls: 0).mayBeNull)
        #expect(evidence(1, 2, nulls: nil).mayBeNull)
        #expect(evidence(1, 2, nulls: -1).mayBeNull)
        #expect(evidence(1, 2, nulls: 11).mayBeNull)
        #expect(!evidence(1, 2, nulls: 10).mayBeValue)
    }

    @Test("of a kept row group only the pages with kept rows are read, where that pays")
    func readsWantedPages() async throws {
        let count = 100_000
        let columns: [Column] = [
            .int64("row", (0..<count).map { Int64($0) }),
            .double("d", (0..<count).map { $0 % 7 == 0 ? nil : Double($0 * 7_919 % count) / 3 }),
            .string("s", (0..<count).map { "text \($0 % 10)" }),
        ]
        for folder in ["/in", "s3://in"] {
            let store = MemoryStore()
            try store.put(columns, at: "\(folder)/x", rowGroupRowCount: count)
            // One of five pages, and two that follow each other.
            for (filter, kept, byteCountMax) in [
                ("row BETWEEN 50000 AND 50010", 50_000...50_010, 450_000),
                ("row BETWEEN 40955 AND 40965", 40_955...40_965, 900_000),
            ] {
                let table = try await open("\(folder)/", filter, store)
                store.forgetReads()
                let found = try await rows(table, ["row", "d", "s"], store)
                #expect(found[0] == kept.map { "\($0)" })
                #expect(found[1] == kept.map { columns[1].text(at: $0) })
                #expect(found[2] == kept.map { "text \($0 % 10)" })
                // The offset indexes, then the pages of each column, joined where they lie near.
                #expect((2...4).contains(store.reads.count), "\(store.reads.count)")
                #expect(store.reads.reduce(0) { $0 + $1.range.count } <= byteCountMax)
            }
            // Kept rows in every page: no index is asked for, and the chunks are one request.
            let table = try await open("\(folder)/", "s = 'text 3'", store)
            store.forgetReads()
            let found = try await rows(table, ["row", "d"], store)
            #expect(found[0] == stride(from: 3, to: count, by: 10).map { "\($0)" })
            #expect(store.reads.count == 1)
        }
    }

    @Test("bloom filters rule out values between the bounds, where that pays")
    func usesBloomFilters() async throws {
        // Even numbers in no order: bounds of row groups and pages hold all odd ones.
        let rows = (0..<60_000).map { Int64($0 * 7_919 % 60_000) * 2 }
        let columns: [Column] = [.int64("row", rows), .string("s", rows.map { "text \($0)" })]
        for (folder, isAsked) in [("/in", true), ("s3://in", false)] {
            let store = MemoryStore()
            try store.put(
                columns, at: "\(folder)/x", rowGroupRowCount: 20_000,
                bloomFilterColumns: ["row", "s"])
            for filter in ["row = 4001", "s = 'text 4001'", "row IN (5, 7)"] {
                store.forgetReads()
                let table = try await open("\(folder)/", filter, store)
                #expect(table.rowCount == 0)
                // Row groups of 400 KB are not worth requests for indexes on S3.
                let skipped = try #require(table.filter).rowGroupsSkipped
                #expect(isAsked ? skipped >= 2 : skipped == 0, "\(folder) \(filter)")
                let byteCount = store.reads.reduce(0) { $0 + $1.range.count }
                if skipped == 3 { #expect(byteCount < table.byteCount / 2) }
            }
            #expect(try await open("\(folder)/", "row = 4000", store).rowCount == 1)
            #expect(try await open("\(folder)/", "s = 'text 4000'", store).rowCount == 1)
            #expect(
                try await open("\(folder)/", "row = 1 OR s IS NOT NULL", store).rowCount == 60_000)
        }
    }

    @Test("page indexes rule out row groups that statistics cannot, where that pays")
    func usesPageIndexes() async throws {
        // Even numbers rising in pages, in one row group: its bounds hold all odd ones.
        let rows = (0..<60_000).map { Int64($0 / 20_480) * 1_000_000 + Int64($0) }
        let columns: [Column] = [.int64("row", rows)]
        for (folder, readCount) in [("/in", 2), ("s3://in", 3)] {
            let store = MemoryStore()
            try store.put(columns, at: "\(folder)/x")
            let table = try await open("\(folder)/", "row = 500000", store)
            #expect(table.rowCount == 0)
            // A file's index costs a small read; on S3 it pays only for larger row groups.
            #expect(store.reads.count <= readCount)
            #expect(table.filter?.rowGroupsSkipped == (folder.hasPrefix("/") ? 1 : 0))
            #expect(try await open("\(folder)/", "row = 1020480", store).rowCount == 1)
        }
    }
}
