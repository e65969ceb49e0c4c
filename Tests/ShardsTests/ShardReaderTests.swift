import Columns
import ObjectStores
import Parquet
import StoreTestSupport
import TestSupport
import Testing
import Threads

@testable import Shards

@Suite("ShardReader")
struct ShardReaderTests {
    /// Three shards of 250, 0 and 137 rows, row groups of 100; `row` counts through all of them.
    private func store(seed: UInt64 = 1) throws -> MemoryStore {
        let store = MemoryStore()
        var random = SeededGenerator(seed: seed)
        var row: Int64 = 0
        for (shard, count) in [250, 0, 137].enumerated() {
            let rows = (0..<count).map { Int64($0) + row }
            row += Int64(count)
            try store.put(
                [
                    .int64("row", rows),
                    .double(
                        "x",
                        rows.map { _ in
                            Int.random(in: 0..<5, using: &random) == 0
                                ? nil : Double.random(in: 0..<1, using: &random)
                        }),
                    .string("s", rows.map { "text \($0 % 7)" }),
                ], at: "s3://in/part=\(shard)/p.parquet", rowGroupRowCount: 100)
        }
        return store
    }

    /// Reads everything; one dictionary of texts a batch.
    private func read(
        _ store: MemoryStore, _ columns: [String], threads: Int = 2, window: Int = 64 << 20,
        shards: Range<Int>? = nil
    ) async throws -> [(batch: ShardBatch, texts: [[String?]])] {
        let table = try await Resolving.table("s3://in/", in: store)
        store.forgetReads()
        let reader = try ShardReader(
            table: table, columns: columns, store: store, pool: ThreadPool(threadCount: threads),
            windowByteCountMax: window)
        var batches: [(batch: ShardBatch, texts: [[String?]])] = []
        try await reader.read(shards: shards) { batch in
            batches.append((batch, batch.batch.columns.map(\.texts)))
        }
        return batches
    }

