import Callbacks
import FoundationEssentials
import Logging
import ObjectStores
import StoreTestSupport
import Synchronization
import Testing

@testable import Jobs

@Suite("TaskRun")
struct TaskRunTests {
    /// Keeps what it is told; refuses heartbeats when fenced.
    private final class RecordingCallback: TaskCallback {
        private let isFenced: Bool
        private let told = Mutex<(outputs: [String], failures: [(String, String)], beats: Int)>(
            ([], [], 0))

        init(isFenced: Bool = false) { self.isFenced = isFenced }

        var outputs: [String] { told.withLock { $0.outputs } }
        var failures: [(error: String, cause: String)] { told.withLock { $0.failures } }
        var beats: Int { told.withLock { $0.beats } }

        func heartbeat() async throws(TaskCallbackError) {
            told.withLock { $0.beats += 1 }
            if isFenced {
                throw TaskCallbackError(.fenced, "Timed out.", serviceCode: "TaskTimedOut")
            }
        }
        func succeed(output: String) async throws(TaskCallbackError) {
            told.withLock { $0.outputs.append(output) }
        }
        func fail(error: String, cause: String) async throws(TaskCallbackError) {
            told.withLock { $0.failures.append((error, cause)) }
        }
    }

    private func run(_ callback: RecordingCallback?) -> TaskRun {
        TaskRun(
            run: RunIdentity(environment: ["RUN_ID": "r-1", "ATTEMPT": "2", "SHARD_GROUP": "g7"]),
            programVersion: "1.2.3", reporter: TaskReporter(callback: callback),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func generate(_ fixture: JobFixture)
        -> @Sendable (
            @escaping @Sendable () async throws -> Void
        ) async throws -> any JobResult
    {
        { gate in
            var fixture = fixture
            fixture.gate = gate
            return try await fixture.run(.generate, ["rows": "10", "output": "s3://out/t/"])
        }
    }

    @Test("success is told as JSON that points to the commit")
    func tellsSuccess() async throws {
        struct Output: Decodable {
            struct Result: Decodable { var command: String }
            var v: Int
            var run_id: String
            var stage: String
            var group: String
            var attempt: String
            var commit_uri: String
            var commit_sha256: String
            var rows_in: Int
            var rows_out: Int
            var shards_ok: Int
            var result: Result
        }
        let fixture = JobFixture()
        let callback = RecordingCallback()
        let result = try await run(callback).perform(
            shutdown: fixture.shutdown, generate(fixture))
        #expect(callback.outputs.count == 1 && callback.failures.isEmpty)
        let text = try #require(callback.outputs.first)
        let output = try JSONDecoder().decode(Output.self, from: Data(text.utf8))
        #expect(output.v == 1 && output.run_id == "r-1" && output.stage == "generate")
        #expect(output.group == "g7" && output.attempt == "2")
        #expect(output.rows_in == 10 && output.rows_out == 10 && output.shards_ok == 1)
        #expect(output.commit_uri == "s3://out/t/_commit-generate.json")
        #expect(output.commit_sha256 == result.commit?.sha256)
        #expect(output.result.command == "generate")
        #expect(fixture.store.bytes(at: output.commit_uri) != nil)
    }

    @Test("a failure is told by its name, with the cause as JSON")
    func tellsFailure() async throws {
        struct Cause: Decodable {
            var message: String
            var hint: String?
            var shard: String?
            var column: String?
            var retryable: Bool
        }
        let callback = RecordingCallback()
        let failure = await #expect(throws: JobFailure.self) {
            try await run(callback).perform(shutdown: Shutdown()) { _ in
                throw JobFailure(
                    .dataInvalid, "Broken.",
                    place: .init(object: "s3://in/x", rowGroup: 1, column: "c"), remedy: "Mend it.")
            }
        }
        #expect(failure?.name == .dataInvalid)
        #expect(callback.outputs.isEmpty && callback.failures.count == 1)
        let told = try #require(callback.failures.first)
        #expect(told.error == "Martlet.DataInvalid")
        let cause = try JSONDecoder().decode(Cause.self, from: Data(told.cause.utf8))
        #expect(cause.message == "Broken. (s3://in/x, row group 1, column 'c')")
        #expect(cause.hint == "Mend it." && cause.shard == "s3://in/x" && cause.column == "c")
        #expect(!cause.retryable)
    }

    @Test("an error that nobody expected is internal")
    func tellsUnexpectedErrors() async {
        struct Unexpected: Error {}
        let callback = RecordingCallback()
        let failure = await #expect(throws: JobFailure.self) {
            try await run(callback).perform(shutdown: Shutdown()) { _ in throw Unexpected() }
        }
        #expect(failure?.name == .internal)
        #expect(callback.failures.map(\.error) == ["Martlet.Internal"])
    }

    @Test("at a fence nothing is committed")
    func commitsNothingWhenFenced() async {
        let fixture = JobFixture()
        let callback = RecordingCallback(isFenced: true)
        let failure = await #expect(throws: JobFailure.self) {
            try await run(callback).perform(shutdown: fixture.shutdown, generate(fixture))
        }
        #expect(failure?.name == .interrupted)
        #expect(fixture.store.urls.isEmpty)
        #expect(callback.outputs.isEmpty)
        #expect(callback.beats >= 1)
    }

    @Test("without anybody waiting the job just runs")
    func runsAlone() async throws {
        let fixture = JobFixture()
        let result = try await run(nil).perform(shutdown: fixture.shutdown, generate(fixture))
        #expect(result.rowsOut == 10)
        #expect(fixture.store.urls.count == 2)
    }

    @Test("a request to stop ends whatever the job waits for, and is told")
    func stopsWhatWaits() async throws {
        let callback = RecordingCallback()
        let shutdown = Shutdown()
        let failure = await #expect(throws: JobFailure.self) {
            try await run(callback).perform(shutdown: shutdown) { _ in
                shutdown.request(.signal)
                // What a cancelled request of S3 throws.
                try? await Task.sleep(for: .seconds(3_600))
                throw ObjectStoreError(.interrupted, "s3:GetObject was cancelled.")
            }
        }
        #expect(failure?.name == .interrupted)
        #expect(failure?.message.contains("signal") == true)
        #expect(callback.failures.map(\.error) == ["Martlet.Interrupted"])
    }
}
