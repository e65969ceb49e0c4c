import Columns
import ObjectStores
import Parquet

/// The bytes of one row group's wanted columns.
struct FetchedRowGroup: Sendable {
    let unit: RowGroupUnit
    /// The ranges that were read, and for each chunk which one it lies in, and where.
    private let ranges: [ObjectBytes]
    private let positions: [(range: Int, offset: Int)]

    static func fetch(
        _ unit: RowGroupUnit, of object: ObjectSummary, in store: any ObjectStore
    ) async throws -> FetchedRowGroup {
        let wanted = unit.chunks.map { ByteRange(offset: $0.offset, count: $0.byteCount) }
        let (joined, owner) = JoinedRanges.join(wanted, cost: RequestCost.of(object.url))
        let ranges = try await withThrowingTaskGroup(of: (Int, ObjectBytes).self) { group in
            for (index, range) in joined.enumerated() {
                group.addTask { (index, try await store.readPinned(object, range: range)) }
            }
            var read = [ObjectBytes?](repeating: nil, count: joined.count)
            for try await (index, bytes) in group { read[index] = bytes }
            return read.compactMap { $0 }
        }
        let positions = wanted.indices.map { index in
            (range: owner[index], offset: wanted[index].offset - joined[owner[index]].offset)
        }
        return FetchedRowGroup(unit: unit, ranges: ranges, positions: positions)
    }

    func decode(
        chunkAt index: Int, of table: ShardTable, scratch: DecodeScratch
    ) throws(ShardError) -> [Column] {
        let shard = table.shards[unit.shardIndex]
        let position = positions[index]
        let bytes = UnsafeRawBufferPointer(
            rebasing: ranges[position.range].bytes[
                position.offset..<position.offset + unit.chunks[index].byteCount])
        do {
            let leaves = unit.leaves[index]
            let rowGroup = shard.metadata.rowGroups[unit.rowGroupIndex]
            let chunk = rowGroup.columns[leaves[0].columnIndex]
            let columns: [Column]
            if leaves[0].elementIndex == nil {
                columns = [
                    try ColumnChunkDecoder.decode(
                        bytes, slackByteCount: ObjectBytes.slackBytes, chunk: chunk,
                        column: leaves[0], rowCount: unit.decodedRowCount,
                        rowGroupIndex: unit.rowGroupIndex, scratch: scratch)
                ]
            } else {
                columns = try ColumnChunkDecoder.decodeLists(
                    bytes, slackByteCount: ObjectBytes.slackBytes, chunk: chunk, columns: leaves,
                    rowCount: unit.decodedRowCount, rowGroupIndex: unit.rowGroupIndex,
                    scratch: scratch)
            }
            // Where shards differ, the table's type is the wider one.
            return columns.map { column in
                let kept = unit.selection.map { column.selecting($0) } ?? column
                return table.schema[column.field.name].map { kept.widened(to: $0) } ?? kept
            }
        } catch {
            throw ShardError(error, object: shard.url)
        }
    }
}
