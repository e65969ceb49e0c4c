import Columns
import ObjectStores
import StoreTestSupport
import Testing

@testable import Shards

@Suite("ShardTable")
struct ShardTableTests {
    private func error(
        _ first: [Column], _ second: [Column]
    ) async throws -> ShardError? {
        let store = MemoryStore()
        try store.put(first, at: "s3://in/0")
        try store.put(second, at: "s3://in/1")
        return await #expect(throws: ShardError.self) {
            try await Resolving.table("s3://in/", in: store)
        }
    }

    @Test("a column that is missing, of another type, or too many is named with its shard")
    func refusesOtherColumns() async throws {
        let a = Column.int64("a", [1])
        let cases: [([Column], [Column], String)] = [
            ([a, .double("b", [1])], [a], "b"),
            ([a], [a, .double("b", [1])], "b"),
            ([a], [.string("a", ["1"])], "a"),
            ([a], [.double("a", [1])], "a"),
        ]
        for (first, second, column) in cases {
            let error = try await error(first, second)
            #expect(error?.code == .outOfSpec)
            #expect(error?.context.column == column)
            #expect(error?.context.object == "s3://in/1")
            #expect(error?.message.contains("s3://in/0") == true)
        }
    }

    @Test(
        "the wider of two types holds all values",
        arguments: [
            (.int32, .int64, .int64), (.int8, .int16, .int16), (.uint32, .int64, .int64),
            (.uint8, .uint16, .uint16), (.float, .double, .double), (.float16, .float, .float),
            (.int32, .double, .double), (.date, .date, .date), (.int64, .double, nil),
            (.int32, .uint32, nil), (.int32, .float, nil), (.string, .binary, nil),
            (.boolean, .int8, nil), (.uint64, .int64, nil),
        ] as [(ColumnType, ColumnType, ColumnType?)])
    func widens(a: ColumnType, b: ColumnType, wider: ColumnType?) {
        #expect(ColumnType.widened(a, b) == wider)
        #expect(ColumnType.widened(b, a) == wider)
    }

    @Test("partition columns stand behind those of the files; the order of columns may differ")
    func joinsSchemas() async throws {
        let store = MemoryStore()
        try store.put([.int64("a", [1]), .double("b", [2])], at: "s3://in/t/k=1/x")
        try store.put([.double("b", [3]), .int64("a", [4])], at: "s3://in/t/k=2/x")
        let table = try await Resolving.table("s3://in/t", in: store)
        #expect(table.schema.fields.map(\.name) == ["a", "b", "k"])
        #expect(table.rowCount == 2)
        #expect(table.differences.map(\.difference) == [.order])
    }

    @Test("a column in the file and in the folders is refused")
    func refusesDoubledPartition() async throws {
        let store = MemoryStore()
        try store.put([.int64("k", [1])], at: "s3://in/t/k=1/x")
        let error = await #expect(throws: ShardError.self) {
            try await Resolving.table("s3://in/t", in: store)
        }
        #expect(error?.context.column == "k")
    }

    @Test(
        "an object that is no Parquet file is named",
        arguments: [[], [1], Array("PAR1".utf8), [UInt8](repeating: 0, count: 100_000)] as [[UInt8]]
    )
    func refusesOtherFiles(bytes: [UInt8]) async throws {
        let store = MemoryStore()
        store.put(bytes, at: "s3://in/x.parquet")
        let error = await #expect(throws: ShardError.self) {
            try await Resolving.table("s3://in/x.parquet", in: store)
        }
        #expect(error?.code == .outOfSpec)
        #expect(error?.context.object == "s3://in/x.parquet")
    }

    @Test("a footer takes one request, a large one two")
    func readsFooterOnce() async throws {
        let store = MemoryStore()
        try store.put([.int64("a", [1])], at: "s3://in/small")
        let wide = (0..<2_000).map { Column.int64("column_with_a_long_name_\($0)", [1]) }
        try store.put(wide, at: "s3://in/wide")
        _ = try await Resolving.table("s3://in/small", in: store)
        #expect(store.reads.count == 1)
        store.forgetReads()
        let table = try await Resolving.table("s3://in/wide", in: store)
        #expect(table.schema.fields.count == 2_000)
        #expect(store.reads.count == 2)
    }

    @Test("an object that vanishes between listing and reading has changed")
    func noticesVanishedObject() async throws {
        let store = MemoryStore()
        try store.put([.int64("a", [1])], at: "s3://in/x")
        let manifest = try await Resolving.manifest("s3://in/", in: store)
        try await store.remove(try Resolving.url("s3://in/x"))
        let error = await #expect(throws: ObjectStoreError.self) {
            try await ShardTable.open(manifest, in: store)
        }
        #expect(error?.code == .changed)
    }

    @Test("a column that is not there is answered with those that are")
    func namesColumns() async throws {
        let store = MemoryStore()
        try store.put([.int64("a", [1]), .int64("b", [1])], at: "s3://in/x")
        let error = try await Resolving.table("s3://in/x", in: store).missingColumn("c")
        #expect(error.code == .invalidParameter)
        #expect(error.message == "There is no column 'c'. The columns are: a, b.")
    }
}
