import Callbacks
import Columns
import FoundationEssentials
import Models
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Committed units")
struct CommittedUnitTests {
    private func fixture() async throws -> JobFixture {
        var fixture = JobFixture()
        fixture.run = RunIdentity(runId: "run-1", attempt: "1")
        try await fixture.run(
            .generate, ["rows": "600", "shards": "3", "seed": "5", "output": "s3://in/"])
        return fixture
    }

    private func train(_ more: [String: String] = [:]) -> [String: String] {
        [
            "data": "s3://in/", "target": "age", "ignore_features": "id", "num_iterations": "5",
            "output": "s3://out/model/", "valid_fraction": "0.2",
        ].merging(more) { _, new in new }
    }

    private let predict = [
        "data": "s3://in/", "model": "s3://out/model/", "output": "s3://out/scores/", "id": "id",
    ]

    private func object(_ result: any JobResult) throws -> [String: JSONValue] {
        guard case .object(let values) = try result.kept() else { return [:] }
        return values
    }

    @Test("a second attempt adopts what the first has committed, to the last figure")
    func adopts() async throws {
        let fixture = try await fixture()
        for (command, parameters) in [(JobCommand.train, train()), (.predict, predict)] {
            let first = try await fixture.run(command, parameters)
            let writes = fixture.store.urls
            fixture.store.forgetReads()
            var later = fixture
            later.run.attempt = "2"
            later.gate = { throw TaskCallbackError(.fenced, "nothing may be committed again") }
            let second = try await later.run(command, parameters)
            #expect(second is AdoptedResult)
            #expect(second.commit == first.commit)
            #expect(second.rowsIn == 600 && second.rowsOut == 600 && second.shardCount == 3)
            #expect(fixture.store.urls == writes)
            #expect(!fixture.store.reads.contains { $0.url.description.hasSuffix(".parquet") })
            var (told, kept) = (try object(second), try object(first))
            #expect(told["adopted"] == .bool(true))
            for name in ["adopted", "seconds", "peak_rss_bytes"] {
                told[name] = nil
                kept[name] = nil
            }
            #expect(told == kept)
        }
    }

    @Test("without a run, or in another one, the work is done")
    func otherRunsWork() async throws {
        let fixture = try await fixture()
        try await fixture.run(.train, train())
        for run in [nil, "run-2"] {
            var other = fixture
            other.run.runId = run
            #expect(try await other.run(.train, train()) is TrainResult)
        }
    }

    @Test("a unit that was committed from something else is not adopted, nor replaced")
    func refusesOthers() async throws {
        let fixture = try await fixture()
        try await fixture.run(.train, train())
        let before = fixture.store.bytes(at: "s3://out/model/model.martlet")
        let failure = await #expect(throws: JobFailure.self) {
            try await fixture.run(.train, train(["learning_rate": "0.3", "threads": "1"]))
        }
        #expect(failure?.name == .configInvalid)
        #expect(failure?.message.contains("learning_rate") == true)
        #expect(failure?.message.contains("threads") == false)
        let shard = "s3://in/part-00001.parquet"
        fixture.store.put(try #require(fixture.store.bytes(at: shard)), at: shard)
        let changed = await #expect(throws: JobFailure.self) {
            try await fixture.run(.train, train())
        }
        #expect(changed?.name == .inputChanged)
        #expect(fixture.store.bytes(at: "s3://out/model/model.martlet") == before)
    }

    @Test("what is gone is made again, to the same bytes")
    func mends() async throws {
        let fixture = try await fixture()
        try await fixture.run(.train, train())
        try await fixture.run(.predict, predict)
        let url = "s3://out/scores/part-00002.parquet"
        let bytes = fixture.store.bytes(at: url)
        try await fixture.store.remove(try ObjectURL(parsing: url))
        #expect(try await fixture.run(.predict, predict) is PredictResult)
        #expect(fixture.store.bytes(at: url) == bytes)
    }

    @Test("groups of one run are units of their own")
    func groupsDiffer() async throws {
        let fixture = try await fixture()
        try await fixture.run(.train, train())
        for group in ["a", "b"] {
            var task = fixture
            task.run.shardGroup = group
            #expect(try await task.run(.predict, predict) is PredictResult)
            #expect(try await task.run(.predict, predict) is AdoptedResult)
        }
    }
}
