import Columns
import FoundationEssentials
import StoreTestSupport
import Testing
import Threads

@testable import Shards

/// Row groups without rows: pyarrow writes one for every empty table.
@Suite("Empty row groups")
struct EmptyRowGroupTests {
    private static func fixture(_ name: String) throws -> [UInt8] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures").appending(path: name)
        return Array(try Data(contentsOf: file))
    }

    @Test("they come as batches without rows, and move nothing")
    func readsEmptyRowGroups() async throws {
        let store = MemoryStore()
        store.put(try Self.fixture("row_groups_0.parquet"), at: "s3://in/a")
        store.put(try Self.fixture("row_groups_2_0_1.parquet"), at: "s3://in/b")
        let table = try await Resolving.table("s3://in/", in: store)
        #expect(table.rowCount == 3)
        let reader = try ShardReader(
            table: table, columns: ["s", "x"], store: store, pool: ThreadPool(threadCount: 2))
        var firstRows: [Int] = []
        var texts: [[String?]] = [[], []]
        try await reader.read { batch in
            firstRows.append(batch.firstRow)
            for (index, column) in batch.batch.columns.enumerated() { texts[index] += column.texts }
        }
        #expect(firstRows == [0, 0, 2, 2])
        #expect(texts == [["a", "b", "a"], ["1.0", nil, "3.0"]])
    }
}
