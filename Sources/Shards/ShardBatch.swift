package import Columns

/// The rows of one row group of one shard.
package struct ShardBatch: Sendable {
    package let shardIndex: Int
    package let rowGroupIndex: Int
    /// The position of the first row in the whole table.
    package let firstRow: Int
    /// Whether no row of this shard follows.
    package let isLastOfShard: Bool
    package let batch: RecordBatch
}
