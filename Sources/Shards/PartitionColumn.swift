package import Columns
import ObjectStores

/// A column that is written in the names of folders: one value for each shard.
package struct PartitionColumn: Hashable, Sendable {
    package let name: String
    /// `int64` when every value of every shard is a whole number in its shortest form, otherwise
    /// `string` (so `01` keeps its zero).
    package let type: ColumnType
    /// (shards) in the order of the table.
    package let values: [String?]

    package var field: Field { Field(name: name, type: type) }

    static func columns(of shards: [Shard]) throws(ShardError) -> [PartitionColumn] {
        let keys = shards[0].partition.map(\.key)
        if Set(keys).count != keys.count {
            throw ShardError(
                .outOfSpec,
                "The folders of this shard give a partition column twice: \(keys). Rename one.",
                context: .init(object: shards[0].object.url.description))
        }
        for shard in shards where shard.partition.map(\.key) != keys {
            throw ShardError(
                .outOfSpec,
                """
                The folders of this shard give the partition columns \
                \(shard.partition.map(\.key)), those of the first shard \
                (\(shards[0].object.url)) \(keys). Point at one table.
                """, context: .init(object: shard.object.url.description))
        }
        return keys.indices.map { index in
            let values = shards.map { $0.partition[index].value }
            let isInteger = values.allSatisfy { text in
                text.map { Int64($0).map(String.init) == $0 } ?? true
            }
            return PartitionColumn(
                name: keys[index], type: isInteger ? .int64 : .string, values: values)
        }
    }

    /// The column for `rowCount` rows of shard `shardIndex`.
    func column(shardIndex: Int, rowCount: Int) -> Column {
        let value = values[shardIndex]
        let validity =
            value == nil ? Validity([Bool](repeating: false, count: rowCount)) : nil
        switch type {
        case .int64:
            let number = value.flatMap { Int64($0) } ?? 0
            return Column(
                field: field, values: .int64(ColumnBuffer(repeating: number, count: rowCount)),
                validity: validity)
        default:
            return Column(
                field: field,
                values: .dictionary(
                    codes: ColumnBuffer(repeating: 0, count: rowCount),
                    dictionary: ByteArrays([value ?? ""])),
                validity: validity)
        }
    }
}