    @Test("every row comes once, in order", arguments: [1, 2, 5], [1, 3_000, 64 << 20])
    func keepsOrder(threads: Int, window: Int) async throws {
        let store = try store()
        let batches = try await read(store, ["s", "row", "part"], threads: threads, window: window)
        #expect(batches.map(\.batch.shardIndex) == [0, 0, 0, 2, 2])
        #expect(batches.map(\.batch.rowGroupIndex) == [0, 1, 2, 0, 1])
        #expect(batches.map(\.batch.firstRow) == [0, 100, 200, 250, 350])
        #expect(batches.map(\.batch.isLastOfShard) == [false, false, true, false, true])
        #expect(batches.flatMap { $0.texts[1] } == (0..<387).map { "\($0)" })
        #expect(
            batches.allSatisfy { $0.batch.batch.schema.fields.map(\.name) == ["s", "row", "part"] })
        for (batch, texts) in batches {
            #expect(texts[2] == texts[2].map { _ in "\(batch.shardIndex)" })
        }
    }

    @Test("the same values for 1, 2 and 5 threads, and for any window")
    func givesTheSameValues() async throws {
        let store = try store(seed: 7)
        let expected = try await read(store, ["x", "s"], threads: 1).map(\.texts)
        #expect(expected.flatMap { $0[0] }.contains(nil))
        for threads in [2, 5] {
            for window in [1, 2_000] {
                let texts = try await read(store, ["x", "s"], threads: threads, window: window)
                    .map(\.texts)
                #expect(texts == expected)
            }
        }
    }

    @Test("only the bytes of the wanted columns are read, with one request a row group")
    func readsOnlyWantedColumns() async throws {
        let store = try store()
        _ = try await read(store, ["row"])
        #expect(store.reads.count == 5)
        let narrow = store.reads.reduce(0) { $0 + $1.range.count }
        _ = try await read(store, ["row", "x", "s"])
        #expect(store.reads.count == 5)
        #expect(store.reads.reduce(0) { $0 + $1.range.count } > narrow + 387)
    }

    @Test("a row group that is larger than a window is read some columns at a time")
    func readsLargeRowGroupsInParts() async throws {
        let store = try store()
        let whole = try await read(store, ["row", "x", "s"])
        let parts = try await read(store, ["row", "x", "s"], window: 1)
        #expect(parts.map(\.texts) == whole.map(\.texts))
        #expect(store.reads.count == 5 * 3)
        let largest = store.reads.map(\.range.count).max() ?? 0
        let table = try await Resolving.table("s3://in/", in: store)
        func bytes(window: Int) -> Int {
            table.readingByteCountMax(
                columns: ["row", "x", "s"], threadCount: 1, windowByteCountMax: window)
        }
        // Decoded, 20 bytes and more a row; as bytes, two chunks, or two row groups.
        #expect((2_000..<4_000).contains(bytes(window: 1) - 2 * largest))
        #expect(bytes(window: 1 << 20) > bytes(window: 1))
    }

    @Test("partition columns alone need no request")
    func readsPartitionsWithoutRequests() async throws {
        let store = try store()
        let batches = try await read(store, ["part"])
        #expect(store.reads.isEmpty)
        #expect(batches.reduce(0) { $0 + $1.batch.batch.rowCount } == 387)
    }

    @Test("some shards only, and none of the others' bytes")
    func readsSomeShards() async throws {
        let store = try store()
        let batches = try await read(store, ["row"], shards: 2..<3)
        #expect(batches.map(\.batch.firstRow) == [250, 350])
        #expect(store.reads.allSatisfy { $0.url.description.contains("part=2") })
        #expect(try await read(store, ["row"], shards: 1..<2).isEmpty)
    }

    @Test("columns in another order, and of narrower types, come as the table's")
    func widensColumns() async throws {
        let store = MemoryStore()
        try store.put(
            [
                .int32("i", [-1, nil]), .int32("u", [-1, 5], type: .uint32),
                .float("f", [0.5, nil]),
            ],
            at: "s3://in/0")
        try store.put(
            [.double("f", [0.1, 2]), .int64("u", [7, 1 << 40]), .int64("i", [1 << 40, 2])],
            at: "s3://in/1")
        let batches = try await read(store, ["i", "u", "f"])
        #expect(
            batches.map(\.texts) == [
                [["-1", nil], ["4294967295", "5"], ["0.5", nil]],
                [["1099511627776", "2"], ["7", "1099511627776"], ["0.1", "2.0"]],
            ])
        for (batch, _) in batches {
            #expect(batch.batch.columns.map(\.field.type) == [.int64, .int64, .double])
        }
    }

    @Test("codes come where they are asked for, wider where the table is, and of the kept rows")
    func keepsCodes() async throws {
        let store = MemoryStore()
        let rows = (0..<100).map { Int32($0 % 3 - 1) }
        try store.put(
            [.int32("i", rows), .int32("j", rows), .int32("k", (0..<100).map { $0 })],
            at: "s3://in/0")
        try store.put([.int64("i", [7]), .int32("j", [7]), .int32("k", [0])], at: "s3://in/1")
        let pool = ThreadPool(threadCount: 1)
        let manifest = try await ShardManifest.resolve(
            [try ObjectURL(parsing: "s3://in/")], in: store)
        for (filter, kept) in [(nil, rows), ("k >= 40", Array(rows[40...]))] as [(String?, [Int32])]
        {
            let table = try await ShardTable.open(manifest, filter: filter, in: store, pool: pool)
            let reader = try ShardReader(
                table: table, columns: ["i", "j"], codedColumns: ["i"], store: store, pool: pool)
            var columns: [Column] = []
            try await reader.read(shards: 0..<1) { columns += $0.batch.columns }
            #expect(columns.map(\.texts) == [kept, kept].map { $0.map { "\($0)" } })
            guard case .coded(_, .int64) = columns[0].values, case .int32 = columns[1].values
            else {
                Issue.record("other carriers")
                continue
            }
        }
    }

    @Test("a column that is not there, or is asked for twice, is refused")
    func refusesColumns() async throws {
        let store = try store()
        for columns in [["nothing"], ["row", "row"], ["part", "part"]] {
            let error = await #expect(throws: ShardError.self) { try await read(store, columns) }
            #expect(error?.code == .invalidParameter)
            #expect(error?.context.column == columns[0])
        }
    }

    @Test("a failing request ends the reading with its error", arguments: 0..<5)
    func passesOnFailures(number: Int) async throws {
        let store = try store()
        let table = try await Resolving.table("s3://in/", in: store)
        store.forgetReads()
        let codes: [(ObjectStoreError.Code, ObjectStoreError.Code)] = [
            (.unavailable, .unavailable), (.changed, .changed), (.notFound, .changed),
            (.accessDenied, .accessDenied),
        ]
        for (injected, expected) in codes {
            store.forgetReads()
            store.fail(read: number, with: injected)
            let reader = try ShardReader(
                table: table, columns: ["row"], store: store, pool: ThreadPool(threadCount: 2))
            var rowCount = 0
            let error = await #expect(throws: ObjectStoreError.self) {
                try await reader.read { rowCount += $0.batch.rowCount }
            }
            #expect(error?.code == expected)
            #expect(rowCount < 387)
        }
    }

    @Test("a replaced object is noticed")
    func noticesReplacedObject() async throws {
        let store = try store()
        let table = try await Resolving.table("s3://in/", in: store)
        try store.put([.int64("row", [1])], at: "s3://in/part=2/p.parquet")
        let reader = try ShardReader(
            table: table, columns: ["row"], store: store, pool: ThreadPool(threadCount: 2))
        let error = await #expect(throws: ObjectStoreError.self) { try await reader.read { _ in } }
        #expect(error?.code == .changed)
    }

    @Test("damaged pages are named by object, row group and column")
    func placesDamage() async throws {
        let store = try store()
        let url = "s3://in/part=2/p.parquet"
        let table = try await Resolving.table("s3://in/", in: store)
        let leaf = try #require(table.shards[2].leaf("x"))
        let chunk = table.shards[2].metadata.rowGroups[1].columns[leaf.columnIndex]
        var bytes = try #require(store.bytes(at: url))
        let start = Int(chunk.startOffset)
        for index in start..<start + Int(chunk.compressedByteCount) { bytes[index] = 0xFF }
        store.put(bytes, at: url)
        let error = await #expect(throws: ShardError.self) { try await read(store, ["row", "x"]) }
        #expect(error?.code == .outOfSpec)
        #expect(error?.context.object == url)
        #expect(error?.context.rowGroup == 1)
        #expect(error?.context.column == "x")
    }

    @Test("what the reader's user throws ends the reading")
    func passesOnErrors() async throws {
        struct Enough: Error {}
        let store = try store()
        let table = try await Resolving.table("s3://in/", in: store)
        let reader = try ShardReader(
            table: table, columns: ["row"], store: store, pool: ThreadPool(threadCount: 1))
        var batchCount = 0
        await #expect(throws: Enough.self) {
            try await reader.read { _ in
                batchCount += 1
                throw Enough()
            }
        }
        #expect(batchCount == 1)
    }
}
