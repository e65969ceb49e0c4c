import Columns
import FoundationEssentials
import ObjectStores
import Shards
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Shard quarantine")
struct ShardQuarantineTests {
    private static let shards = (0..<6).map { "s3://in/part-0000\($0).parquet" }
    private static let report = "s3://out/_quarantine-predict.json"

    private func fixture() async throws -> JobFixture {
        let fixture = JobFixture()
        try await fixture.run(
            .generate, ["rows": "600", "shards": "6", "seed": "5", "output": "s3://in/"])
        try await fixture.run(
            .train,
            [
                "data": "s3://in/", "target": "age", "ignore_features": "id",
                "num_iterations": "3", "output": "s3://models/m/",
            ])
        return fixture
    }

    private func predict(_ more: [String: String] = [:]) -> [String: String] {
        ["data": "s3://in/", "model": "s3://models/m/", "output": "s3://out/", "id": "id"]
            .merging(more) { _, new in new }
    }

    /// Damages the footer of shard 1, the pages of shard 2, and makes shard 4 another table.
    private func damage(_ fixture: JobFixture) async throws {
        fixture.store.put(Array("no Parquet at all".utf8), at: Self.shards[1])
        var bytes = try #require(fixture.store.bytes(at: Self.shards[2]))
        for index in 4..<bytes.count / 2 { bytes[index] ^= 0x5a }
        fixture.store.put(bytes, at: Self.shards[2])
        try fixture.store.put([.int64("id", [1, 2, 3])], at: Self.shards[4])
    }

    @Test("bad shards are left out and listed; every row is accounted for")
    func leavesOut() async throws {
        let fixture = try await fixture()
        let whole = try await fixture.predict(predict(["output": "s3://whole/"]))
        try await damage(fixture)
        let result = try await fixture.predict(predict(["max_bad_shards": "3"]))
        #expect(result.shardCount == 3 && result.badShardCount == 3)
        #expect(result.rowsOut == 300)
        #expect(result.rowsIn == result.rowsOut + result.rowsQuarantined)
        // 100 rows of the shard with damaged pages, 3 of the alien; the third tells no number.
        #expect(result.rowsQuarantined == 103)
        #expect(result.quarantine == Self.report)
        for index in [0, 3, 5] {
            let name = "part-0000\(index).parquet"
            #expect(
                fixture.store.bytes(at: "s3://out/" + name)
                    == fixture.store.bytes(at: "s3://whole/" + name))
        }
        #expect(whole.outputs.count == 6 && result.outputs.count == 3)
        let text = try #require(fixture.store.bytes(at: Self.report))
        let report = try JSONDecoder().decode(ListedShards.self, from: Data(text))
        #expect(report.objects.map(\.url) == [1, 4, 2].map { Self.shards[$0] })
        #expect(report.objects.map(\.rows) == [nil, 3, 100])
        #expect(report.objects.allSatisfy { !$0.message.isEmpty && $0.error.contains("Martlet.") })
        #expect(!fixture.store.urls.contains("s3://out/part-00002.parquet"))
    }

    private struct ListedShards: Decodable {
        struct Entry: Decodable {
            var url: String
            var rows: Int?
            var error: String
            var message: String
        }
        var objects: [Entry]
    }

    @Test("mended shards alone are done again, by the list, beside the rest")
    func doesTheRestAgain() async throws {
        let fixture = try await fixture()
        let originals = Self.shards.map { fixture.store.bytes(at: $0) ?? [] }
        try await damage(fixture)
        try await fixture.run(.predict, predict(["max_bad_shards": "3"]))
        for (url, bytes) in zip(Self.shards, originals) { fixture.store.put(bytes, at: url) }
        var task = fixture
        task.run.shardGroup = "redo"
        let result = try await task.predict(predict(["data": Self.report]))
        #expect(result.rowsOut == 300)
        let ids = try await fixture.texts("s3://out/", "id")[0].compactMap { $0.flatMap(Int.init) }
        #expect(ids.sorted() == Array(0..<600))
    }

    @Test("one more than allowed fails, and leaves nothing", arguments: ["0", "1", "2"])
    func fails(allowed: String) async throws {
        let fixture = try await fixture()
        try await damage(fixture)
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.predict, predict(["max_bad_shards": allowed]))
        }
        #expect(failure.map { [.dataInvalid, .modelIncompatible].contains($0.name) } == true)
        #expect(failure?.place.object?.hasPrefix("s3://in/part-") == true)
        #expect(!fixture.store.urls.contains { $0.hasPrefix("s3://out/") })
    }

    @Test("a store that fails, or a changed object, is no fault of the shard")
    func storeErrorsStand() async throws {
        for code in [ObjectStoreError.Code.unavailable, .changed, .accessDenied] {
            let fixture = try await fixture()
            fixture.store.forgetReads()
            for read in 4..<40 { fixture.store.fail(read: read, with: code) }
            let failure = await #expect(throws: JobFailure.self) {
                try await fixture.run(.predict, predict(["max_bad_shards": "6"]))
            }
            #expect(failure?.name != .dataInvalid)
            #expect(!fixture.store.urls.contains { $0.hasPrefix("s3://out/") })
        }
    }

    @Test("a clean run afterwards takes the list away")
    func forgetsTheList() async throws {
        let fixture = try await fixture()
        let originals = Self.shards.map { fixture.store.bytes(at: $0) ?? [] }
        try await damage(fixture)
        try await fixture.run(.predict, predict(["max_bad_shards": "3"]))
        for (url, bytes) in zip(Self.shards, originals) { fixture.store.put(bytes, at: url) }
        let result = try await fixture.predict(predict(["max_bad_shards": "3"]))
        #expect(result.rowsQuarantined == 0 && result.quarantine == nil)
        #expect(!fixture.store.urls.contains(Self.report))
    }

    @Test("when nothing can be used, the run fails whatever is allowed")
    func needsOneGoodShard() async throws {
        let fixture = try await fixture()
        for url in Self.shards { fixture.store.put(Array("nothing".utf8), at: url) }
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.predict, predict(["max_bad_shards": "100"]))
        }
        #expect(failure?.name == .dataInvalid)
        #expect(!fixture.store.urls.contains { $0.hasPrefix("s3://out/") })
    }
}
