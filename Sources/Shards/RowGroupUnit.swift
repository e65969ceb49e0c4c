import ObjectStores
import Parquet

/// One row group of one shard, and the byte ranges that its wanted columns take.
struct RowGroupUnit: Sendable {
    let shardIndex: Int
    let rowGroupIndex: Int
    /// The position of the first row in the whole table.
    let firstRow: Int
    let rowCount: Int
    let isLastOfShard: Bool
    /// The wanted columns of each chunk: one, or several positions of a list.
    let leaves: [[LeafColumn]]
    /// In the same order.
    let chunks: [ReadPlan.Chunk]

    var byteCount: Int { chunks.reduce(0) { $0 + $1.byteCount } }

    /// Every row group of `shardIndices`, in the table's order.
    static func units(
        of table: ShardTable, shards shardIndices: Range<Int>, columns: [String]
    ) throws(ShardError) -> [RowGroupUnit] {
        let firstRows = table.shards.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rowCount) }
        var units: [RowGroupUnit] = []
        for shardIndex in shardIndices {
            let shard = table.shards[shardIndex]
            let leaves = grouped(columns.compactMap { shard.leaf($0) })
            let rowGroupCount = shard.metadata.rowGroups.count
            var firstRow = firstRows[shardIndex]
            for rowGroupIndex in 0..<rowGroupCount {
                let plan: ReadPlan
                do {
                    plan = try ReadPlan(
                        metadata: shard.metadata, columns: leaves.map { $0[0] },
                        rowGroupIndex: rowGroupIndex,
                        objectByteCount: shard.shard.object.byteCount)
                } catch {
                    throw ShardError(error, object: shard.url)
                }
                units.append(
                    RowGroupUnit(
                        shardIndex: shardIndex, rowGroupIndex: rowGroupIndex, firstRow: firstRow,
                        rowCount: plan.rowCount, isLastOfShard: rowGroupIndex == rowGroupCount - 1,
                        leaves: leaves, chunks: plan.chunks))
                firstRow += plan.rowCount
            }
            guard firstRow - firstRows[shardIndex] == shard.rowCount else {
                throw ShardError(
                    .outOfSpec,
                    """
                    The row groups hold \(firstRow - firstRows[shardIndex]) rows, the footer says \
                    \(shard.rowCount). Rewrite the file.
                    """, context: .init(object: shard.url.description))
            }
        }
        return units
    }

    /// Leaves of one chunk together, in the order of their first.
    private static func grouped(_ leaves: [LeafColumn]) -> [[LeafColumn]] {
        var groups: [[LeafColumn]] = []
        var groupByColumn: [Int: Int] = [:]
        for leaf in leaves {
            if let group = groupByColumn[leaf.columnIndex] {
                groups[group].append(leaf)
            } else {
                groupByColumn[leaf.columnIndex] = groups.count
                groups.append([leaf])
            }
        }
        return groups
    }
}
