import Columns
import ObjectStores
import Parquet

/// The bytes of a row group's wanted columns, or of some of them: of each its chunk, or the pages of
/// it that hold rows which a filter keeps.
struct FetchedRowGroup: Sendable {
    let unit: RowGroupUnit
    private let bytes: RangeBytes
    /// (chunks) nil for a chunk that was read as a whole.
    private let pages: [PageSelection?]

    static func fetch(
        _ unit: RowGroupUnit, of shard: OpenShard, in store: any ObjectStore
    ) async throws -> FetchedRowGroup {
        let pages = try await unit.selectedPages(of: shard, in: store)
        let wanted = zip(unit.chunks, pages).flatMap { chunk, selection in
            selection?.byteRanges ?? [chunk.offset..<chunk.offset + chunk.byteCount]
        }
        return FetchedRowGroup(
            unit: unit,
            bytes: try await RangeBytes.read(wanted, of: shard.shard.object, in: store),
            pages: pages)
    }

    /// - Parameter codedColumns: as of `ShardReader.init`.
    func decode(
        chunkAt index: Int, of table: ShardTable, codedColumns: Set<String>,
        scratch: DecodeScratch
    ) throws(ShardError) -> [Column] {
        let shard = table.shards[unit.shardIndex]
        let keepsCodes = codedColumns.contains(unit.leaves[index][0].field.name)
        do {
            let columns =
                if let selection = pages[index] {
                    [try decode(selection, chunkAt: index, of: shard, keepsCodes, scratch)]
                } else {
                    try decodeWhole(chunkAt: index, of: shard, keepsCodes, scratch)
                }
            // Where shards differ, the table's type is the wider one.
            return try columns.map { column throws(ParquetError) in
                try Self.checkNulls(column)
                return table.schema[column.field.name].map { column.widened(to: $0) } ?? column
            }
        } catch {
            throw ShardError(error, object: shard.url)
        }
    }

    /// Throws `outOfSpec` for a value where the schema says that there is none.
    private static func checkNulls(_ column: Column) throws(ParquetError) {
        guard column.field.holdsOnlyNulls, column.nullCount < column.count else { return }
        throw ParquetError(
            .outOfSpec, "values in a column of the type UNKNOWN, which has none.",
            context: .init(column: column.field.name))
    }

    private func decodeWhole(
        chunkAt index: Int, of shard: OpenShard, _ keepsCodes: Bool, _ scratch: DecodeScratch
    ) throws(ParquetError) -> [Column] {
        let leaves = unit.leaves[index]
        let range =
            unit.chunks[index].offset..<unit.chunks[index].offset
            + unit.chunks[index].byteCount
        let chunk = unit.chunk(of: leaves[0], in: shard)
        let columns = try bytes.withBytes(of: range) { bytes throws(ParquetError) in
            if leaves[0].elementIndex == nil {
                [
                    try ColumnChunkDecoder.decode(
                        bytes, slackByteCount: ObjectBytes.slackBytes, chunk: chunk,
                        column: leaves[0], rowCount: unit.decodedRowCount,
                        keepsCodes: keepsCodes, rowGroupIndex: unit.rowGroupIndex,
                        scratch: scratch)
                ]
            } else {
                try ColumnChunkDecoder.decodeLists(
                    bytes, slackByteCount: ObjectBytes.slackBytes, chunk: chunk, columns: leaves,
                    rowCount: unit.decodedRowCount, rowGroupIndex: unit.rowGroupIndex,
                    scratch: scratch)
            }
        }
        return (columns ?? []).map { column in
            unit.selection.map { column.selecting($0) } ?? column
        }
    }

    private func decode(
        _ pages: PageSelection, chunkAt index: Int, of shard: OpenShard, _ keepsCodes: Bool,
        _ scratch: DecodeScratch
    ) throws(ParquetError) -> Column {
        let joined = ObjectBytes(count: pages.byteCount) { memory in
            var position = 0
            for range in pages.byteRanges {
                bytes.withBytes(of: range) {
                    UnsafeMutableRawBufferPointer(rebasing: memory[position...]).copyMemory(
                        from: $0)
                }
                position += range.count
            }
        }
        let leaf = unit.leaves[index][0]
        let column = try joined.withUnsafeBytes { bytes throws(ParquetError) in
            try ColumnChunkDecoder.decode(
                bytes, slackByteCount: ObjectBytes.slackBytes,
                chunk: unit.chunk(of: leaf, in: shard), column: leaf, rowCount: pages.rowCount,
                pageRowCounts: pages.pageRowCounts, keepsCodes: keepsCodes,
                rowGroupIndex: unit.rowGroupIndex, scratch: scratch)
        }
        return unit.selection.map { column.selecting($0.within(pages.rows)) } ?? column
    }
}
