import Columns
import ObjectStores
import Parquet

extension ShardTable {
    /// Bytes that a `ShardReader` of some columns holds at most: row groups of one window decoded,
    /// that window and the next one as bytes, and the pages that each thread decompresses ahead.
    /// - Parameter columns: names; those that are not there count nothing.
    package func readingByteCountMax(
        columns: [String], threadCount: Int,
        windowByteCountMax: Int = ShardReader.defaultWindowByteCount
    ) -> Int {
        let window = ReadWindow(
            shards.first?.url, byteCountMax: windowByteCountMax, threadCount: threadCount)
        var decoded = 0
        var fetched = 0
        var ahead = 0
        for shard in shards {
            let leaves = columns.compactMap { name in shard.leaf(name).map { (name, $0) } }
            for rowGroup in shard.metadata.rowGroups {
                var own = 0
                var byteCounts: [Int] = []
                for (name, leaf) in leaves {
                    let chunk = rowGroup.columns[leaf.columnIndex]
                    let width = schema[name]?.type.valueByteCount ?? 8
                    own += max(Int(rowGroup.rowCount) * width, Int(chunk.uncompressedByteCount))
                    ahead = max(ahead, ColumnChunkDecoder.byteCountAheadMax(chunk))
                    byteCounts.append(Int(chunk.compressedByteCount))
                }
                let (groupCount, byteCount) = window.taken(ofRowGroupsLike: byteCounts)
                decoded = max(decoded, groupCount * own)
                fetched = max(fetched, byteCount)
            }
        }
        return decoded + 2 * fetched + threadCount * ahead
    }
}

extension ColumnType {
    /// Of a decoded value; of text, whose codes lie beside a dictionary.
    fileprivate var valueByteCount: Int {
        switch self {
        case .boolean, .int8, .int16, .int32, .uint8, .uint16, .uint32, .float, .string: 4
        default: 8
        }
    }
}
