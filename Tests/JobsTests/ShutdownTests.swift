import ObjectStores
import Testing

@testable import Jobs

@Suite("Shutdown")
struct ShutdownTests {
    @Test("the first reason stays")
    func keepsFirstReason() throws {
        let shutdown = Shutdown()
        try shutdown.check()
        #expect(!shutdown.isRequested)
        shutdown.request(.fenced)
        shutdown.request(.signal)
        #expect(shutdown.reason == .fenced)
        let failure = #expect(throws: JobFailure.self) { try shutdown.check() }
        #expect(failure?.name == .interrupted)
    }

    @Test("whoever waits is woken by the request, before and after it")
    func wakes() async {
        let shutdown = Shutdown()
        async let first: Void = shutdown.requested()
        async let second: Void = shutdown.requested()
        shutdown.request(.signal)
        _ = await (first, second)
        await shutdown.requested()
        #expect(shutdown.reason == .signal)
    }

    @Test("a wait ends with its task")
    func endsWithItsTask() async {
        let shutdown = Shutdown()
        let task = Task { await shutdown.requested() }
        task.cancel()
        await task.value
        #expect(!shutdown.isRequested)
    }

    @Test("shielded work outlives the cancellation of its task, up to its limit")
    func shields() async throws {
        let task = Task {
            try await shielded(within: .seconds(60)) {
                try Task.checkCancellation()
                try await Task.sleep(for: .milliseconds(10))
                return 7
            }
        }
        task.cancel()
        #expect(try await task.value == 7)
        await #expect(throws: CancellationError.self) {
            try await shielded(within: .milliseconds(10)) {
                try await Task.sleep(for: .seconds(3_600))
            }
        }
    }
}
