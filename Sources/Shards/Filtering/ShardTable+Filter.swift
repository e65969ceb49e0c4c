import Columns
import Filters
package import ObjectStores
import Parquet
package import Threads

extension ShardTable {
    /// Opens the shards that the filter can match, and finds the rows that it keeps.
    ///
    /// What is cheap comes first: the partition rules out shards before their footers are read, the
    /// footers' statistics rule out row groups or prove that all their rows match; only of what is
    /// left the columns of the filter are read. From then on the table has the kept rows alone.
    /// - Parameter filter: nil keeps all rows.
    /// - Throws: as `open`; `FilterError` for a filter that does not fit the table.
    package static func open(
        _ manifest: ShardManifest, filter: String?, in store: any ObjectStore, pool: ThreadPool
    ) async throws -> ShardTable {
        guard let filter else { return try await open(manifest, in: store) }
        let partitions = try PartitionColumn.columns(of: manifest.shards)
        let kept = try shardsLeft(of: manifest, partitions: partitions, filter: filter)
        var table = try ShardTable(
            try await footers(kept.map { manifest.shards[$0] }, in: store),
            partitions: partitions.map { $0.selecting(kept) })
        let rowFilter = try RowFilter(filter, schema: table.schema) { name in
            table.skippedColumns.first { $0.name == name }?.reason
        }
        try await table.apply(rowFilter, in: store, pool: pool)
        table.filter?.shards = manifest.shards.count
        table.filter?.shardsSkipped = manifest.shards.count - kept.count
        return table
    }

    /// Positions of the shards whose partition can match. One shard always stays: without a footer
    /// there is no schema to check the filter against.
    private static func shardsLeft(
        of manifest: ShardManifest, partitions: [PartitionColumn], filter: String
    ) throws -> [Int] {
        guard !partitions.isEmpty else { return Array(manifest.shards.indices) }
        let known = try RowFilter(
            partially: filter, schema: Schema(partitions.map(\.field)))
        let left = manifest.shards.indices.filter { shard in
            known.outcomes { column in
                partitions.first { $0.name == known.columnNames[column] }?.evidence(shard: shard)
                    ?? ColumnEvidence()
            }.contains(.yes)
        }
        return left.isEmpty ? [0] : left
    }

    private mutating func apply(
        _ rowFilter: RowFilter, in store: any ObjectStore, pool: ThreadPool
    ) async throws {
        var report = FilterReport(expression: rowFilter.expression)
        report.rowsConsidered = rowCount
        var kept: [[KeptRows]] = []
        var isOpen: [[Bool]] = []
        for (shardIndex, shard) in shards.enumerated() {
            let outcomes = shard.metadata.rowGroups.indices.map { rowGroup in
                rowFilter.outcomes { column in
                    evidence(rowFilter.columnNames[column], shardIndex, rowGroup)
                }
            }
            kept.append(outcomes.map { $0 == .yes ? .all : .none })
            isOpen.append(
                zip(outcomes, shard.metadata.rowGroups).map { outcome, rowGroup in
                    outcome != .yes && outcome.contains(.yes) && rowGroup.rowCount > 0
                })
            report.rowGroups += outcomes.count
            report.rowGroupsWhole += outcomes.count { $0 == .yes }
            report.rowGroupsSkipped += outcomes.count { !$0.contains(.yes) }
        }
        var open = self
        let undecidedCount = isOpen.joined().count { $0 }
        try await probe(&isOpen, rowFilter, in: store)
        report.rowGroupsSkipped += undecidedCount - isOpen.joined().count { $0 }
        open.keptRows = isOpen.map { $0.map { $0 ? .all : .none } }
        let reader = try ShardReader(
            table: open, columns: rowFilter.columnNames, store: store, pool: pool)
        try await reader.read { batch in
            let rows = batch.batch
            let selection = try await pool.perform {
                rowFilter.selection(of: rows.columns, rowCount: rows.rowCount)
            }
            kept[batch.shardIndex][batch.rowGroupIndex] =
                selection.count == 0
                ? .none : selection.count == selection.rowCount ? .all : .some(selection)
        }
        keptRows = kept
        report.rowsKept = rowCount
        filter = report
    }

    /// Row groups whose indexes are looked at at the same time.
    private static let probesInFlightMax = 16

    /// Closes the row groups whose bloom filters or page indexes rule out a match.
    private func probe(
        _ isOpen: inout [[Bool]], _ rowFilter: RowFilter, in store: any ObjectStore
    ) async throws {
        let probe = RowGroupProbe(table: self, filter: rowFilter, store: store)
        let places = isOpen.indices.flatMap { shard in
            isOpen[shard].indices.filter { isOpen[shard][$0] }.map { (shard: shard, rowGroup: $0) }
        }
        try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            var next = 0
            func begin() {
                guard next < places.count else { return }
                let (index, place) = (next, places[next])
                next += 1
                group.addTask {
                    let mayMatch = try await probe.mayMatch(
                        shardIndex: place.shard, rowGroupIndex: place.rowGroup)
                    return (index, mayMatch)
                }
            }
            for _ in 0..<Self.probesInFlightMax { begin() }
            for try await (index, mayMatch) in group {
                isOpen[places[index].shard][places[index].rowGroup] = mayMatch
                begin()
            }
        }
    }

    /// What partition and footer say of a column's values in one row group.
    func evidence(_ name: String, _ shardIndex: Int, _ rowGroupIndex: Int) -> ColumnEvidence {
        if let partition = partitionColumns.first(where: { $0.name == name }) {
            return partition.evidence(shard: shardIndex)
        }
        let shard = shards[shardIndex]
        // A list's statistics count its elements, not its rows.
        guard let leaf = shard.leaf(name), leaf.elementIndex == nil, let field = schema[name]
        else { return ColumnEvidence() }
        let rowGroup = shard.metadata.rowGroups[rowGroupIndex]
        return ColumnEvidence(
            ColumnStatistics(rowGroup.columns[leaf.columnIndex], column: leaf), of: leaf,
            rowCount: Int(rowGroup.rowCount), as: field.type)
    }
}

extension PartitionColumn {
    /// The column for some of the shards.
    func selecting(_ shards: [Int]) -> PartitionColumn {
        PartitionColumn(name: name, type: type, values: shards.map { values[$0] })
    }

    /// What the folder says of a shard's rows: all of it.
    func evidence(shard: Int) -> ColumnEvidence {
        guard let value = values[shard] else { return .constant(nil) }
        if type == .int64, let number = Int128(value) {
            return .constant(.integers(number...number))
        }
        return .constant(.texts(first: Array(value.utf8), last: Array(value.utf8)))
    }
}
