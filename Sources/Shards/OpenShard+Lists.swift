import Columns
import ObjectStores
import Parquet

extension OpenShard {
    /// So many bytes of a column are looked at to see whether its lists have one length: some
    /// pages of any writer's.
    private static let listProbeByteCountMax = 4 << 20

    /// Lists of one length as a column for each position; others stay left out, with their reason.
    ///
    /// The footer tells which columns may be such; the levels of their first pages have to agree.
    /// What comes later is checked while it is read.
    static func resolvingLists(
        _ leaves: [LeafColumn], of shard: Shard, _ metadata: FileMetadata,
        in store: any ObjectStore
    ) async throws -> [LeafColumn] {
        guard leaves.contains(where: { $0.list != nil }),
            let rowGroup = metadata.rowGroups.firstIndex(where: { $0.rowCount > 0 })
        else { return leaves }
        var resolved: [LeafColumn] = []
        var taken = Set(leaves.filter { $0.list == nil }.map(\.field.name))
        for leaf in leaves {
            guard leaf.list != nil else {
                resolved.append(leaf)
                continue
            }
            let reason = try await reasonToSkip(
                leaf, of: shard, metadata, rowGroupIndex: rowGroup, in: store)
            let elements = leaf.elements()
            if let reason {
                resolved.append(leaf.skipped(reason))
            } else if taken.isDisjoint(with: elements.map(\.field.name)) {
                resolved += elements
                taken.formUnion(elements.map(\.field.name))
            } else {
                resolved.append(leaf.skipped("other columns have the names of its elements"))
            }
        }
        return resolved
    }

    private static func reasonToSkip(
        _ leaf: LeafColumn, of shard: Shard, _ metadata: FileMetadata, rowGroupIndex: Int,
        in store: any ObjectStore
    ) async throws -> String? {
        let plan: ReadPlan
        do throws(ParquetError) {
            plan = try ReadPlan(
                metadata: metadata, columns: Array(leaf.elements().prefix(1)),
                rowGroupIndex: rowGroupIndex, objectByteCount: shard.object.byteCount)
        } catch {
            return "nested: a list; \(error.message)"
        }
        let chunk = plan.chunks[0]
        let prefix = try await store.readPinned(
            shard.object,
            range: ByteRange(
                offset: chunk.offset, count: min(chunk.byteCount, listProbeByteCountMax)))
        do throws(ParquetError) {
            try ColumnChunkDecoder.checkLists(
                prefix.bytes, chunk: metadata.rowGroups[rowGroupIndex].columns[leaf.columnIndex],
                leaf: leaf, rowCount: plan.rowCount, scratch: DecodeScratch())
            return nil
        } catch {
            return "nested: in row group \(rowGroupIndex) \(error.message)"
        }
    }
}
