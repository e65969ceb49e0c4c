import FoundationEssentials
import ObjectStores

/// A manifest as it is written: `{"version":1,"objects":[{"url":…,"size":…,"etag":…}]}`.
///
/// A `url` without scheme is relative to the manifest. `size` and `etag` pin the object; what is
/// left out is looked up now. The partition is read from the `key=value` folders between manifest and
/// object; of an object elsewhere from those that it lies in directly, one within the other.
/// `partition` (`[{"key":…,"value":…}]`) replaces them.
struct ManifestFile: Codable {
    struct Entry: Codable {
        var url: String
        var size: Int?
        var etag: String?
        var partition: [PartitionValue]?
    }

    /// 10,000 objects take about 2 MB; more than this is no manifest.
    static let byteCountMax = 64 << 20

    var version: Int
    var objects: [Entry]

    static func shards(at url: ObjectURL, in store: any ObjectStore) async throws -> [Shard] {
        let context = ShardError.Context(object: url.description)
        guard let summary = try await store.summary(of: url) else {
            throw ObjectStoreError(.notFound, "There is no such manifest.", url: url)
        }
        guard summary.byteCount <= byteCountMax else {
            throw ShardError(
                .outOfSpec, "\(summary.byteCount) bytes are too many for a manifest.",
                context: context)
        }
        let bytes = try await store.read(
            summary, range: ByteRange(offset: 0, count: summary.byteCount))
        let manifest: ManifestFile
        do {
            manifest = try JSONDecoder().decode(ManifestFile.self, from: Data(bytes.bytes))
        } catch {
            throw ShardError(
                .outOfSpec,
                """
                This is not a manifest: \(error). Expected \
                {"version":1,"objects":[{"url":…,"size":…,"etag":…}]}.
                """, context: context)
        }
        guard manifest.version == 1 else {
            throw ShardError(
                .unsupported, "Manifest version \(manifest.version) is unknown; 1 is.",
                context: context)
        }
        var shards: [Shard] = []
        for entry in manifest.objects {
            shards.append(try await shard(of: entry, manifest: url, in: store))
        }
        return shards
    }

    private static func shard(
        of entry: Entry, manifest: ObjectURL, in store: any ObjectStore
    ) async throws -> Shard {
        if let size = entry.size, size < 0 {
            throw ShardError(
                .outOfSpec, "The size of '\(entry.url)' is \(size).",
                context: .init(object: manifest.description))
        }
        let root = manifest.parent
        let isRelative = !entry.url.contains("://") && !entry.url.hasPrefix("/")
        let url = isRelative ? root.appending(entry.url) : try ObjectURL(parsing: entry.url)
        let partition =
            entry.partition
            ?? (isRelative || PartitionPath.isInside(url, of: root)
                ? PartitionPath.values(of: url, under: root)
                : PartitionPath.innermostValues(of: url))
        if let size = entry.size, let etag = entry.etag {
            return Shard(
                object: ObjectSummary(url: url, byteCount: size, etag: etag), partition: partition)
        }
        guard let object = try await store.summary(of: url) else {
            throw ObjectStoreError(
                .changed, "The manifest \(manifest) lists this object, but it is not there.",
                url: url)
        }
        if let size = entry.size, size != object.byteCount {
            throw ObjectStoreError(
                .changed,
                "The object has \(object.byteCount) bytes, the manifest says \(size).", url: url)
        }
        return Shard(object: object, partition: partition)
    }
}
