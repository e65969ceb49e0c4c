import ObjectStores
import StoreTestSupport
import Testing

@testable import Shards

@Suite("ManifestFile")
struct ManifestFileTests {
    private func resolve(_ text: String, in store: MemoryStore) async throws -> ShardManifest {
        store.put(Array(text.utf8), at: "s3://in/t/manifest.json")
        return try await Resolving.manifest("s3://in/t/manifest.json", in: store)
    }

    @Test("its objects come in its order, relative to it or absolute, pinned or looked up")
    func listsObjects() async throws {
        let store = MemoryStore()
        store.put([1, 2, 3], at: "s3://in/t/year=1/b.parquet")
        let manifest = try await resolve(
            """
            {"version":1,"objects":[{"url":"year=1/b.parquet"},\
            {"url":"s3://other/a.parquet","size":7,"etag":"pinned"},\
            {"url":"year=1/b.parquet","size":3}]}
            """, in: store)
        #expect(
            manifest.urls == [
                "s3://in/t/year=1/b.parquet", "s3://other/a.parquet", "s3://in/t/year=1/b.parquet",
            ])
        #expect(manifest.shards.map(\.object.byteCount) == [3, 7, 3])
        #expect(manifest.shards[1].object.etag == "pinned")
        #expect(manifest.shards[0].partition == [PartitionValue(key: "year", value: "1")])
    }

    @Test(
        "a manifest that cannot be read says so",
        arguments: [
            (#"{"version":2,"objects":[]}"#, ShardError.Code.unsupported),
            (#"{"objects":[]}"#, .outOfSpec), ("[]", .outOfSpec), ("", .outOfSpec),
            (#"{"version":1,"objects":[{"size":3}]}"#, .outOfSpec),
            (#"{"version":1,"objects":[{"url":"a","size":-1,"etag":"x"}]}"#, .outOfSpec),
            (#"{"version":1,"objects":[]}"#, .invalidParameter),
        ])
    func refusesWrongManifests(text: String, code: ShardError.Code) async throws {
        let error = await #expect(throws: ShardError.self) {
            try await resolve(text, in: MemoryStore())
        }
        #expect(error?.code == code)
        #expect(error?.context.object == "s3://in/t/manifest.json")
    }

    @Test("an object that is gone, or has another size, has changed")
    func noticesChanges() async throws {
        let store = MemoryStore()
        store.put([1], at: "s3://in/t/a.parquet")
        for entry in [#"{"url":"b.parquet"}"#, #"{"url":"a.parquet","size":2}"#] {
            let error = await #expect(throws: ObjectStoreError.self) {
                try await resolve(#"{"version":1,"objects":[\#(entry)]}"#, in: store)
            }
            #expect(error?.code == .changed)
        }
    }

    @Test("a manifest that is not there is not found")
    func missesManifest() async throws {
        let error = await #expect(throws: ObjectStoreError.self) {
            try await Resolving.manifest("s3://in/no.json", in: MemoryStore())
        }
        #expect(error?.code == .notFound)
    }

    @Test("objects outside the manifest's folder keep the partition they lie in")
    func keepsForeignPartitions() async throws {
        let store = MemoryStore()
        for url in [
            "s3://other/lake/v=2/table/year=2024/month=01/a.parquet",
            "s3://in/table/year=2025/month=__HIVE_DEFAULT_PARTITION__/b.parquet",
        ] { store.put([0, 0, 0], at: url) }
        let manifest = try await resolve(
            """
            {"version":1,"objects":[
              {"url":"s3://other/lake/v=2/table/year=2024/month=01/a.parquet"},
              {"url":"s3://in/table/year=2025/month=__HIVE_DEFAULT_PARTITION__/b.parquet"}]}
            """, in: store)
        #expect(
            manifest.shards.map(\.partition) == [
                [
                    PartitionValue(key: "year", value: "2024"),
                    PartitionValue(key: "month", value: "01"),
                ],
                [
                    PartitionValue(key: "year", value: "2025"),
                    PartitionValue(key: "month", value: nil),
                ],
            ])
    }
}
