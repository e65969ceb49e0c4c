import Callbacks
import TestSupport
import Testing

@Suite("TaskReporter", .timeLimit(.minutes(5)))
struct TaskReporterTests {
    let fenced = TaskCallbackError(.fenced, "gone", serviceCode: "TaskTimedOut")
    let offline = TaskCallbackError(.unavailable, "no route")
    let clock = ManualClock()

    struct WorkFailure: Error {}

    func success(result: String? = nil) -> TaskSuccess {
        TaskSuccess(
            runID: "r1", stage: "train", commitURI: "s3://b/commit", commitSHA256: "00",
            rowsIn: 1, rowsOut: 1, shardsOK: 1, result: result, peakRSSBytes: 0,
            wallTime: .seconds(1))
    }

    @Test("heartbeats begin at once and come every interval while the work runs")
    func heartbeats() async throws {
        let callback = ScriptedCallback()
        let reporter = TaskReporter(callback: callback, interval: .seconds(10), clock: clock)
        let clock = clock
        let value = try await reporter.withHeartbeats {
            await clock.waitForSleepers(1)
            #expect(callback.heartbeatCount == 1)
            clock.advance(by: .seconds(9))
            #expect(callback.heartbeatCount == 1)
            clock.advance(by: .seconds(1))
            await clock.waitForSleepers(1)
            #expect(callback.heartbeatCount == 2)
            return 42
        }
        #expect(value == 42)
        #expect(!reporter.isFenced)
    }

    @Test("a fence cancels the work and is what the caller sees")
    func fenceCancels() async throws {
        let callback = ScriptedCallback(heartbeats: [nil, fenced])
        let reporter = TaskReporter(callback: callback, interval: .seconds(10), clock: clock)
        let clock = clock
        await #expect(throws: fenced) {
            try await reporter.withHeartbeats {
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(10))
                while !Task.isCancelled { await Task.yield() }
                throw WorkFailure()
            }
        }
        #expect(reporter.isFenced)
        await #expect(throws: fenced) { try await reporter.confirmOwnership() }
    }

    @Test("the work's own error passes through, and ends the heartbeats")
    func workFails() async throws {
        let reporter = TaskReporter(
            callback: ScriptedCallback(), interval: .seconds(10), clock: clock)
        await #expect(throws: WorkFailure.self) {
            try await reporter.withHeartbeats { throw WorkFailure() }
        }
        #expect(clock.sleeperCount == 0)
    }

    @Test("answering inside the work stops the heartbeats but not the work")
    func answersInside() async throws {
        let callback = ScriptedCallback()
        let reporter = TaskReporter(callback: callback, interval: .seconds(10), clock: clock)
        let clock = clock
        let wasCancelled = try await reporter.withHeartbeats {
            await clock.waitForSleepers(1)
            try await reporter.report(.success(success()))
            clock.advance(by: .seconds(100))
            for _ in 0..<1_000 { await Task.yield() }
            return Task.isCancelled
        }
        #expect(!wasCancelled)
        #expect(callback.heartbeatCount == 1)
        #expect(callback.outputs.count == 1)
    }

    @Test("ownership: a fresh heartbeat suffices, an old one is renewed, a failed one refuses")
    func confirmsOwnership() async throws {
        let callback = ScriptedCallback(heartbeats: [nil, nil, offline, fenced])
        let reporter = TaskReporter(callback: callback, interval: .seconds(60), clock: clock)
        try await reporter.confirmOwnership()
        #expect(callback.heartbeatCount == 1)
        clock.advance(by: .seconds(60))
        try await reporter.confirmOwnership()
        #expect(callback.heartbeatCount == 1)
        clock.advance(by: .seconds(1))
        try await reporter.confirmOwnership()
        #expect(callback.heartbeatCount == 2)
        clock.advance(by: .seconds(61))
        await #expect(throws: offline) { try await reporter.confirmOwnership() }
        #expect(!reporter.isFenced)
        #expect(reporter.lastError == offline)
        await #expect(throws: fenced) { try await reporter.confirmOwnership() }
        #expect(reporter.isFenced)
        await #expect(throws: fenced) { try await reporter.confirmOwnership() }
        #expect(callback.heartbeatCount == 4)
    }

    @Test("an output that is refused goes again without the result")
    func refusedOutput() async throws {
        let short = try success().output().utf8.count
        let callback = ScriptedCallback(outputByteCountMax: short)
        let reporter = TaskReporter(callback: callback, clock: clock)
        try await reporter.report(.success(success(result: #"{"rmse":1}"#)))
        #expect(callback.outputs.count == 2)
        #expect(callback.outputs.last == (try success().output()))
    }

    @Test("without a callback the work just runs")
    func nobodyWaits() async throws {
        let reporter = TaskReporter(callback: nil, clock: clock)
        let value = try await reporter.withHeartbeats {
            try await reporter.confirmOwnership()
            return 7
        }
        try await reporter.report(
            .failure(TaskFailure(error: "E", message: "m", isRetryable: false)))
        #expect(value == 7)
    }
}
