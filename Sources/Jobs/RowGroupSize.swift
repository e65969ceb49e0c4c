import Parquet
import Shards

/// How large a table's row groups are once decoded.
enum RowGroupSize {
    /// The largest row group, at eight bytes a value.
    static func decodedByteCountMax(_ table: ShardTable, columns: Int) -> Int {
        table.shards.flatMap(\.metadata.rowGroups).map { Int($0.rowCount) * columns * 8 }.max() ?? 0
    }
}
