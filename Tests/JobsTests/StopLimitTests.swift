import Jobs
import Synchronization
import Testing

@Suite("Limit of a stop", .timeLimit(.minutes(5)))
struct StopLimitTests {
    @Test("work that does not end is left, with the reason")
    func leaves() async {
        let shutdown = Shutdown()
        let left = Mutex<JobFailure?>(nil)
        shutdown.request(.signal)
        await StopLimit(time: .milliseconds(20)).watch(shutdown) { failure in
            left.withLock { $0 = failure }
        }
        #expect(left.withLock { $0?.name } == .interrupted)
        #expect(left.withLock { $0?.message.contains("0.02 seconds") } == true)
    }

    @Test("work that nobody stops is not left, nor what ends in time", arguments: [false, true])
    func keeps(isStopped: Bool) async {
        let shutdown = Shutdown()
        if isStopped { shutdown.request(.signal) }
        let watching = Task {
            let left = Mutex(false)
            await StopLimit(time: .seconds(50)).watch(shutdown) { _ in left.withLock { $0 = true } }
            return left.withLock { $0 }
        }
        await Task.yield()
        watching.cancel()
        #expect(await watching.value == false)
    }

    @Test("the limit leaves time for an answer within 100 s")
    func total() { #expect(StopLimit.timeMax == .seconds(80)) }
}
