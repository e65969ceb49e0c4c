import FoundationEssentials
import Jobs
import ObjectStores
import StoreTestSupport
import Testing

@testable import Functions

@Suite("reconcile")
struct ReconcileFunctionTests {
    let fixture = FunctionFixture()

    init() throws {
        let items = (0..<4).map {
            PlanItem(
                group: "0000\($0)", data: "s3://b/plan/groups/0000\($0).json", shards: 1, rows: 100,
                bytes: 10)
        }
        fixture.put(try JSONText.encode(items), at: "s3://b/plan/items.json")
    }

    /// A group that wrote `rows`, and a commit that says so.
    func commit(_ group: Int, rows: Int = 100, quarantined: Int = 0, run: String = "r") async throws
    {
        let url = try ObjectURL(parsing: "s3://b/out/part-\(group).parquet")
        fixture.put("bytes", at: url.description)
        let object = try #require(try await fixture.store.summary(of: url))
        var record = CommitRecord(
            command: "predict", run: RunIdentity(runId: run, shardGroup: "0000\(group)"),
            program: "test", rowsIn: 100, rowsOut: rows, rowsQuarantined: quarantined)
        record.objects = [.init(url: url.description, size: object.byteCount, etag: object.etag)]
        fixture.put(
            try JSONText.encode(record), at: "s3://b/out/_commit-predict-0000\(group).json")
    }

    func reconcile(
        tolerated: Double = 0, repeats: Int = 0, redrives: Int = 0
    ) async throws -> ReconcileFunction.Answer {
        try await ReconcileFunction(context: fixture.context).run(
            .init(
                items: "s3://b/plan/items.json", predictions: "s3://b/out", runId: "r",
                toleratedFailurePercentage: tolerated, repeats: repeats, redrives: redrives))
    }

    /// The name and the message of what is thrown.
    func lost(
        tolerated: Double = 0, repeats: Int = 1, redrives: Int = 0
    ) async throws -> String {
        let failure = try await #require(throws: JobFailure.self) {
            try await reconcile(tolerated: tolerated, repeats: repeats, redrives: redrives)
        }
        #expect(failure.name == .rowsLost)
        return failure.message
    }

    @Test("complete: rows in are rows out and quarantined")
    func complete() async throws {
        for group in 0..<4 { try await commit(group, rows: 97, quarantined: 3) }
        let answer = try await reconcile()
        #expect(answer.isConserved && answer.isTolerated)
        #expect(answer.rowsExpected == 400)
        #expect(answer.rowsPredicted == 388 && answer.rowsQuarantined == 12)
        #expect(answer.items == nil)
    }

    @Test("a missing group is listed for a second map, and tolerated only within the policy")
    func missing() async throws {
        for group in [0, 1, 3] { try await commit(group) }
        let answer = try await reconcile()
        #expect(!answer.isConserved && !answer.isTolerated)
        #expect(answer.missing == ["00002"])
        #expect(answer.items == "s3://b/plan/items-missing.json")
        #expect(fixture.text("s3://b/plan/items-missing.json")?.contains("00002") == true)
        #expect(try await reconcile(tolerated: 25).isTolerated)
        #expect(try await !reconcile(tolerated: 24).isTolerated)
    }

    @Test("missing groups are repeated once, and once more for each redrive")
    func repeats() async throws {
        for group in [0, 1, 3] { try await commit(group) }
        #expect(try await reconcile().isRepeated)
        #expect(try await lost().hasSuffix("1 of 4 groups are missing: 00002."))
        #expect(try await reconcile(repeats: 1, redrives: 1).isRepeated)
        #expect(try await lost(repeats: 2, redrives: 1).contains("300 were"))
        // Within the policy, the run goes on as it is.
        #expect(try await !reconcile(tolerated: 25, repeats: 1).isRepeated)
    }

    @Test("a lost row is never tolerated, and never repeated")
    func lostRow() async throws {
        for group in 0..<4 { try await commit(group, rows: group == 2 ? 99 : 100) }
        #expect(try await lost(tolerated: 100, repeats: 0).contains("0 of 4 groups"))
    }

    @Test("a commit of another run, or of an object that changed, does not count")
    func untrusted() async throws {
        for group in 0..<4 { try await commit(group, run: group == 0 ? "other" : "r") }
        fixture.put("replaced", at: "s3://b/out/part-1.parquet")
        #expect(try await reconcile().missing == ["00000", "00001"])
    }

    @Test("without a list there is nothing to hold against")
    func noList() async {
        let fixture = FunctionFixture()
        await #expect(throws: JobFailure.self) {
            try await FunctionRunner.run(
                .reconcile,
                event: #"{"items":"s3://b/x.json","predictions":"s3://b/out","run_id":"r"}"#,
                context: fixture.context)
        }
    }
}
