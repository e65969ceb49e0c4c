import ObjectStores
import StoreTestSupport
import Testing

@testable import Shards

@Suite("ShardManifest")
struct ShardManifestTests {
    @Test("a prefix gives every object under it but hidden names and folder markers, sorted")
    func listsPrefix() async throws {
        let store = MemoryStore()
        for name in [
            "b.parquet", "a.parquet", "_SUCCESS", ".hidden", "_tmp/c.parquet", "sub/d.parquet",
        ] {
            store.put([1], at: "s3://in/table/" + name)
        }
        store.put([], at: "s3://in/table/sub/")
        store.put([1], at: "s3://in/tables/other.parquet")
        let manifest = try await Resolving.manifest("s3://in/table/", in: store)
        #expect(
            manifest.urls == [
                "s3://in/table/a.parquet", "s3://in/table/b.parquet", "s3://in/table/sub/d.parquet",
            ])
    }

    @Test("several URLs keep their order")
    func keepsOrderOfURLs() async throws {
        let store = MemoryStore()
        for name in ["z/1", "z/0", "a/0"] { store.put([1], at: "s3://in/" + name) }
        let manifest = try await Resolving.manifest("s3://in/z", "s3://in/a/0", in: store)
        #expect(manifest.urls == ["s3://in/z/0", "s3://in/z/1", "s3://in/a/0"])
    }

    @Test("a place with nothing but hidden names is said to have no shard")
    func saysThatThereIsNoShard() async throws {
        let store = MemoryStore()
        store.put([], at: "s3://in/table/")
        store.put([], at: "s3://in/table/sub/")
        let error = await #expect(throws: ShardError.self) {
            try await Resolving.manifest("s3://in/table/", in: store)
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.context.object == "s3://in/table/")
        #expect(error?.context.column == nil)
    }

    @Test("folders between the URL and the object are partitions")
    func readsPartitions() async throws {
        let store = MemoryStore()
        store.put([1], at: "s3://in/t/year=2024/plain/city=S%C3%A3o%20Paulo/p.parquet")
        let manifest = try await Resolving.manifest("s3://in/t", in: store)
        #expect(
            manifest.shards[0].partition == [
                PartitionValue(key: "year", value: "2024"),
                PartitionValue(key: "city", value: "São Paulo"),
            ])
    }
}
