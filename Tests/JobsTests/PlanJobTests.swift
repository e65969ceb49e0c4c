import Columns
import FoundationEssentials
import ObjectStores
import Shards
import StoreTestSupport
import TestSupport
import Testing

@testable import Jobs

@Suite("PlanJob")
struct PlanJobTests {
    let fixture = JobFixture()

    /// Shards of these row counts below `s3://in/score/`.
    func makeShards(_ rowCounts: [Int], at folder: String = "s3://in/score/") throws {
        for (index, count) in rowCounts.enumerated() {
            let rows = (0..<count).map { Int64($0) }
            fixture.store.put(
                try ParquetBytes.file([
                    .int64("id", rows), .double("size", rows.map { Double($0) }),
                ]), at: "\(folder)part-\(index).parquet")
        }
    }

    func plan(_ parameters: [String: String] = [:]) async throws -> PlanResult {
        let values = ["data": "s3://in/score/", "output": "s3://out/plan"]
        let spec = try PlanSpec(
            JobFixture.values(.plan, values.merging(parameters) { $1 }))
        return try await PlanJob(spec: spec, context: fixture.context).run()
    }

    func json<Value: Decodable>(_ url: String, _: Value.Type = Value.self) throws -> Value {
        let bytes = try #require(fixture.store.bytes(at: url), "\(url) is missing")
        return try JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    @Test("every shard is in exactly one group, and every row is counted")
    func conserves() async throws {
        try makeShards([100, 5, 700, 60, 60, 1, 0, 250])
        let result = try await plan(["groups": "3"])
        #expect(result.rows == 1_176)
        #expect(result.groups == 3)
        let items: [PlanItem] = try json(result.items)
        #expect(items.map(\.group) == ["00000", "00001", "00002"])
        #expect(items.reduce(0) { $0 + $1.rows } == 1_176)
        #expect(items.reduce(0) { $0 + $1.shards } == 8)
        var urls: [String] = []
        for item in items {
            let url = try ObjectURL(parsing: item.data)
            let manifest = try await ShardManifest.resolve([url], in: fixture.store)
            urls += manifest.shards.map(\.object.url.description)
        }
        #expect(Set(urls).count == 8)
        #expect(urls.count == 8)
    }

    @Test("the plan pins its shards: one that is replaced afterwards is InputChanged")
    func pins() async throws {
        try makeShards([10, 10])
        let result = try await plan(["groups": "1"])
        try makeShards([11])
        let items: [PlanItem] = try json(result.items)
        let manifest = try await ShardManifest.resolve(
            [try ObjectURL(parsing: items[0].data)], in: fixture.store)
        let error = await #expect(throws: (any Error).self) {
            try await ShardTable.open(manifest, in: fixture.store)
        }
        #expect(error.map { JobFailure(converting: $0).name } == .inputChanged)
    }

    @Test("no more groups than shards; without a number, by the work")
    func groupCount() async throws {
        try makeShards([10, 10, 10])
        #expect(try await plan(["groups": "64"]).groups == 3)
        #expect(try await plan().groups == 1)
        #expect(try await plan(["group_seconds": "0.000001"]).groups == 3)
    }

    @Test("Hive partitions survive the manifest, wherever it lies")
    func partitions() async throws {
        for year in [2023, 2024] {
            try makeShards([5], at: "s3://in/score/year=\(year)/")
        }
        let result = try await plan(["groups": "2"])
        let items: [PlanItem] = try json(result.items)
        var years: [String?] = []
        for item in items {
            let url = try ObjectURL(parsing: item.data)
            let manifest = try await ShardManifest.resolve([url], in: fixture.store)
            let table = try await ShardTable.open(manifest, in: fixture.store)
            years += table.partitionColumns[0].values
        }
        #expect(years.compactMap { $0 }.sorted() == ["2023", "2024"])
    }

    @Test("the limit of costs refuses the plan, and leaves nothing")
    func costLimit() async throws {
        try makeShards([10])
        await #expect(throws: JobFailure.self) { try await plan(["cost_limit": "0.000001"]) }
        #expect(!fixture.store.urls.contains { $0.hasPrefix("s3://out/") })
    }

    @Test("a column of another type than in training is told now, by name")
    func drift() async throws {
        try makeShards([10])
        fixture.store.put(
            try ParquetBytes.file([.int64("id", [1]), .string("size", ["a"])]),
            at: "s3://in/known/part-0.parquet")
        let error = await #expect(throws: JobFailure.self) {
            try await plan(["training_data": "s3://in/known/"])
        }
        #expect(error?.name == .modelIncompatible)
        #expect(error?.place.column == "size")
    }

    @Test("the training stage has sizes to grow into")
    func training() async throws {
        try makeShards([10])
        try makeShards([1_000], at: "s3://in/known/")
        let result = try await plan(["training_data": "s3://in/known/"])
        let training = try #require(result.training)
        #expect(training.tasks == 1)
        #expect(training.rows == 1_000)
        let sizes = training.sizes.compactMap { Int($0.memory) }
        #expect(sizes.count == 3)
        #expect(sizes[1] >= 2 * sizes[0] && sizes[2] >= 2 * sizes[1])
        #expect(result.usd > 0)
        #expect(training.timeoutSeconds >= 900)
    }
}
