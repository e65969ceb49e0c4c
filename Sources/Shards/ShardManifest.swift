package import ObjectStores

/// The shards of a table: which objects, in which order, pinned by size and ETag.
package struct ShardManifest: Hashable, Sendable {
    package let shards: [Shard]

    package init(shards: [Shard]) { self.shards = shards }

    /// Finds the shards that `urls` name: objects, folders or prefixes, or manifests (`.json`).
    ///
    /// The order is that of `urls`, then bytewise by URL: the same input gives the same order
    /// everywhere. Empty folder markers (`key/`, 0 bytes) are left out.
    /// - Throws: `ObjectStoreError` from the store; `ShardError.invalidParameter` when nothing is
    ///   found; `outOfSpec` for a manifest that cannot be read.
    package static func resolve(
        _ urls: [ObjectURL], in store: any ObjectStore
    ) async throws -> ShardManifest {
        var shards: [Shard] = []
        for url in urls {
            let found =
                url.lastComponent.hasSuffix(".json")
                ? try await ManifestFile.shards(at: url, in: store)
                : try await list(url, in: store)
            guard !found.isEmpty else {
                throw ShardError(
                    .invalidParameter,
                    """
                    There is no shard here. Names that begin with '_' or '.' do not count; check \
                    the path, and whether the query that writes it has run.
                    """, context: .init(object: url.description))
            }
            shards += found
        }
        return ShardManifest(shards: shards)
    }

    private static func list(_ url: ObjectURL, in store: any ObjectStore) async throws -> [Shard] {
        try await store.list(url)
            .filter { !($0.byteCount == 0 && $0.url.isFolderMarker) }
            .map { object in
                Shard(object: object, partition: PartitionPath.values(of: object.url, under: url))
            }
    }
}

extension ObjectURL {
    /// Whether this is the empty object that consoles write to show a folder.
    fileprivate var isFolderMarker: Bool {
        switch location {
        case .file: false
        case .s3(_, let key): key.isEmpty || key.hasSuffix("/")
        }
    }
}
