import Columns
import ObjectStores
import Parquet

/// One row group of one shard, or some of its columns, and the byte ranges that these take.
struct RowGroupUnit: Sendable {
    let shardIndex: Int
    let rowGroupIndex: Int
    /// The position of the first row in the whole table.
    let firstRow: Int
    /// Rows that are decoded, and those among them that a filter keeps; nil keeps all.
    let decodedRowCount: Int
    let selection: RowSelection?
    /// Whether no row of this shard follows.
    private(set) var isLastOfShard = false
    /// The wanted columns of each chunk: one, or several positions of a list.
    private(set) var leaves: [[LeafColumn]]
    /// In the same order.
    private(set) var chunks: [ReadPlan.Chunk]
    /// Whether no further columns of the row group follow.
    private(set) var isLastPart = true

    /// Rows that come out.
    var rowCount: Int { selection?.count ?? decodedRowCount }
    var byteCount: Int { chunks.reduce(0) { $0 + $1.byteCount } }

    /// The columns in parts that are read one after the other.
    func parts(_ window: ReadWindow) -> [RowGroupUnit] {
        let ranges = window.parts(ofChunks: chunks.map(\.byteCount))
        guard ranges.count > 1 else { return [self] }
        return ranges.map { range in
            var part = self
            part.leaves = Array(leaves[range])
            part.chunks = Array(chunks[range])
            part.isLastPart = range.upperBound == chunks.count
            return part
        }
    }

    /// Every row group of `shardIndices`, in the table's order.
    static func units(
        of table: ShardTable, shards shardIndices: Range<Int>, columns: [String]
    ) throws(ShardError) -> [RowGroupUnit] {
        let firstRows = table.rowCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] &+ $1) }
        var units: [RowGroupUnit] = []
        for shardIndex in shardIndices {
            let shard = table.shards[shardIndex]
            try checkRowCount(shard)
            let leaves = grouped(columns.compactMap { shard.leaf($0) })
            var firstRow = firstRows[shardIndex]
            for rowGroupIndex in shard.metadata.rowGroups.indices {
                var selection: RowSelection?
                switch table.keptRows?[shardIndex][rowGroupIndex] ?? .all {
                case .none: continue
                case .all: break
                case .some(let rows): selection = rows
                }
                let plan: ReadPlan
                do {
                    plan = try ReadPlan(
                        metadata: shard.metadata, columns: leaves.map { $0[0] },
                        rowGroupIndex: rowGroupIndex,
                        objectByteCount: shard.shard.object.byteCount)
                } catch {
                    throw ShardError(error, object: shard.url)
                }
                let unit = RowGroupUnit(
                    shardIndex: shardIndex, rowGroupIndex: rowGroupIndex, firstRow: firstRow,
                    decodedRowCount: plan.rowCount, selection: selection, leaves: leaves,
                    chunks: plan.chunks)
                units.append(unit)
                firstRow += unit.rowCount
            }
            if let last = units.indices.last, units[last].shardIndex == shardIndex {
                units[last].isLastOfShard = true
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

    private static func checkRowCount(_ shard: OpenShard) throws(ShardError) {
        let claimed = Int(shard.metadata.rowCount)
        guard claimed == shard.rowCount || claimed == 0 else {
            throw ShardError(
                .outOfSpec,
                """
                The row groups hold \(shard.rowCount) rows, the footer says \(claimed). Rewrite \
                the file.
                """, context: .init(object: shard.url.description))
        }
    }
}
