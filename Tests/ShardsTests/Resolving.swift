import ObjectStores
import StoreTestSupport

@testable import Shards

/// Short ways to what most tests of this target begin with.
enum Resolving {
    static func url(_ text: String) throws -> ObjectURL { try ObjectURL(parsing: text) }

    static func manifest(_ urls: String..., in store: MemoryStore) async throws -> ShardManifest {
        try await ShardManifest.resolve(try urls.map { try ObjectURL(parsing: $0) }, in: store)
    }

    static func table(_ urls: String..., in store: MemoryStore) async throws -> ShardTable {
        let manifest = try await ShardManifest.resolve(
            try urls.map { try ObjectURL(parsing: $0) }, in: store)
        return try await ShardTable.open(manifest, in: store)
    }
}

extension ShardManifest {
    var urls: [String] { shards.map(\.object.url.description) }
}
