import FoundationEssentials
import Jobs
import Models
import ObjectStores
import Testing

@testable import Functions

@Suite("task-stopped")
struct TaskStoppedFunctionTests {
    static func event(_ fields: String = "", token: String = "token") -> String {
        #"{"detail":{"taskArn":"a","lastStatus":"STOPPED","stopCode":"EssentialContainerExited","#
            + #""containers":[{"name":"worker","exitCode":137}],\#(fields)"overrides":{"#
            + #""containerOverrides":[{"name":"worker","command":["train"],"environment":["#
            + #"{"name":"TASK_TOKEN","value":"\#(token)"},{"name":"RUN_ID","value":"r"},"#
            + #"{"name":"MARTLET_OUTPUT","value":"s3://b/model"}]}]}}}"#
    }

    func run(_ event: String, _ fixture: FunctionFixture) async throws -> String {
        try await FunctionRunner.run(.taskStopped, event: event, context: fixture.context)
    }

    @Test("a silent death is a typed failure at once")
    func failure() async throws {
        let fixture = FunctionFixture()
        let answer = try await run(Self.event(), fixture)
        #expect(answer == #"{"error":"Ecs.ExitedWithoutCallback","outcome":"failed"}"#)
        #expect(fixture.transport.calls.map(\.operation) == ["SendTaskFailure"])
        #expect(fixture.transport.calls[0].body.contains("Ecs.ExitedWithoutCallback"))
    }

    @Test("a commit means success, with what the model gate needs")
    func commit() async throws {
        let fixture = FunctionFixture()
        var record = CommitRecord(
            command: "train", run: RunIdentity(runId: "r"), program: "test", rowsIn: 10, rowsOut: 9,
            rowsQuarantined: 1)
        record.result = .object(["metrics": .object(["valid": .object(["r2": .number(0.5)])])])
        fixture.put(try JSONText.encode(record), at: "s3://b/model/_commit-train.json")
        let answer = try await run(Self.event(), fixture)
        #expect(answer == #"{"outcome":"succeeded"}"#)
        let call = try #require(fixture.transport.calls.first)
        #expect(call.operation == "SendTaskSuccess")
        #expect(call.body.contains("_commit-train.json"))
        #expect(call.body.contains(#"\"r2\":0.5"#))
    }

    @Test("a commit of another run is none")
    func otherRun() async throws {
        let fixture = FunctionFixture()
        let record = CommitRecord(
            command: "train", run: RunIdentity(runId: "older"), program: "test", rowsIn: 1,
            rowsOut: 1, rowsQuarantined: 0)
        fixture.put(try JSONText.encode(record), at: "s3://b/model/_commit-train.json")
        _ = try await run(Self.event(), fixture)
        #expect(fixture.transport.calls.map(\.operation) == ["SendTaskFailure"])
    }

    @Test("an answered task is left alone")
    func closed() async throws {
        let fixture = FunctionFixture([
            "SendTaskFailure": (400, #"{"__type":"TaskTimedOut","message":"over"}"#)
        ])
        #expect(try await run(Self.event(), fixture) == #"{"outcome":"closed"}"#)
    }

    @Test("a service that is away fails the function, so that the event comes again")
    func unavailable() async throws {
        let fixture = FunctionFixture([
            "SendTaskFailure": (403, #"{"__type":"AccessDeniedException","message":"no"}"#)
        ])
        await #expect(throws: JobFailure.self) { try await run(Self.event(), fixture) }
    }

    @Test("other tasks and other states are not ours")
    func ignored() async throws {
        let fixture = FunctionFixture()
        let running = Self.event().split(separator: "STOPPED").joined(separator: "RUNNING")
        #expect(try await run(running, fixture) == #"{"outcome":"ignored"}"#)
        #expect(
            try await run(#"{"detail":{"taskArn":"a","lastStatus":"STOPPED"}}"#, fixture)
                == #"{"outcome":"ignored"}"#)
        #expect(fixture.transport.calls.isEmpty)
    }

    @Test("stop-orphans stops the tasks of its run, and no others")
    func orphans() async throws {
        let fixture = FunctionFixture([
            "ListTasks": (200, #"{"taskArns":["t1","t2","t3"]}"#),
            "DescribeTasks": (
                200,
                #"{"tasks":[{"taskArn":"t1","group":"run:r"},{"taskArn":"t2","group":"run:r2"},"#
                    + #"{"taskArn":"t3"}]}"#
            ),
        ])
        let answer = try await FunctionRunner.run(
            .stopOrphans, event: #"{"run_id":"r","cluster":"c","family":"f"}"#,
            context: fixture.context)
        #expect(answer == #"{"running":3,"stopped":1}"#)
        let stops = fixture.transport.calls.filter { $0.operation == "StopTask" }
        #expect(stops.count == 1)
        #expect(stops.first?.body.contains(#""task":"t1""#) == true)
    }
}
