import Columns
package import ObjectStores
package import Parquet

/// A shard whose footer has been read: what it holds, and where.
package struct OpenShard: Sendable {
    package let shard: Shard
    package let metadata: FileMetadata
    /// Every leaf of the file, those that cannot be read included (with their reason).
    package let leaves: [LeafColumn]
    private let leafIndexByName: [String: Int]

    init(shard: Shard, metadata: FileMetadata, leaves: [LeafColumn]) {
        self.shard = shard
        self.metadata = metadata
        self.leaves = leaves
        rowCount = metadata.rowGroups.reduce(0) { $0 &+ Int($1.rowCount) }
        leafIndexByName = Dictionary(
            leaves.enumerated().map { ($0.element.field.name, $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Rows of the row groups; there are writers that leave the footer's own count at 0.
    package let rowCount: Int
    package var url: ObjectURL { shard.object.url }

    package func leaf(_ name: String) -> LeafColumn? { leafIndexByName[name].map { leaves[$0] } }
}

extension OpenShard {
    /// One read of the tail usually holds the whole footer; this much is read at first.
    static let tailByteCount = 64 << 10

    /// Reads and parses the footer.
    /// - Throws: `ObjectStoreError`, `ShardError` with the object's name.
    package static func open(_ shard: Shard, in store: any ObjectStore) async throws -> OpenShard {
        let byteCount = shard.object.byteCount
        var wanted = min(byteCount, tailByteCount)
        while true {
            let tail = try await store.readPinned(
                shard.object, range: ByteRange(offset: byteCount - wanted, count: wanted))
            let found: (FileMetadata, [LeafColumn])
            do throws(ParquetError) {
                let step = try FileFooter.parse(
                    tail: tail.bytes, objectByteCount: byteCount, owner: tail)
                switch step {
                case .metadata(let metadata):
                    found = (metadata, try metadata.leafColumns())
                case .needs(let more):
                    // The footer promised more than it can need if it asks twice.
                    guard more > wanted, more <= byteCount else {
                        throw ParquetError(.outOfSpec, "The footer's length is wrong.")
                    }
                    wanted = more
                    continue
                }
            } catch {
                throw ShardError(error, object: shard.object.url)
            }
            return OpenShard(
                shard: shard, metadata: found.0,
                leaves: try await resolvingLists(found.1, of: shard, found.0, in: store))
        }
    }
}

extension ShardError {
    /// The Parquet layer's error, with the name of the object it came from.
    package init(_ error: ParquetError, object: ObjectURL) {
        let code: Code =
            switch error.code {
            case .unsupported: .unsupported
            case .invalidParameter: .invalidParameter
            default: .outOfSpec
            }
        self.init(
            code, error.message,
            context: Context(
                object: object.description, rowGroup: error.context.rowGroupIndex,
                column: error.context.column, page: error.context.pageIndex,
                byteOffset: error.context.byteOffset))
    }
}
