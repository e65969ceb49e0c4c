package import Columns
import Memory
package import ObjectStores
import Parquet
package import Threads

/// Reads the wanted columns of a table, row group by row group, in the table's order.
///
/// What is fetched in one go, a window, is some row groups, or some columns of a large one. The next
/// window is fetched while the one at hand is decoded and used: in memory are one row group, or
/// those of one window, decoded, and two windows as bytes, each of `windowByteCountMax` at most
/// (compressed) unless a single chunk is larger.
package struct ShardReader: Sendable {
    package let table: ShardTable
    /// The columns of every batch, in this order.
    package let schema: Schema

    private let store: any ObjectStore
    private let pool: ThreadPool
    private let fileColumns: [String]
    private let codedColumns: Set<String>
    private let windowByteCountMax: Int
    /// One for each worker of the pool, which decodes one window at a time.
    private let scratch: [DecodeScratch]

    /// Enough for some row groups of 1 M values, small beside a task's memory.
    package static let defaultWindowByteCount = 64 << 20

    /// - Parameters:
    ///   - columns: names from `table.schema`, without repetition.
    ///   - codedColumns: those among them whose numbers may stay codes of a dictionary
    ///     (`ColumnValues.coded`), where their file has one.
    /// - Throws: `ShardError.invalidParameter` for a column that is not there or named twice.
    package init(
        table: ShardTable, columns: [String], codedColumns: Set<String> = [],
        store: any ObjectStore, pool: ThreadPool,
        windowByteCountMax: Int = Self.defaultWindowByteCount
    ) throws(ShardError) {
        var fields: [Field] = []
        var seen: Set<String> = []
        for name in columns {
            guard let field = table.schema[name] else { throw table.missingColumn(name) }
            guard seen.insert(name).inserted else {
                throw ShardError(
                    .invalidParameter, "The column '\(name)' is asked for twice; name it once.",
                    context: .init(column: name))
            }
            fields.append(field)
        }
        self.table = table
        self.codedColumns = codedColumns
        self.schema = Schema(fields)
        self.store = store
        self.pool = pool
        self.windowByteCountMax = windowByteCountMax
        let memory = BlockMemory()
        scratch = (0..<pool.threadCount).map { _ in DecodeScratch(memory: memory) }
        let partitions = Set(table.partitionColumns.map(\.name))
        fileColumns = columns.filter { !partitions.contains($0) }
    }

    /// Calls `body` with every row group of the shards, in order, one at a time.
    /// - Throws: `ObjectStoreError`, `ShardError`, and what `body` throws.
    package func read(
        shards: Range<Int>? = nil, _ body: (ShardBatch) async throws -> Void
    ) async throws {
        let units = try RowGroupUnit.units(
            of: table, shards: shards ?? table.shards.indices, columns: fileColumns)
        let windows = windows(of: units)
        guard !windows.isEmpty else { return }
        try await withThrowingTaskGroup(of: [FetchedRowGroup].self) { group in
            group.addTask { try await fetch(windows[0]) }
            var columns: [String: Column] = [:]
            for index in windows.indices {
                guard let fetched = try await group.next() else { return }
                if index + 1 < windows.count {
                    group.addTask { try await fetch(windows[index + 1]) }
                }
                for part in try await decode(fetched) {
                    columns.merge(part.columns) { _, new in new }
                    guard part.unit.isLastPart else { continue }
                    let batch = batch(of: part.unit, columns: columns)
                    columns = [:]
                    try await body(batch)
                }
            }
        }
    }

    private func windows(of units: [RowGroupUnit]) -> [[RowGroupUnit]] {
        let window = ReadWindow(
            table.shards.first?.url, byteCountMax: windowByteCountMax,
            threadCount: pool.threadCount)
        var windows: [[RowGroupUnit]] = []
        var byteCount = 0
        // So that the first row group begins a window.
        var chunkCount = window.chunkCountMin
        for unit in units {
            let parts = unit.parts(window)
            // Enough chunks to keep every thread busy, and no more row groups than that.
            if parts.count > 1 || chunkCount >= window.chunkCountMin
                || byteCount + unit.byteCount > windowByteCountMax
            {
                windows += parts.map { [$0] }
                byteCount = unit.byteCount
                chunkCount = parts.count > 1 ? window.chunkCountMin : max(unit.chunks.count, 1)
            } else {
                windows[windows.count - 1].append(unit)
                byteCount += unit.byteCount
                chunkCount += max(unit.chunks.count, 1)
            }
        }
        return windows
    }

    private func fetch(_ window: [RowGroupUnit]) async throws -> [FetchedRowGroup] {
        try await withThrowingTaskGroup(of: (Int, FetchedRowGroup).self) { group in
            for (index, unit) in window.enumerated() {
                group.addTask {
                    let shard = table.shards[unit.shardIndex]
                    return (index, try await FetchedRowGroup.fetch(unit, of: shard, in: store))
                }
            }
            var fetched = [FetchedRowGroup?](repeating: nil, count: window.count)
            for try await (index, rowGroup) in group { fetched[index] = rowGroup }
            return fetched.compactMap { $0 }
        }
    }

    /// Decodes all chunks of the window side by side, the largest first.
    private func decode(
        _ window: [FetchedRowGroup]
    ) async throws -> [(unit: RowGroupUnit, columns: [String: Column])] {
        let tasks = window.indices
            .flatMap { row in window[row].unit.chunks.indices.map { (row: row, chunk: $0) } }
            .sorted {
                window[$0.row].unit.chunks[$0.chunk].byteCount
                    > window[$1.row].unit.chunks[$1.chunk].byteCount
            }
        let pool = pool
        let table = table
        let scratch = scratch
        let codedColumns = codedColumns
        let columns = try await pool.perform {
            try pool.map(count: tasks.count) { index, worker throws(ShardError) in
                let rowGroup = window[tasks[index].row]
                return try rowGroup.decode(
                    chunkAt: tasks[index].chunk, of: table, codedColumns: codedColumns,
                    scratch: scratch[worker])
            }
        }
        var decoded = window.map { _ in [String: Column]() }
        for (task, columns) in zip(tasks, columns) {
            for column in columns { decoded[task.row][column.field.name] = column }
        }
        return zip(window, decoded).map { ($0.unit, $1) }
    }

    private func batch(of unit: RowGroupUnit, columns: [String: Column]) -> ShardBatch {
        let all = schema.fields.compactMap { field -> Column? in
            if let partition = table.partitionColumns.first(where: { $0.name == field.name }) {
                return partition.column(shardIndex: unit.shardIndex, rowCount: unit.rowCount)
            }
            return columns[field.name]
        }
        return ShardBatch(
            shardIndex: unit.shardIndex, rowGroupIndex: unit.rowGroupIndex,
            firstRow: unit.firstRow, isLastOfShard: unit.isLastOfShard,
            batch: RecordBatch(schema: schema, columns: all, rowCount: unit.rowCount))
    }
}
