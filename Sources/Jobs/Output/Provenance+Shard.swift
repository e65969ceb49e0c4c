import Models
import ObjectStores
import Shards

extension Provenance.Input {
    /// A shard as results name it.
    init(_ shard: Shard) {
        let url = shard.object.url
        self.init(
            url: url.description, byteCount: shard.object.byteCount,
            etag: url.isReproducible ? shard.object.etag : nil)
    }
}

extension ObjectURL {
    /// Whether the store's tag names the content alone. A file's holds its modification time, on
    /// which the bytes of a model must not depend.
    var isReproducible: Bool {
        if case .s3 = location { true } else { false }
    }
}
