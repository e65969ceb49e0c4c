import Columns
import ObjectStores
import Parquet

/// Compares the schemas of shards: the same columns by name, in any order, with the same types or
/// types that widen without loss.
struct SchemaUnifier {
    private(set) var fields: [Field] = []
    private(set) var skipped: [ShardTable.SkippedColumn] = []
    private(set) var notes: [String] = []
    private let firstObject: String

    init(first: OpenShard) {
        firstObject = first.url.description
        for leaf in first.leaves {
            if let reason = leaf.skippedReason {
                skipped.append(.init(name: leaf.field.name, reason: reason))
            } else {
                fields.append(leaf.field)
            }
        }
    }

    func contains(_ name: String) -> Bool { fields.contains { $0.name == name } }

    mutating func add(_ shard: OpenShard) throws(ShardError) {
        for index in fields.indices {
            let expected = fields[index]
            if let reason = shard.leaf(expected.name)?.skippedReason {
                throw ShardError(
                    .unsupported,
                    """
                    The column '\(expected.name)' can be read in the first shard (\(firstObject)), \
                    but not here: \(reason). Rewrite this one, or leave it out.
                    """, context: .init(object: shard.url.description, column: expected.name))
            }
            guard let leaf = shard.leaf(expected.name) else {
                throw ShardError(
                    .outOfSpec,
                    """
                    The column '\(expected.name)' of the first shard (\(firstObject)) is missing \
                    here. All shards must have the same columns; rewrite this one, or leave it out.
                    """, context: .init(object: shard.url.description, column: expected.name))
            }
            let found = leaf.field
            fields[index].isNullable = expected.isNullable || found.isNullable
            guard found.type != expected.type else { continue }
            guard let wider = ColumnType.widened(expected.type, found.type) else {
                throw ShardError(
                    .outOfSpec,
                    """
                    The column '\(expected.name)' is \(found.type) here and \(expected.type) in \
                    the first shard (\(firstObject)). Rewrite the shards with one type.
                    """, context: .init(object: shard.url.description, column: expected.name))
            }
            notes.append(
                """
                '\(expected.name)' is \(found.type) in \(shard.url) and \(expected.type) before; \
                read as \(wider)
                """)
            fields[index].type = wider
        }
        for leaf in shard.leaves where leaf.skippedReason == nil {
            guard contains(leaf.field.name) else {
                throw ShardError(
                    .outOfSpec,
                    """
                    The column '\(leaf.field.name)' is not in the first shard (\(firstObject)). \
                    All shards must have the same columns; rewrite this one, or leave it out.
                    """, context: .init(object: shard.url.description, column: leaf.field.name))
            }
        }
    }
}

extension ColumnType {
    /// The type that holds every value of both without loss, or nil.
    static func widened(_ a: ColumnType, _ b: ColumnType) -> ColumnType? {
        if a == b { return a }
        func widest(of order: [ColumnType]) -> ColumnType? {
            guard let i = order.firstIndex(of: a), let j = order.firstIndex(of: b) else {
                return nil
            }
            return order[max(i, j)]
        }
        return widest(of: [.int8, .int16, .int32, .int64])
            ?? widest(of: [.uint8, .uint16, .uint32, .int64])
            ?? widest(of: [.float16, .float, .double])
            ?? widest(of: [.int8, .int16, .int32, .double])
    }
}
