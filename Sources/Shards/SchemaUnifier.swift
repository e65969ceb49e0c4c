import Columns
import ObjectStores
import Parquet

/// Compares the schemas of shards: the same columns by name, in any order, with the same types or
/// types that widen without loss.
struct SchemaUnifier {
    /// Differences that are kept; of a table of ten thousand wrong shards some are enough.
    static let differenceCountMax = 100
    /// Problems that an error lists; all have the shard's URL.
    private static let listedCountMax = 20

    private(set) var fields: [Field] = []
    private(set) var skipped: [ShardTable.SkippedColumn] = []
    /// The first that were found, by shard.
    private(set) var differences: [SchemaDifference] = []
    private var problemCount = 0
    private var indexByName: [String: Int] = [:]
    private let firstObject: String

    /// - Throws: `outOfSpec` with every shard and column that does not fit.
    init(_ shards: [OpenShard]) throws(ShardError) {
        firstObject = shards.first?.url.description ?? ""
        guard let first = shards.first else { return }
        for leaf in first.leaves {
            if let reason = leaf.skippedReason {
                skipped.append(.init(name: leaf.field.name, reason: reason))
            } else {
                indexByName[leaf.field.name] = fields.count
                fields.append(leaf.field)
            }
        }
        for shard in shards.dropFirst() { compare(shard) }
        guard problemCount == 0 else { throw failure }
        for shard in shards { reportBridges(shard) }
    }

    func contains(_ name: String) -> Bool { indexByName[name] != nil }

    private mutating func compare(_ shard: OpenShard) {
        for index in fields.indices {
            let expected = fields[index]
            guard let leaf = shard.leaf(expected.name) else {
                add(.missing, expected.name, shard, "missing")
                continue
            }
            if let reason = leaf.skippedReason {
                add(.unreadable, expected.name, shard, "cannot be read: \(reason)")
                continue
            }
            fields[index].isNullable = expected.isNullable || leaf.field.isNullable
            if leaf.field.holdsOnlyNulls { continue }
            if expected.holdsOnlyNulls {
                fields[index].type = leaf.field.type
                fields[index].holdsOnlyNulls = false
            } else if let wider = ColumnType.widened(expected.type, leaf.field.type) {
                fields[index].type = wider
            } else {
                add(
                    .type, expected.name, shard, "\(leaf.field.type), not \(expected.type)")
            }
        }
        for leaf in shard.leaves where leaf.skippedReason == nil && !contains(leaf.field.name) {
            add(.additional, leaf.field.name, shard, "not in the first shard")
        }
    }

    /// What is read in another way than it is written.
    private mutating func reportBridges(_ shard: OpenShard) {
        var last = -1
        var isOrdered = true
        for leaf in shard.leaves where leaf.skippedReason == nil {
            guard let index = indexByName[leaf.field.name] else { continue }
            isOrdered = isOrdered && index > last
            last = index
            let isBridged =
                leaf.field.holdsOnlyNulls
                ? !fields[index].holdsOnlyNulls : leaf.field.type != fields[index].type
            guard isBridged else { continue }
            let written = leaf.field.holdsOnlyNulls ? "nulls without a type" : "\(leaf.field.type)"
            add(.widened, leaf.field.name, shard, "\(written), read as \(fields[index].type)")
        }
        if !isOrdered { add(.order, nil, shard, "the columns stand in another order") }
    }

    private mutating func add(
        _ kind: SchemaDifference.Kind, _ column: String?, _ shard: OpenShard, _ detail: String
    ) {
        if !kind.isBridged { problemCount += 1 }
        guard differences.count < Self.differenceCountMax else { return }
        differences.append(
            SchemaDifference(
                object: shard.url.description, column: column, difference: kind, detail: detail))
    }

    private var failure: ShardError {
        let listed = differences.prefix(Self.listedCountMax).map { problem in
            "\(problem.object): column '\(problem.column ?? "")': \(problem.detail)"
        }
        let rest = problemCount - listed.count
        let more = rest > 0 ? ["and \(rest) more"] : []
        let count = problemCount == 1 ? "1 column differs" : "\(problemCount) columns differ"
        return ShardError(
            .outOfSpec,
            """
            The shards do not make one table: \(count) from the first shard (\(firstObject)).
              \((listed + more).joined(separator: "\n  "))
            All shards must have the same columns; rewrite those named, or leave them out.
            """,
            context: .init(
                object: differences.first?.object, column: differences.first?.column))
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
