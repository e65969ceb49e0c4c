package import Columns
package import ObjectStores
import Parquet

/// Shards as one table: all footers read, all schemas compared, before any work starts.
package struct ShardTable: Sendable {
    /// A column that is in the files but cannot be read, and why.
    package struct SkippedColumn: Hashable, Sendable {
        package let name: String
        package let reason: String
    }

    package let shards: [OpenShard]
    /// The columns of the files in the order of the first shard, then the partition columns.
    package let schema: Schema
    package let partitionColumns: [PartitionColumn]
    package let skippedColumns: [SkippedColumn]
    /// Differences between shards that were bridged: widened types, other orders.
    package let differences: [SchemaDifference]
    /// What was left out by a filter, or nil if there is none.
    package internal(set) var filter: FilterReport?
    /// (shards × row groups) what a filter keeps; nil keeps all.
    var keptRows: [[KeptRows]]? { didSet { countRows() } }
    /// Rows of all shards, those alone that the filter keeps.
    package private(set) var rowCount = 0
    /// (shards) the same for each.
    package private(set) var rowCounts: [Int] = []
    package var byteCount: Int { shards.reduce(0) { $0 + $1.shard.object.byteCount } }

    /// Footers read at the same time.
    static let footersInFlightMax = 16

    /// Reads every footer and compares the schemas.
    /// - Throws: `ObjectStoreError`; `ShardError.outOfSpec` when the shards do not fit together,
    ///   with the shard and the column.
    package static func open(
        _ manifest: ShardManifest, in store: any ObjectStore
    ) async throws -> ShardTable {
        try ShardTable(try await footers(manifest.shards, in: store))
    }

    /// The shards with their footers, in the order given.
    static func footers(
        _ shards: [Shard], in store: any ObjectStore
    ) async throws -> [OpenShard] {
        var opened = [OpenShard?](repeating: nil, count: shards.count)
        try await withThrowingTaskGroup(of: (Int, OpenShard).self) { group in
            var next = 0
            func addNext() {
                guard next < shards.count else { return }
                let index = next
                next += 1
                group.addTask {
                    (index, try await OpenShard.open(shards[index], in: store))
                }
            }
            for _ in 0..<footersInFlightMax { addNext() }
            while let (index, shard) = try await group.next() {
                opened[index] = shard
                addNext()
            }
        }
        return opened.compactMap { $0 }
    }

    /// - Precondition: at least one shard.
    package init(_ shards: [OpenShard]) throws(ShardError) {
        try self.init(shards, partitions: try PartitionColumn.columns(of: shards.map(\.shard)))
    }

    /// - Parameter partitions: with a value for each shard.
    init(_ shards: [OpenShard], partitions: [PartitionColumn]) throws(ShardError) {
        precondition(!shards.isEmpty)
        self.shards = shards
        let unifier = try SchemaUnifier(shards)
        for partition in partitions where unifier.contains(partition.name) {
            throw ShardError(
                .outOfSpec,
                """
                The column '\(partition.name)' is in the file and in the names of its folders; \
                remove one of them.
                """, context: .init(object: shards[0].url.description, column: partition.name))
        }
        partitionColumns = partitions
        schema = Schema(unifier.fields + partitions.map(\.field))
        skippedColumns = unifier.skipped
        differences = unifier.differences
        countRows()
    }

    private mutating func countRows() {
        rowCounts = shards.indices.map { index in
            guard let kept = keptRows?[index] else { return shards[index].rowCount }
            return zip(kept, shards[index].metadata.rowGroups).reduce(0) { sum, rowGroup in
                sum + rowGroup.0.count(of: Int(rowGroup.1.rowCount))
            }
        }
        // A footer may claim any number; the row groups are held against it when they are read.
        rowCount = rowCounts.reduce(0, &+)
    }

    /// The column of this name, or, of a list of one length, its columns `name[0]`, `name[1]`, ….
    /// - Throws: `ShardError.invalidParameter` when there is neither.
    package func fields(_ name: String) throws(ShardError) -> [Field] {
        if let field = schema[name] { return [field] }
        var elements: [Field] = []
        while let element = schema["\(name)[\(elements.count)]"] { elements.append(element) }
        guard !elements.isEmpty else { throw missingColumn(name) }
        return elements
    }

    /// A column that does not exist, with what is there instead.
    package func missingColumn(_ name: String) -> ShardError {
        if let skipped = skippedColumns.first(where: { $0.name == name }) {
            return ShardError(
                .unsupported, "The column '\(name)' cannot be read: \(skipped.reason)",
                context: .init(object: shards[0].url.description, column: name))
        }
        let names = schema.fields.map(\.name)
        let shown = names.prefix(30).joined(separator: ", ") + (names.count > 30 ? ", …" : "")
        let nearest = NearestName.find(name, in: names).map { " Did you mean '\($0)'?" } ?? ""
        return ShardError(
            .invalidParameter,
            "There is no column '\(name)'.\(nearest) The columns are: \(shown).",
            context: .init(object: shards[0].url.description, column: name))
    }
}
